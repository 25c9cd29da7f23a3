package tokens_test

import (
	"fmt"
	"time"

	"github.com/keyrotor/keyrotor/keyplan"
	"github.com/keyrotor/keyrotor/tokens"
)

const viewersOfADay = 1000

// slowest is how long after refreshAt half of the viewers ask. The others ask at once.
const slowest = time.Minute

// A viewer watches what one packager has on air, live or behind, for a session, and then
// another one. It asks for a token when it begins and some time after refreshAt.
type viewer struct {
	begin, end time.Time // of its session
	program    *program
	encryptor  *encryptor
	behind     int // ticks
	seeks      time.Time
	asks       time.Time
	token      pass

	played  *keyplan.Entry // what it needed last, and …
	checked pass           // … with which token
}

// A pass is what a token lets its viewer play.
type pass struct {
	kids    map[keyplan.KID]bool
	refresh time.Time
	written time.Time
	plan    *keyplan.Plan
}

// newViewers begin within the first hour.
func newViewers(s *station) []*viewer {
	viewers := make([]*viewer, viewersOfADay)
	for i := range viewers {
		viewers[i] = &viewer{}
		viewers[i].rest(s, time.Hour)
	}
	return viewers
}

// rest lets v begin its next session within the given time.
func (v *viewer) rest(s *station, most time.Duration) {
	v.begin = s.now.Add(s.span(most, 5*tick))
	v.end = v.begin.Add(10*time.Minute + s.span(4*time.Hour, 5*tick))
	v.asks, v.seeks = v.begin, v.begin
	v.program = s.programs[s.rand.IntN(len(s.programs))]
	v.encryptor = v.program.encryptors[s.rand.IntN(len(v.program.encryptors))]
	v.played = nil
}

// span is a random number of steps, up to most.
func (s *station) span(most, step time.Duration) time.Duration {
	return time.Duration(s.rand.IntN(int(most/step)+1)) * step
}

func (v *viewer) pass(s *station) {
	if s.now.Before(v.begin) {
		return
	}
	if s.now.Equal(v.begin) {
		s.figures.sessions++
	}
	if !s.now.Before(v.seeks) {
		v.seek(s)
	}
	if !s.now.Before(v.asks) {
		v.fetch(s)
	}
	v.play(s)
	if !s.now.Before(v.end) {
		v.rest(s, 2*time.Hour)
	}
}

// seek goes live, as far back as dvr, or anywhere between, and stays there for a while.
func (v *viewer) seek(s *station) {
	s.figures.seeks++
	dvr := v.program.channel.Policy.DVR
	switch s.rand.IntN(3) {
	case 0:
		v.behind = 0
	case 1:
		v.behind = int(dvr / tick)
	case 2:
		v.behind = int(s.span(dvr, tick) / tick)
	}
	v.seeks = s.now.Add(time.Minute + s.span(40*time.Minute, tick))
}

// fetch gets the token of this instant, which is the same for all viewers of a channel.
func (v *viewer) fetch(s *station) {
	newest, plan := &v.program.newest, s.replica.Plan(v.program.channel.ID)
	if !newest.written.Equal(s.now) || newest.plan != plan {
		*newest = s.issue(v.program.channel)
		newest.written, newest.plan = s.now, plan
	}
	s.figures.tokens++
	v.token = *newest
	v.asks = v.token.refresh.Add(s.span(slowest, slowest))
}

func (s *station) issue(ch *keyplan.Channel) pass {
	s.figures.written++
	a, err := s.issuer.Issue(s.Context(), ch, tokens.Request{})
	if err != nil {
		s.Fatal(err)
	}
	kids := make(map[keyplan.KID]bool, len(a.KIDs))
	for _, kid := range a.KIDs {
		kids[kid] = true
	}
	return pass{kids: kids, refresh: a.RefreshAt}
}

// play needs the key of what was on air where v is. Whoever wants to be further back than
// the day goes to its beginning.
func (v *viewer) play(s *station) {
	entry := v.encryptor.air[max(s.ticks()-v.behind, 0)]
	if entry == nil || entry == v.played && v.token.written.Equal(v.checked.written) {
		return
	}
	v.played, v.checked = entry, v.token
	s.figures.needs++
	if v.token.kids[entry.Keys[0].KID] {
		return
	}
	s.figures.missed++
	if s.figures.first == "" {
		s.figures.first = fmt.Sprintf("%v into the day, %v behind live: the period %v into the day, which %q had on air",
			s.now.Sub(s.begin), time.Duration(v.behind)*tick, entry.Start.Sub(s.begin), v.encryptor.name)
	}
}
