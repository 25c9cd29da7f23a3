package tokens_test

import (
	"encoding/binary"
	"time"

	"pgregory.net/rapid"

	"github.com/keyrotor/keyrotor/keyplan"
	"github.com/keyrotor/keyrotor/tokens"
)

// A scene is any plan at any time: up to three tracks in two schemes, packagers that
// count as they like and ask when they like.
type scene struct {
	policy *keyplan.Policy
	plan   *keyplan.Plan
	now    time.Time
}

func drawScene(t *rapid.T) scene {
	policy := drawPolicy(t)
	recs := drawEntries(t, policy)
	if rapid.Bool().Draw(t, "anchored") {
		recs = append(recs, keyplan.Binding{
			ContentID: "news", N: 1, Kind: keyplan.BoundAnchored, At: morning, Interval: policy.PackagerInterval,
		}.Record())
	}
	now := drawInstant(t, policy, "now")
	for range rapid.IntRange(0, 5).Draw(t, "asks") {
		asked := drawInstant(t, policy, "asked")
		if asked.After(now) {
			asked = now
		}
		recs = append(recs, drawSeen(t, policy, asked).Record())
	}
	return scene{policy, keyplan.NewPlan(recs...), now}
}

func drawPolicy(t *rapid.T) *keyplan.Policy {
	seconds := func(name string, most int) *time.Duration {
		return new(time.Duration(rapid.IntRange(0, most).Draw(t, name)) * time.Second)
	}
	c := keyplan.PolicyConfig{
		Lead: seconds("lead", 200), DVR: seconds("dvr", 600), Grace: seconds("grace", 200),
		Rotate:           keyplan.RotateConfig{Every: new(30 * time.Second)},
		PackagerInterval: new(time.Duration(rapid.SampledFrom([]int{15, 30, 40}).Draw(t, "packager interval")) * time.Second),
	}
	policy, ps := keyplan.NewPolicy(c)
	if len(ps) > 0 {
		t.Fatal(ps)
	}
	if rapid.Bool().Draw(t, "keep the least") {
		policy.Keep = policy.DVR + policy.Grace + 4*policy.PackagerInterval
	}
	return policy
}

// drawEntries plans 1 to 60 periods from morning on.
func drawEntries(t *rapid.T, policy *keyplan.Policy) []keyplan.Record {
	tracks := rapid.IntRange(1, 3).Draw(t, "tracks")
	recs := []keyplan.Record{keyplan.First{N: 1, Start: morning}.Record()}
	period := keyplan.Period{Start: morning, End: morning.Add(policy.Every)}
	for n := range rapid.IntRange(1, 60).Draw(t, "periods") {
		recs = append(recs, keyplan.Entry{Period: period, Keys: keysOf(n, tracks)}.Record())
		period = keyplan.Period{Start: period.End, End: period.End.Add(policy.Every)}
	}
	return recs
}

func keysOf(period, tracks int) []keyplan.ContentKey {
	var keys []keyplan.ContentKey
	for i, track := range []keyplan.Track{"VIDEO", "AUDIO", "UHD"}[:tracks] {
		for j, scheme := range []keyplan.Scheme{keyplan.CENC, keyplan.CBCS} {
			var kid keyplan.KID
			binary.BigEndian.PutUint64(kid[8:], uint64(period*100+i*10+j+1))
			keys = append(keys, keyplan.ContentKey{Track: track, Scheme: scheme, KID: kid, IV: keyplan.ExplicitIV(kid, scheme)})
		}
	}
	return keys
}

func drawSeen(t *rapid.T, policy *keyplan.Policy, asked time.Time) keyplan.Seen {
	start := morning.Add(time.Duration(rapid.IntRange(0, 60).Draw(t, "asked for")) * policy.Every)
	packager := rapid.SampledFrom([]string{"a", "b"}).Draw(t, "packager")
	return keyplan.NewSeen(start, packager, policy.PackagerInterval, asked)
}

func drawInstant(t *rapid.T, policy *keyplan.Policy, name string) time.Time {
	most := int(70 * policy.Every / time.Second)
	return morning.Add(time.Duration(rapid.IntRange(-100, most).Draw(t, name)) * time.Second)
}

// drawFilters gives a wish for what is on air, of some tracks or one scheme.
func drawFilters(t *rapid.T) tokens.Wish {
	return tokens.Wish{
		Tracks: rapid.SliceOfDistinct(rapid.SampledFrom([]keyplan.Track{"VIDEO", "AUDIO", "UHD"}), func(t keyplan.Track) keyplan.Track { return t }).Draw(t, "only tracks"),
		Scheme: rapid.SampledFrom([]keyplan.Scheme{"", keyplan.CENC, keyplan.CBCS}).Draw(t, "only scheme"),
	}
}

func drawCaps(t *rapid.T) tokens.Caps {
	return tokens.Caps{
		Keys: rapid.IntRange(0, 20).Draw(t, "most keys"),
		Cost: func(k tokens.Key) int { return 50 + len(k.IV) },
		Room: rapid.IntRange(0, 1500).Draw(t, "room"),
	}
}

func (s scene) window(w tokens.Wish, caps tokens.Caps) tokens.Window {
	return w.Window(s.plan.Licensable(s.policy, s.now), s.policy, s.now, caps)
}

func (s scene) later(d time.Duration) scene {
	s.now = s.now.Add(d)
	return s
}

func set(w tokens.Window) map[keyplan.KID]bool {
	in := map[keyplan.KID]bool{}
	for _, k := range w.KIDs() {
		in[k] = true
	}
	return in
}
