package tokens

import (
	"time"

	"github.com/keyrotor/keyrotor/keyplan"
)

// A format writes the claims of tokens for one kind of licence service. It is safe for
// concurrent use.
type format interface {
	// check reports, as a *RequestError, what of a request the format has no place for.
	check(ch *keyplan.Channel, r Request, now time.Time) error
	// append appends the claims of d, a JSON object without white space.
	append(b []byte, d draft) ([]byte, error)
	// room is how many bytes of claims there must be for what may come with the keys of a
	// request, besides what append writes without keys.
	room(r Request) int
	// cost is how many bytes of claims a key takes in a token for a request, at most, with
	// the comma before it.
	cost(r Request) func(Key) int
}

// A draft is a token that is to be written.
type draft struct {
	Request
	validity
	channel string
	keys    []Key
	issued  time.Time
	open    opener
}

// Times in a token have ten digits, in seconds, and as many have the durations between these.
var (
	earliestTime = time.Unix(1_000_000_000, 0)
	latestTime   = time.Unix(9_999_999_999, 0)
)

// blank is a token for a request without keys, as long as one can be.
func blank(channel string, r Request) draft {
	widest := validity{begin: latestTime, expires: latestTime, licenseEnd: latestTime}
	return draft{Request: r, validity: widest, channel: channel, issued: earliestTime}
}

// noPolicy refuses usage policies, for a format that has none.
func noPolicy(r Request, name string) error {
	switch {
	case r.Policy != "":
		return &RequestError{"policy", "none: format " + name + " has no place for it"}
	case len(r.Policies) > 0:
		return &RequestError{"policies", "none: format " + name + " has no place for them"}
	}
	return nil
}
