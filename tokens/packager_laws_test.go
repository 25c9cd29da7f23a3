package tokens_test

import (
	"testing"
	"time"

	"pgregory.net/rapid"

	"github.com/keyrotor/keyrotor/keyplan"
	"github.com/keyrotor/keyrotor/tokens"
)

// drawRotation gives a policy that rotates every 20s to 60s, with packagers that switch as
// often or otherwise.
func drawRotation(t *rapid.T) keyplan.PolicyConfig {
	interval := rapid.SampledFrom([]time.Duration{20 * time.Second, 30 * time.Second, 40 * time.Second, time.Minute})
	span := rapid.SampledFrom([]time.Duration{0, time.Second, 15 * time.Second, 90 * time.Second})
	c := every(interval.Draw(t, "every"))
	c.PackagerInterval = new(*c.Rotate.Every)
	c.Lead, c.DVR = new(span.Draw(t, "lead")), new(span.Draw(t, "dvr"))
	if rapid.Bool().Draw(t, "other intervals") {
		c.PackagerInterval = new(interval.Draw(t, "packager interval"))
	}
	if rapid.Bool().Draw(t, "other grace") {
		c.Grace = new(span.Draw(t, "grace"))
	}
	return c
}

// Two packagers, the second of which starts a while later, perhaps under another policy, and
// one that is late. Some are cut off, and some of these come back.
func TestEveryKeyThatAPackagerUsedWithinDVRIsInTheTokenOfAnyInstant(t *testing.T) {
	rapid.Check(t, func(rt *rapid.T) {
		s := newStudio(t, drawRotation(rt))
		packagers := []*packager{drawPackager(rt, s, "a")}
		packagers[0].run(t, s)
		second := rapid.IntRange(0, 60).Draw(rt, "second starts") * 5
		changed := rapid.Bool().Draw(rt, "under another policy")
		for elapsed := 0; elapsed <= 600; elapsed += 5 {
			s.at(t, morning.Add(time.Duration(elapsed)*time.Second))
			if elapsed == second {
				if changed {
					s.change(t, drawRotation(rt), packagers)
				}
				packagers = append(packagers, drawPackager(rt, s, "b"))
			}
			if elapsed == 300 {
				packagers = append(packagers, drawStraggler(rt, s, "c"))
			}
			for _, p := range packagers {
				p.run(t, s)
				p.plays(s.now, s.channel.Policy)
			}
			s.hasWhatIsUsed(rt, packagers)
		}
	})
}

// change puts the channel under another policy. A packager whose interval is another than
// that policy says is stopped, to be set anew; what it sent last is still being watched.
func (s *studio) change(t *testing.T, c keyplan.PolicyConfig, packagers []*packager) {
	t.Helper()
	s.channel = newChannel(t, c, nil)
	s.at(t, s.now)
	for _, p := range packagers {
		if p.interval != s.channel.Policy.PackagerInterval {
			p.silent, p.back = s.now, time.Time{}
		}
	}
}

// hasWhatIsUsed looks at what is on air, and at what was as long ago as dvr.
func (s *studio) hasWhatIsUsed(t *rapid.T, packagers []*packager) {
	pol := s.channel.Policy
	in := set(tokens.Wish{}.Window(s.plan.Licensable(pol, s.now), pol, s.now, tokens.Caps{}))
	for _, p := range packagers {
		for _, ago := range []int{0, int(pol.DVR / (5 * time.Second))} {
			if e, ok := p.used(ago, pol); ok && !in[e.Keys[0].KID] {
				t.Fatalf("%v after morning the key of the period %v after it is missing, which packager %s used %ds ago",
					s.now.Sub(morning), e.Start.Sub(morning), p.contentID, 5*ago)
			}
		}
	}
}
