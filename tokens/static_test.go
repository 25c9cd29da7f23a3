package tokens_test

import (
	"slices"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"github.com/keyrotor/keyrotor/keyplan"
	"github.com/keyrotor/keyrotor/tokens"
)

// withStatic makes the static keys of tracks under cbcs, and gives their KIDs.
func (s *studio) withStatic(t testing.TB, tracks ...keyplan.Track) []keyplan.KID {
	t.Helper()
	planner := keyplan.Planner{Source: s.source, Sealer: s.sealer}
	var kids []keyplan.KID
	for _, track := range tracks {
		recs, err := planner.Static(t.Context(), s.channel, s.plan, track, keyplan.CBCS)
		if err != nil {
			t.Fatal(err)
		}
		s.plan = s.plan.With(recs...)
		k, _ := s.plan.Static(track, keyplan.CBCS)
		kids = append(kids, k.KID)
	}
	return kids
}

func TestStaticKeysStandFirstAndChangeNothingElse(t *testing.T) {
	s := newStudio(t, halfMinutes())
	without := s.issue(t, tokens.Request{})
	kids := s.withStatic(t, "AUDIO", "VIDEO")
	with := s.issue(t, tokens.Request{})
	if diff := cmp.Diff(slices.Concat(kids, without.KIDs), with.KIDs); diff != "" {
		t.Error(diff)
	}
	one, two := decode(t, without.Token).Message, decode(t, with.Token).Message
	if diff := cmp.Diff(one.License, two.License); diff != "" || !with.Expires.Equal(without.Expires) || !with.RefreshAt.Equal(without.RefreshAt) {
		t.Errorf("expires %v, refresh at %v; licence: %s", with.Expires, with.RefreshAt, diff)
	}
	for _, k := range two.Source.Inline[:2] {
		_, static, _ := s.plan.KID(k.ID)
		_, want, err := s.source.Draw(t.Context(), s.plan.StaticEntry().Ref("news", static))
		if err != nil || string(decrypt(t, k.ID, k.EncryptedKey)) != string(want.Reveal()) {
			t.Errorf("encrypted_key of %s does not decrypt to its key: %v", k.ID, err)
		}
	}
}

func TestStaticKeysAloneAreLicensedUntilTheTokenEnds(t *testing.T) {
	s := newStudio(t, halfMinutes())
	s.plan = keyplan.NewPlan()
	kids := s.withStatic(t, "VIDEO")
	a := s.issue(t, tokens.Request{})
	want := morning.Add(10 * time.Minute)
	if end := decode(t, a.Token).Message.License.Expiration; !a.Expires.Equal(want) || !end.Equal(want) {
		t.Errorf("the token ends at %v, its licences at %v, want %v", a.Expires, end, want)
	}
	if diff := cmp.Diff(kids, a.KIDs); diff != "" {
		t.Error(diff)
	}
}

func TestStaticKeysGoInWhateverTheCapsButNotPastFilters(t *testing.T) {
	s := newStudio(t, halfMinutes())
	kids := s.withStatic(t, "AUDIO", "VIDEO")
	section := tokens.Section{Axinom: new(sampleConfig()), MaxKIDs: 1}
	for name, tt := range map[string]struct {
		wish tokens.Wish
		want []keyplan.KID
	}{
		"what is on air": {tokens.Wish{}, slices.Concat(kids, s.kids(t, 0))},
		"a span":         {tokens.Wish{From: morning, To: morning.Add(time.Second)}, slices.Concat(kids, s.kids(t, 0))},
		"one track":      {tokens.Wish{Tracks: []keyplan.Track{"VIDEO"}}, []keyplan.KID{kids[1], s.kids(t, 0)[0]}},
		"one KID":        {tokens.Wish{KIDs: kids[:1]}, kids[:1]},
	} {
		if diff := cmp.Diff(tt.want, s.issueWith(t, section, tokens.Request{Wish: tt.wish}).KIDs); diff != "" {
			t.Errorf("%s: %s", name, diff)
		}
	}
}

// rolling is a plan of ten 60s periods in each of which a packager uses one KID of its own,
// under cenc from the first and under cbcs from the second on.
func rolling(t *testing.T) (scene, keyplan.KID) {
	s, kid := minutes(t), keyplan.KID{9}
	recs := []keyplan.Record{keyplan.Adopted{KID: kid, Start: morning}.Record()}
	for _, e := range s.plan.Entries() {
		recs = append(recs, keyplan.AdoptedUse{Start: e.Start, KID: kid, Track: "VIDEO", Scheme: keyplan.CENC}.Record())
		if e.Start.After(morning) {
			recs = append(recs, keyplan.AdoptedUse{Start: e.Start, KID: kid, Track: "VIDEO", Scheme: keyplan.CBCS}.Record())
		}
	}
	s.plan = s.plan.With(recs...)
	return s, kid
}

func TestAKIDThatIsUsedInManyPeriodsIsInATokenOnce(t *testing.T) {
	s, kid := rolling(t)
	for name, w := range map[string]tokens.Window{
		"what is on air": s.window(tokens.Wish{}, tokens.Caps{}),
		"asked for":      s.window(tokens.Wish{KIDs: []keyplan.KID{kid, kid}}, tokens.Caps{}),
	} {
		n := 0
		for _, in := range w.KIDs() {
			if in == kid {
				n++
			}
		}
		last := w.Keys[len(w.Keys)-1].Of.Start
		if n != 1 || len(w.LeftOut) != 0 || last.Before(s.now) {
			t.Errorf("%s: %d times, left out %v, the last use is that at %v", name, n, w.LeftOut, last)
		}
	}
}

func TestATokenHasTheIVOfAKIDThatIsUsedUnderSeveralSchemes(t *testing.T) {
	s := newStudio(t, halfMinutes())
	kid := keyplan.KID{9}
	planner := keyplan.Planner{Source: s.source, Sealer: s.sealer}
	for i, scheme := range []keyplan.Scheme{keyplan.CENC, keyplan.CBCS, keyplan.CENC} {
		e, _ := s.plan.Starting(morning.Add(time.Duration(i/2) * 30 * time.Second))
		recs, err := planner.Adopt(t.Context(), s.channel, s.plan, e, kid, "VIDEO", scheme)
		if err != nil {
			t.Fatal(err)
		}
		s.plan = s.plan.With(recs...)
	}
	inline := decode(t, s.issue(t, tokens.Request{Wish: tokens.Wish{KIDs: []keyplan.KID{kid}}}).Token).Message.Source.Inline
	if len(inline) != 1 || !slices.Equal(inline[0].IV, keyplan.ExplicitIV(kid, keyplan.CBCS)) {
		t.Fatalf("%d keys; IV %x", len(inline), inline[0].IV)
	}
	want, err := s.source.Adopt(t.Context(), "news", kid, morning)
	if err != nil || string(decrypt(t, kid, inline[0].EncryptedKey)) != string(want.Reveal()) {
		t.Errorf("encrypted_key does not decrypt to its key: %v", err)
	}
}

func TestAKIDTakesRoomOnceHoweverOftenItIsUsed(t *testing.T) {
	s, kid := rolling(t)
	rapid.Check(t, func(t *rapid.T) {
		s, caps := s.later(time.Duration(rapid.IntRange(-300, 300).Draw(t, "later"))*time.Second), drawCaps(t)
		got, all := s.window(tokens.Wish{}, caps), s.window(tokens.Wish{}, tokens.Caps{})
		in := set(got)
		for _, l := range got.LeftOut {
			if in[l.KID] {
				t.Fatalf("%s is in and left out", l.KID)
			}
		}
		if len(in)+len(got.LeftOut) != len(set(all)) || !in[kid] && set(all)[kid] && len(got.Keys) > 0 {
			t.Fatalf("%d in, %d left out of %d", len(in), len(got.LeftOut), len(set(all)))
		}
		var bytes int
		for _, k := range distinct(got) {
			bytes += caps.Cost(k)
		}
		over := caps.Keys > 0 && len(in) > caps.Keys || bytes > caps.Room
		if past := slices.ContainsFunc(got.Keys, func(k tokens.Key) bool { return !k.Of.Contains(s.now) }); over && past {
			t.Fatalf("%d KIDs in %d bytes are over the caps", len(in), bytes)
		}
	})
}

// distinct is the longest of the keys of each KID.
func distinct(w tokens.Window) map[keyplan.KID]tokens.Key {
	keys := map[keyplan.KID]tokens.Key{}
	for _, k := range w.Keys {
		if len(k.IV) >= len(keys[k.KID].IV) {
			keys[k.KID] = k
		}
	}
	return keys
}
