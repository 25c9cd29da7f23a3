package keyplan

import (
	"crypto/sha256"
	"time"
)

// A First begins a plan: the chain of periods from its Start on. N counts from 1. The one
// after it begins where a channel that was idle comes back.
type First struct {
	N     int       `json:"n"`
	Start time.Time `json:"start"`
}

// Record is first/<n>.
func (f First) Record() Record {
	return encode(firstName(f.N), "first", f)
}

func firstName(n int) string { return "first/" + number(uint64(n)) }

func (f First) sound() bool { return f.N > 0 && whole(f.Start) }

// A Closed says that no period begins at Start, where the plan ended longer than keep ago:
// the next First begins anew. It is kept under the name that such a period would have, so
// that of a replica which closes the plan and one which still extends it one loses.
type Closed struct {
	Start time.Time `json:"start"`
}

// Record is period/<start>.
func (c Closed) Record() Record { return encode(periodName(c.Start), "closed", c) }

func (c Closed) sound() bool { return whole(c.Start) }

// An Entry is a planned period with its content keys. Once it is kept, its ends, KIDs and
// keys never change.
type Entry struct {
	Period
	// Back is true if it was made on demand, before the plan began.
	Back bool `json:"back,omitempty"`
	// Policy is the Hash of the policy that made it.
	Policy string `json:"policy"`
	// Keys holds, in a record, one for each track and scheme that the channel had when it
	// was planned; in a Plan, after those, what was added and adopted since.
	Keys []ContentKey `json:"keys"`
	// Split is true in a Plan if the entry begins where a Split is.
	Split bool `json:"-"`
	// Generation is the newest of the keys, and Replaced the KIDs of older ones (see Renewed).
	Generation int   `json:"-"`
	Replaced   []KID `json:"-"`
}

// Record is period/<start>, or back/<end> if it lies before the beginning: there the plan
// grows backwards, and each entry ends where the next one begins.
func (e Entry) Record() Record { return encode(e.name(), "period", e) }

func (e Entry) name() string {
	if e.Back {
		return backName(e.End)
	}
	return periodName(e.Start)
}

func (e Entry) sound() bool { return whole(e.Start, e.End) && e.End.After(e.Start) }

func periodName(start time.Time) string { return "period/" + stamp(start) }

func backName(end time.Time) string { return "back/" + stamp(end) }

// A ContentKey is the key of one track and scheme in one period, without the key itself.
type ContentKey struct {
	Track      Track  `json:"track"`
	Scheme     Scheme `json:"scheme"`
	Generation int    `json:"generation,omitempty"`
	KID        KID    `json:"kid"`
	// IV is the explicitIV (16 bytes), or nil where none is made (see ExplicitIV).
	IV []byte `json:"iv,omitempty"`
	// Check is the key-check value (8 bytes) of a key for cenc, nil otherwise (see KeyCheck).
	Check []byte `json:"check,omitempty"`
	// Sealed is the content key as a Sealer keeps it.
	Sealed []byte `json:"sealed"`
	// Adopted is true if the KID is a packager's own (see AdoptedUse).
	Adopted bool `json:"-"`
	// Withdrawn is, in a Plan, from when on the KID is (see Revoked). Zero: it is not revoked.
	Withdrawn time.Time `json:"-"`
}

// Key finds the key of a track and scheme. Adopted ones do not count: there may be several
// (see Adopted).
func (e *Entry) Key(track Track, scheme Scheme) (ContentKey, bool) {
	for i := range e.Keys {
		if k := &e.Keys[i]; !k.Adopted && k.Track == track && k.Scheme == scheme {
			return *k, true
		}
	}
	return ContentKey{}, false
}

// Ref says where in a channel's plan k, one of the keys of e, stands. An adopted key has no
// place but the channel.
func (e *Entry) Ref(channel string, k ContentKey) KeyRef {
	if k.Adopted {
		return KeyRef{Channel: channel}
	}
	return KeyRef{Channel: channel, Start: e.Start, Track: k.Track, Scheme: k.Scheme, Generation: k.Generation}
}

// ExplicitIV is the initialization vector of a content key (16 bytes): made from its KID,
// never from the key, and only for cbcs, whose constant IV packagers take from the key
// provider. For cenc it is nil: a fixed IV under a fixed key would repeat keystream after
// a packager restart. For cbc1 (HLS AES-128) it is nil: the IV follows the segment number.
func ExplicitIV(kid KID, scheme Scheme) []byte {
	if scheme != CBCS {
		return nil
	}
	sum := sha256.Sum256(append([]byte("keyrotor explicitIV\x00"), kid[:]...))
	return sum[:16]
}

// A Gone says that every period up to the end of this one has been purged. It is kept
// before the keys are deleted, so that the chain of the remaining ones still has a start.
type Gone struct{ Period }

// Record is gone/<start>.
func (g Gone) Record() Record { return encode("gone/"+stamp(g.Start), "gone", g) }

func (g Gone) sound() bool { return whole(g.Start, g.End) && g.End.After(g.Start) }
