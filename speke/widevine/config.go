package widevine

import (
	"context"
	"log/slog"
	"net/http"
	"time"

	"github.com/keyrotor/keyrotor/keyplan"
	"github.com/keyrotor/keyrotor/speke/signaling"
)

// A Config for a Handler. Every field is needed but the last six.
type Config struct {
	Signers []Signer
	// Channel finds a channel by its ID, with Policy: one that there is, or that Entries
	// creates.
	Channel func(id string) (*keyplan.Channel, bool)
	// Entries gives the entry of each index of an Ask, in order, with all of its keys; of one
	// without indexes the entry in force. It fails if it cannot give all of them.
	Entries func(context.Context, Ask) ([]*keyplan.Entry, error)
	// Open opens a sealed key, as keyplan.Sealer does.
	Open func(ctx context.Context, at keyplan.KeyRef, kid keyplan.KID, sealed []byte) (keyplan.Secret, error)
	// Signaling builds the signaling of a key: the same bytes for whoever publishes them.
	Signaling func(channel string, e *keyplan.Entry, k keyplan.ContentKey, system signaling.System) (signaling.Signaling, bool)

	// Patience is for how long a call is held, and tried again each second, while it fails
	// for a passing reason. That is the only kind of trouble that shaka-packager 3.4.2
	// outlives: it gives up after 60 s and calls again, five times in all, but any answer
	// that is not OK ends it. Nil means that calls are not held.
	Patience time.Duration
	// Packager names who asks in observations. Nil means the signer.
	Packager func(r *http.Request, signer string) string
	// Served is told what was answered: the entry of each index, or the one in force. Nil
	// means that nobody observes.
	Served func(Ask, []*keyplan.Entry)
	// Answered counts an answer by its status, such as OK; channel is "" if it is not known
	// or not the signer's. Nil means that nobody counts.
	Answered func(channel, status string)
	// Unsigned is told of a call that no signer has signed, and gives for how long who sent it
	// shall wait, or 0: then it has its usual answer. Nil means that nobody waits.
	Unsigned func(*http.Request) time.Duration
	// Log is told of refusals. Nil means slog.Default.
	Log *slog.Logger
}

// An Ask is for the keys of a content ID in consecutive periods, or in the one in force.
type Ask struct {
	Channel   *keyplan.Channel
	ContentID string
	// Indexes are ascending by one, and may roll over. None asks for the entry in force.
	Indexes []uint32
	// Anchor is the index that is in force now if this is the first call that a content ID
	// without a binding makes: the second index, for shaka-packager asks from the one before
	// the current on, or 0 if it asks from 0 on, before which there is none.
	Anchor uint32
	// Tracks and Scheme name the keys.
	Tracks []keyplan.Track
	Scheme keyplan.Scheme
	// Packager is who asks.
	Packager string
}

// anchor is the index in force at the first call, whose first index is given.
func anchor(first uint32) uint32 {
	if first == 0 {
		return 0
	}
	return first + 1
}
