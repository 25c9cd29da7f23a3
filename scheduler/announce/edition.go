package announce

import (
	"crypto/sha256"
	"encoding/base64"
	"encoding/json"
	"time"

	"github.com/keyrotor/keyrotor/keyplan"
)

// An Edition is a Document as it is given to everybody until it changes. Replicas of a store
// that know the same give the same one.
type Edition struct {
	Document
	// Body is the document in JSON, with a newline at its end. It is not to be changed.
	Body []byte
	// Tag is a strong entity tag (RFC 9110, 8.8.3), with its quotes: of each Body another.
	Tag string
	// Signature is a detached JWS over Body, or empty where the channel's are not signed.
	Signature string
}

// staleness is how long an edition is given though nothing in it changes: a signing key that is
// taken out of use signs no longer after that.
const staleness = 10 * time.Second

// An edition remembers of what it was made.
type edition struct {
	Edition
	of     *keyplan.Channel
	plan   *keyplan.Plan
	events []keyplan.Event
	made   time.Time
}

// Edition gives what is announced now. It is false for a channel that there is not, and fails
// if it cannot be signed.
func (f *Feed) Edition(channel string) (Edition, bool, error) {
	ch, ok := f.Channel(channel)
	if !ok {
		return Edition{}, false, nil
	}
	b := f.board(channel)
	b.mu.Lock() // held while it is made: who comes meanwhile needs the same
	defer b.mu.Unlock()
	// Events are read before the plan, so that no edition is older than its sequence.
	events := f.Events(channel)
	next := &edition{of: ch, events: events, plan: f.Plan(channel), made: f.now()}
	if b.edition.standsFor(next) {
		return b.edition.Edition, true, nil
	}
	if err := f.edit(next); err != nil {
		return Edition{}, true, err
	}
	b.edition = next
	return next.Edition, true, nil
}

// standsFor reports whether e is what would be made now.
func (e *edition) standsFor(next *edition) bool {
	if e == nil || e.of != next.of || e.plan != next.plan || !sameEvents(e.events, next.events) {
		return false
	}
	now := next.made
	return !now.Before(e.made) && now.Before(e.RefreshAt) && now.Sub(e.made) < staleness
}

// edit writes e, which knows of what and when.
func (f *Feed) edit(e *edition) error {
	e.Document = f.document(e.of, e.events, e.plan, e.made)
	body, err := json.Marshal(e.Document)
	if err != nil {
		panic("announce: a document does not marshal: " + err.Error())
	}
	e.Body = append(body, '\n')
	sum := sha256.Sum256(e.Body)
	e.Tag = `"` + base64.RawURLEncoding.EncodeToString(sum[:16]) + `"`
	if f.Sign != nil {
		e.Signature, err = f.Sign(e.Channel, e.Body)
	}
	return err
}
