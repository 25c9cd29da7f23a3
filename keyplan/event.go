package keyplan

import (
	"strconv"
	"time"
)

// An Event is one line of a channel's feed: the order in which decisions and announcements
// became known. It decides nothing. Two replicas may append the same event under two
// sequence numbers; readers drop the second by its ID.
type Event struct {
	Seq uint64 `json:"seq"`
	// ID is made from what the event announces, so that it is the same on every replica.
	ID   string    `json:"id"`
	Type EventType `json:"type"`
	// At is when it was appended.
	At time.Time `json:"at"`
	// Start is that of the period which the event is about.
	Start time.Time `json:"start"`
	// KID and From are what is withdrawn when, in a KIDRevoked.
	KID  *KID      `json:"kid,omitempty"`
	From time.Time `json:"from,omitzero"`
	// By and Reason are who decided it by command, and why. Clients are not told.
	By     string `json:"by,omitempty"`
	Reason string `json:"reason,omitempty"`
}

// An EventType says what became known.
type EventType string

const (
	// Announced: the period that begins at Start enters tokens and may be preloaded.
	Announced EventType = "announced"
	// Rotated: by command, a period begins at Start where none was planned to.
	Rotated EventType = "rotated"
	// KIDRevoked: KID, of the period that begins at Start, is withdrawn from From on.
	KIDRevoked EventType = "revoked"
)

// Announce is the event that announces the period which begins at start.
func Announce(start, now time.Time) Event {
	return Event{ID: string(Announced) + "/" + stamp(start), Type: Announced, At: now.UTC(), Start: start}
}

// Announcement is the event that announces the period of e with the keys that it has. Those
// that came after it was planned are announced by another event, if it was announced before.
func (p *Plan) Announcement(e *Entry, now time.Time) Event {
	event := Announce(e.Start, now)
	if later := len(e.Keys) - len(p.original(e).Keys); later > 0 {
		event.ID += "/" + strconv.Itoa(later)
	}
	if e.Generation > 0 {
		event.ID += "/generation/" + strconv.Itoa(e.Generation)
	}
	return event
}

// Name is feed/<seq>.
func (e Event) Name() string { return FeedPrefix + number(e.Seq) }

// Record is feed/<seq>.
func (e Event) Record() Record { return encode(e.Name(), "event", e) }

func (e Event) sound() bool { return e.Seq > 0 && e.ID != "" }

// FeedPrefix begins the names of all events and of nothing else.
const FeedPrefix = "feed/"
