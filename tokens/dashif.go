package tokens

import (
	"time"

	"github.com/keyrotor/keyrotor/keyplan"
)

// FormatDASHIF is the name of the format that DASH-IF's license request model has.
const FormatDASHIF = "dashif"

// maxDASHIF is how many characters a token may have (DASH-IF Content Protection and Security,
// license request model, issuing authorization tokens).
const maxDASHIF = 5000

// A DASHIFConfig is for authorization tokens of DASH-IF's license request model, which players
// send as Authorization: Bearer.
type DASHIFConfig struct {
	// Signing is the name of a key set for HS256 or ES256, which verifiers must take.
	Signing string `yaml:"signing"`
	// Upcoming authorizes with the keys that are asked for those of the announced periods to
	// come, of the same tracks and schemes. The model wants only those that are asked for.
	Upcoming bool `yaml:"upcoming"`
}

// dashIF writes exp, nbf and authorized_kids.
type dashIF struct{}

func (dashIF) check(_ *keyplan.Channel, r Request, _ time.Time) error {
	return noPolicy(r, FormatDASHIF)
}

func (dashIF) append(b []byte, d draft) ([]byte, error) {
	b = appendSeconds(append(b, `{"exp":`...), d.expires.Unix())
	b = appendSeconds(append(b, `,"nbf":`...), d.begin.Unix())
	return append(appendList(append(b, `,"authorized_kids":`...), d.keys, appendKID), '}'), nil
}

func (dashIF) room(Request) int { return 0 }

func (dashIF) cost(Request) func(Key) int { return func(Key) int { return kidCost } }
