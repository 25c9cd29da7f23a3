package announce

import (
	"encoding/json"

	"github.com/keyrotor/keyrotor/keyplan"
)

// A Message is one thing that a client that follows is told.
type Message struct {
	// ID is the event's sequence number, to follow from after a lost connection. 0 means
	// that the message has none and is not repeated.
	ID   uint64
	Type Type
	// Data is shared and not to be changed. It is one line of JSON: a Period for Announced, a
	// Withdrawal for Revoked, a Span for Rotated, Begun and Ended, an empty object otherwise.
	Data []byte
}

// A Type says what a Message tells.
type Type string

// The types of messages. The first three come from the feed and have an ID.
const (
	Announced = Type(keyplan.Announced)
	// Rotated says that a period begins where none was planned to; Announced tells its keys.
	Rotated = Type(keyplan.Rotated)
	// Revoked says from when on a KID is withdrawn.
	Revoked = Type(keyplan.KIDRevoked)
	// Begun and Ended mark the boundary between two periods.
	Begun Type = "begun"
	Ended Type = "ended"
	// Reset comes first if the client has missed what the feed no longer holds, or was
	// following another feed: what it knows is to be replaced by the Document. What the feed
	// holds of periods that are not over follows.
	Reset Type = "reset"
	// Heartbeat says nothing but that the connection is alive.
	Heartbeat Type = "heartbeat"
)

func message(id uint64, typ Type, data any) Message {
	encoded, err := json.Marshal(data)
	if err != nil {
		panic("announce: " + string(typ) + " does not marshal: " + err.Error())
	}
	return Message{ID: id, Type: typ, Data: encoded}
}

// bare is a message without data.
func bare(typ Type) Message { return Message{Type: typ, Data: []byte("{}")} }
