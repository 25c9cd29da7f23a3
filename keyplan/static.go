package keyplan

import "time"

// A Static is the content key of a track and scheme for what is packaged without key
// periods. There is one for ever: it is made when it is first asked for, and never purged.
// Where its KID is revoked there is another of the next generation for who asks from then on.
type Static struct{ ContentKey }

// Record is static/<hex track>/<scheme>, and of a later generation behind that /<generation>.
func (s Static) Record() Record {
	name := "static/" + hexName(string(s.Track)) + "/" + string(s.Scheme)
	if s.Generation > 0 {
		name += "/" + number(uint64(s.Generation))
	}
	return encode(name, "static", s)
}

func (s Static) sound() bool { return s.Generation >= 0 }

// Static reports whether the keys of e are the static ones, which belong to no period.
func (e *Entry) Static() bool { return e.Period == Period{} }

// StaticEntry has the static keys of the channel, by track and scheme, in the place of a
// period's: its Period is zero. It may have none.
func (p *Plan) StaticEntry() *Entry { return p.static }

// StaticKeys are those of StaticEntry. The slice is not to be changed.
func (p *Plan) StaticKeys() []ContentKey { return p.static.Keys }

// Static finds the static key of a track and scheme, of the newest generation.
func (p *Plan) Static(track Track, scheme Scheme) (ContentKey, bool) {
	return p.static.Key(track, scheme)
}

// staticStart is in the place of the start of a period where there is none.
var staticStart time.Time
