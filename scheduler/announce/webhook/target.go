package webhook

import (
	"crypto/sha256"
	"encoding/hex"
	"slices"
	"time"

	"github.com/keyrotor/keyrotor/keyplan"
	"github.com/keyrotor/keyrotor/scheduler/announce"
)

// A Target is an endpoint that is told of events.
type Target struct {
	Name string
	// Origin is scheme, host and port of the URL; the rest of it may be secret.
	Origin       string
	Channels     keyplan.ChannelIDs
	Events       []announce.Type
	Timeout      time.Duration
	MaxAge       time.Duration
	AllowPrivate bool

	url     keyplan.Secret
	secrets []keyplan.Secret // decoded
}

// wants reports whether the target is told of events of a type.
func (t *Target) wants(e keyplan.EventType) bool { return slices.Contains(t.Events, announce.Type(e)) }

// fingerprint tells the URL from another one, and nothing else.
func (t *Target) fingerprint() string {
	sum := sha256.Sum256(t.url.Reveal())
	return hex.EncodeToString(sum[:8])
}
