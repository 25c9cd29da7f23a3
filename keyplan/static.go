package keyplan

import "time"

// A Static is the content key of a track and scheme for what is packaged without key
// periods. There is one for ever: it is made when it is first asked for, and never purged.
type Static struct{ ContentKey }

// Record is static/<hex track>/<scheme>.
func (s Static) Record() Record {
	return encode(staticName(s.Track, s.Scheme), "static", s)
}

func staticName(track Track, scheme Scheme) string {
	return "static/" + hexName(string(track)) + "/" + string(scheme)
}

func (s Static) sound() bool { return s.Generation == 0 }

// Static reports whether the keys of e are the static ones, which belong to no period.
func (e *Entry) Static() bool { return e.Period == Period{} }

// StaticEntry has the static keys of the channel, by track and scheme, in the place of a
// period's: its Period is zero. It may have none.
func (p *Plan) StaticEntry() *Entry { return p.static }

// StaticKeys are those of StaticEntry. The slice is not to be changed.
func (p *Plan) StaticKeys() []ContentKey { return p.static.Keys }

// Static finds the static key of a track and scheme.
func (p *Plan) Static(track Track, scheme Scheme) (ContentKey, bool) {
	return p.static.Key(track, scheme)
}

// staticStart is in the place of the start of a period where there is none.
var staticStart time.Time
