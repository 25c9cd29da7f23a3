package tokens

import (
	"errors"
	"fmt"
	"slices"
	"time"

	"github.com/keyrotor/keyrotor/keyplan"
)

// A Request asks for a token.
type Request struct {
	// Format is how the token is written. Empty means the Section's Default.
	Format string `json:"format,omitempty"`
	// Subject is who the token is for, in the caller's words, up to 256 bytes. Only templates
	// have a place for it.
	Subject string `json:"subject,omitempty"`
	// Policy is the usage policy of all keys, for Axinom one that is defined. Templates take
	// any text of up to 256 bytes. Empty means what is configured.
	Policy string `json:"policy,omitempty"`
	// Policies are usage policies of some keys, by KID or track type, for Axinom only. A KID's
	// comes before a track's, and that before Policy.
	Policies map[string]string `json:"policies,omitempty"`
	// ValidFrom and ValidTo bound the token and its licences, which are never valid outside.
	// Zero means no such bound. A ValidFrom that is to come asks for what is on air then.
	ValidFrom time.Time `json:"validFrom,omitzero"`
	ValidTo   time.Time `json:"validTo,omitzero"`
	Wish
}

// A RequestError says which field of a request is wrong, in its JSON name, and what is
// expected there: a phrase that goes after "want".
type RequestError struct {
	Field, Want string
}

func (e *RequestError) Error() string { return fmt.Sprintf("%s: want %s", e.Field, e.Want) }

// ErrNothingPlanned says that the channel has no key that may be on air and is not withdrawn. It
// passes once the channel is planned, or the next period is announced.
var ErrNothingPlanned = errors.New("no key period is planned")

// check reports the first thing that is wrong with r, as a *RequestError.
func (r Request) check(ch *keyplan.Channel, now time.Time) error {
	if len(r.Subject) > maxText {
		return &RequestError{"subject", "at most 256 bytes"}
	}
	if len(r.Policy) > maxText {
		return &RequestError{"policy", "at most 256 bytes"}
	}
	if err := r.checkSpan(); err != nil {
		return err
	}
	if err := r.checkFilters(ch); err != nil {
		return err
	}
	return r.checkValidity(now)
}

// maxText bounds in bytes what callers put into claims.
const maxText = 256

func (r Request) checkSpan() error {
	switch {
	case len(r.KIDs) > 0 && !(r.From.IsZero() && r.To.IsZero()):
		return &RequestError{"kids", "either kids or from and to"}
	case r.From.IsZero() != r.To.IsZero():
		return &RequestError{"from", "both from and to"}
	case r.To.Before(r.From):
		return &RequestError{"to", "a time that is not before from"}
	}
	return nil
}

func (r Request) checkFilters(ch *keyplan.Channel) error {
	for i, t := range r.Tracks {
		if !ch.Any && !slices.Contains(ch.Tracks, t) {
			return &RequestError{fmt.Sprintf("tracks[%d]", i), fmt.Sprintf("one of %q", ch.Tracks)}
		}
	}
	if r.Scheme != "" && !slices.Contains(ch.Schemes, r.Scheme) {
		return &RequestError{"scheme", fmt.Sprintf("one of %q", ch.Schemes)}
	}
	return nil
}

// farthest is how far from now a token may begin.
const farthest = 366 * 24 * time.Hour

func (r Request) checkValidity(now time.Time) error {
	if from := r.ValidFrom; !from.IsZero() && from.Sub(now).Abs() > farthest {
		return &RequestError{"validFrom", "a time less than a year from now"}
	}
	if r.ValidTo.IsZero() {
		return nil
	}
	if !floor(r.ValidTo).After(now) {
		return &RequestError{"validTo", "a time after now"}
	}
	if !floor(r.ValidTo).After(ceil(r.ValidFrom)) {
		return &RequestError{"validTo", "a time after validFrom"}
	}
	return nil
}
