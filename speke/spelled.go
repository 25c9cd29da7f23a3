package speke

import (
	"encoding/base64"
	"sync"
	"time"

	"github.com/keyrotor/keyrotor/keyplan"
	"github.com/keyrotor/keyrotor/speke/cpix"
	"github.com/keyrotor/keyrotor/speke/signaling"
)

// A spelled is the signaling of one key for one DRM system as documents have it, all in
// base64. What the system does not have is absent.
type spelled struct {
	pssh, contentProtection, protectionHeader cpix.Text
	hlsMedia, hlsMaster                       cpix.Text
	uri, keyFormat, keyFormatVersions         cpix.Text
}

func spell(s signaling.Signaling) *spelled {
	return &spelled{
		pssh: encoded(s.PSSH), contentProtection: encoded(s.ContentProtectionData), protectionHeader: encoded(s.ProtectionHeader),
		hlsMedia: encoded([]byte(s.HLSMedia)), hlsMaster: encoded([]byte(s.HLSMaster)),
		uri: encoded([]byte(s.URI)), keyFormat: encoded([]byte(s.KeyFormat)), keyFormatVersions: encoded([]byte(s.KeyFormatVersions)),
	}
}

// encoded is base64 of b, or absent if b is empty.
func encoded(b []byte) cpix.Text {
	if len(b) == 0 {
		return cpix.Text{}
	}
	return cpix.NewText(base64.StdEncoding.EncodeToString(b))
}

// A speller builds signaling and remembers it, because packagers ask for the same again and
// again and building it is most of the work of an answer. It holds no keys.
type speller struct {
	build func(string, *keyplan.Entry, keyplan.ContentKey, signaling.System) (signaling.Signaling, bool)

	mu    sync.RWMutex // guards known
	known map[spelling]*spelled
}

// A spelling is all that signaling depends on besides the channel's settings.
type spelling struct {
	channel string
	start   time.Time
	kid     keyplan.KID
	scheme  keyplan.Scheme
	system  signaling.System
}

// mostKnown bounds what is remembered. A key under three systems takes up to 10 kB.
const mostKnown = 8192

// spell gives the signaling of a key for a system. It has nothing where the system cannot
// have the key.
func (s *speller) spell(channel string, e *keyplan.Entry, k keyplan.ContentKey, system signaling.System) *spelled {
	of := spelling{channel, e.Start, k.KID, k.Scheme, system}
	s.mu.RLock()
	found, ok := s.known[of]
	s.mu.RUnlock()
	if ok {
		return found
	}
	made, _ := s.build(channel, e, k, system)
	found = spell(made)
	s.keep(of, found)
	return found
}

// keep forgets everything when it is full: what is asked for is built again once.
func (s *speller) keep(of spelling, found *spelled) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.known == nil || len(s.known) >= mostKnown {
		s.known = map[spelling]*spelled{}
	}
	s.known[of] = found
}
