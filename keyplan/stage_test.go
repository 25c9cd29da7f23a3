package keyplan_test

import (
	"encoding/binary"
	"time"

	"github.com/keyrotor/keyrotor/keyplan"
	"github.com/keyrotor/keyrotor/keyplan/seal"
	"github.com/keyrotor/keyrotor/keyplan/source"
)

// A tester is a *testing.T, a *testing.B or a *rapid.T.
type tester interface {
	Helper()
	Fatal(...any)
	Fatalf(string, ...any)
}

var noon = time.Date(2026, 11, 21, 12, 0, 0, 0, time.UTC)

// minutely is a policy of one-minute periods whose keep is an hour.
func minutely() keyplan.PolicyConfig {
	return keyplan.PolicyConfig{Rotate: keyplan.RotateConfig{Every: new(time.Minute)}, Keep: new(time.Hour)}
}

// live is the channel "news" with two tracks under a policy that must be right.
func live(t tester, c keyplan.PolicyConfig) *keyplan.Channel {
	t.Helper()
	pol, problems := keyplan.NewPolicy(c)
	if len(problems) > 0 {
		t.Fatal(problems)
	}
	ch, problems := keyplan.NewChannel(keyplan.ChannelConfig{ID: "news", Tracks: []keyplan.Track{"VIDEO", "AUDIO"}}, pol)
	if len(problems) > 0 {
		t.Fatal(problems)
	}
	return ch
}

// newPlanner draws its keys at random, so that no two drafts are the same.
func newPlanner(t tester) keyplan.Planner {
	t.Helper()
	sealer, err := seal.NewLocal(keyplan.NewSecret(make([]byte, 32)))
	if err != nil {
		t.Fatal(err)
	}
	return keyplan.Planner{Source: source.Random{}, Sealer: sealer}
}

// settled is p with everything that draft finds lacking.
func settled(t tester, p *keyplan.Plan, draft keyplan.Draft) *keyplan.Plan {
	t.Helper()
	for range 1000 {
		recs, err := draft(p)
		if err != nil {
			t.Fatal(err)
		}
		if len(recs) == 0 {
			return p
		}
		p = p.With(recs...)
	}
	t.Fatal("a thousand drafts, and the plan still lacks something")
	return nil
}

// made is an entry of one track with the KID that kidOf gives.
func made(start, end time.Time, variant byte) keyplan.Entry {
	kid := kidOf(start, variant)
	return keyplan.Entry{Period: keyplan.Period{Start: start, End: end}, Policy: "made", Keys: []keyplan.ContentKey{{
		Track: "VIDEO", Scheme: keyplan.CBCS, KID: kid,
		IV: keyplan.ExplicitIV(kid, keyplan.CBCS), Sealed: []byte{variant},
	}}}
}

// aKey is a key of a track under cbcs with a KID that no other has.
func aKey(start time.Time, track keyplan.Track) keyplan.ContentKey {
	kid := kidOf(start, 100+track[0])
	return keyplan.ContentKey{
		Track: track, Scheme: keyplan.CBCS, KID: kid, IV: keyplan.ExplicitIV(kid, keyplan.CBCS), Sealed: []byte{track[0]},
	}
}

func kidOf(start time.Time, variant byte) (kid keyplan.KID) {
	binary.BigEndian.PutUint64(kid[:], uint64(start.Unix()))
	kid[15] = variant
	return kid
}

// chain is one-minute entries from start on.
func chain(start time.Time, n int) []keyplan.Record {
	var recs []keyplan.Record
	for i := range n {
		at := start.Add(time.Duration(i) * time.Minute)
		recs = append(recs, made(at, at.Add(time.Minute), 0).Record())
	}
	return recs
}

func records(facts ...keyplan.Fact) []keyplan.Record {
	var recs []keyplan.Record
	for _, f := range facts {
		recs = append(recs, f.Record())
	}
	return recs
}

// periods lists the spans of a plan's entries.
func periods(p *keyplan.Plan) []keyplan.Period {
	var spans []keyplan.Period
	for _, e := range p.Entries() {
		spans = append(spans, e.Period)
	}
	return spans
}
