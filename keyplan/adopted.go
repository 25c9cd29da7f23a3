package keyplan

import (
	"slices"
	"time"
)

// An Adopted binds a KID that a packager chose to a content key: one for every track,
// scheme and period in which the KID is used.
type Adopted struct {
	KID KID `json:"kid"`
	// Start is that of the period in which the KID was first used; zero: of none (see Static).
	Start time.Time `json:"start"`
	// Check is the key-check value (8 bytes; see KeyCheck).
	Check []byte `json:"check"`
	// Sealed is the content key as a Sealer keeps it, for the channel and KID alone.
	Sealed []byte `json:"sealed"`
}

// Record is adopted/<kid>.
func (a Adopted) Record() Record { return encode(adoptedName(a.KID), "adopted", a) }

func adoptedName(kid KID) string { return "adopted/" + kid.String() }

func (a Adopted) sound() bool { return whole(a.Start) }

// An AdoptedUse says that an adopted KID is used by a track under a scheme in the entry that
// begins at Start, or without key periods if that is zero.
type AdoptedUse struct {
	Start  time.Time `json:"start"`
	KID    KID       `json:"kid"`
	Track  Track     `json:"track"`
	Scheme Scheme    `json:"scheme"`
}

// Record is used/<start>/<kid>/<hex track>/<scheme>.
func (u AdoptedUse) Record() Record {
	name := "used/" + stamp(u.Start) + "/" + u.KID.String()
	return encode(name+"/"+hexName(string(u.Track))+"/"+string(u.Scheme), "used", u)
}

func (u AdoptedUse) sound() bool { return whole(u.Start) }

// key is the content key of one use.
func (a Adopted) key(u AdoptedUse) ContentKey {
	k := ContentKey{
		Track: u.Track, Scheme: u.Scheme, KID: a.KID, IV: ExplicitIV(a.KID, u.Scheme), Sealed: a.Sealed, Adopted: true,
	}
	if u.Scheme == CENC {
		k.Check = a.Check
	}
	return k
}

// Adopted finds the use of an adopted KID by a track under a scheme.
func (e *Entry) Adopted(kid KID, track Track, scheme Scheme) (ContentKey, bool) {
	i := slices.IndexFunc(e.Keys, func(k ContentKey) bool {
		return k.Adopted && k.KID == kid && k.Track == track && k.Scheme == scheme
	})
	if i < 0 {
		return ContentKey{}, false
	}
	return e.Keys[i], true
}
