package keyplan

import (
	"context"
	"fmt"
	"time"
)

// A KeyRef says which content key is meant: the key of a channel's track and scheme in
// the period that begins at Start, which is zero for a static key. Generation is 0 unless
// the first key was revoked before anybody used it.
type KeyRef struct {
	Channel    string
	Start      time.Time
	Track      Track
	Scheme     Scheme
	Generation int
}

// String names the place of a key in errors.
func (at KeyRef) String() string {
	if at.Start.Equal(staticStart) {
		return fmt.Sprintf("the static key of channel %s track %s %s", at.Channel, at.Track, at.Scheme)
	}
	return fmt.Sprintf("the key of channel %s period %s track %s %s", at.Channel, stamp(at.Start), at.Track, at.Scheme)
}

// A KeySource gives content keys of 16 bytes. It may draw a new one at each call
// (source/random) or always compute the same (source/derived); the store decides which of
// several draws counts.
type KeySource interface {
	// Draw gives the KID and key for a place in the plan.
	Draw(ctx context.Context, at KeyRef) (KID, Secret, error)
	// Adopt gives the key for a KID that a packager chose. start is that of the period in
	// which the KID is first used, or zero; only which secrets are in force depends on it.
	Adopt(ctx context.Context, channel string, kid KID, start time.Time) (Secret, error)
}

// A Sealer encrypts content keys at rest. What it seals for one KeyRef and KID opens
// only for the same.
type Sealer interface {
	Seal(ctx context.Context, at KeyRef, kid KID, key Secret) ([]byte, error)
	Open(ctx context.Context, at KeyRef, kid KID, sealed []byte) (Secret, error)
}
