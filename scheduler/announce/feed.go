// Package announce tells players, licence servers and people which key periods are coming:
// as a document of what is known now, and as a stream of messages for who stays connected.
//
// A document carries KIDs, times and signaling, the very bytes that packagers get, so that
// a licence fetched ahead is the one that playback asks for. It never carries a content
// key: nothing here could open one. The package decides nothing and keeps nothing; what
// is announced when is the scheduler's to write into the feed, and HTTP is the caller's.
package announce

import (
	"sync"
	"time"

	"github.com/keyrotor/keyrotor/keyplan"
	"github.com/keyrotor/keyrotor/speke/signaling"
)

// A Config for a Feed. Every field but Sign is needed.
type Config struct {
	// Channel finds a channel by its ID.
	Channel func(id string) (*keyplan.Channel, bool)
	// Plan and Events give what is known of a channel (keyplan/ledger.Replica's Plan and
	// Feed do), Changed what is closed at the next change of either.
	Plan    func(channel string) *keyplan.Plan
	Events  func(channel string) []keyplan.Event
	Changed func(channel string) <-chan struct{}
	// Signaling builds the signaling of a key: the same bytes for whoever publishes them.
	Signaling func(channel string, e *keyplan.Entry, k keyplan.ContentKey, system signaling.System) (signaling.Signaling, bool)
	// Sign gives a detached JWS over an edition of a channel, or nothing where the channel's
	// are not signed. Nil means that none is.
	Sign func(channel string, body []byte) (string, error)
	Now  func() time.Time
}

// A Feed tells what is announced. It is safe for concurrent use.
type Feed struct {
	Config
	mu     sync.Mutex        // guards boards
	boards map[string]*board // by channel
}

// New refuses a Config that is not complete; its error names every problem.
func New(c Config) (*Feed, error) {
	if ps := c.check(); len(ps) > 0 {
		return nil, ps
	}
	return &Feed{Config: c, boards: map[string]*board{}}, nil
}

func (c Config) check() keyplan.Problems {
	var ps keyplan.Problems
	ps.Need("channel", c.Channel != nil, "a function")
	ps.Need("plan", c.Plan != nil, "a function")
	ps.Need("events", c.Events != nil, "a function")
	ps.Need("changed", c.Changed != nil, "a function")
	ps.Need("signaling", c.Signaling != nil, "a function")
	ps.Need("now", c.Now != nil, "a function")
	return ps
}

func (f *Feed) now() time.Time { return f.Now().Round(0).UTC() }
