package widevine_test

import (
	"encoding/json"
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"github.com/keyrotor/keyrotor/keyplan"
)

// A place is where a key stands in an answer.
type place struct {
	Index uint32
	Type  keyplan.Track
}

func TestAnAnswerHasEachTrackOfEachPeriodInOrder(t *testing.T) {
	s, h := newStack(t, nil)
	rapid.Check(t, func(rt *rapid.T) {
		first := rapid.Uint32().Draw(rt, "first")
		count := rapid.Uint32Range(1, 20).Draw(rt, "count")
		n := rapid.IntRange(1, 5).Draw(rt, "tracks")
		types := rapid.Permutation(fiveTracks()).Draw(rt, "types")[:n]
		s.served = nil
		got := direct(t, h, envelope(t, draft(t, first, count, types)))

		var want, have []place
		for i := range count {
			for _, track := range types {
				want = append(want, place{first + i, track})
			}
		}
		kids := map[string]bool{}
		for _, track := range got.Tracks {
			have = append(have, place{*track.Index, track.Type})
			kids[string(track.KID)] = true
		}
		if diff := cmp.Diff(want, have); diff != "" {
			rt.Error(diff)
		}
		if len(kids) != len(want) {
			rt.Errorf("%d KIDs for %d places", len(kids), len(want))
		}
		if !slices.IsSortedFunc(s.served, func(a, b keyplan.Period) int { return a.Start.Compare(b.Start) }) {
			rt.Error("periods are not ascending")
		}
	})
}

func draft(t testing.TB, first, count uint32, types []keyplan.Track) string {
	t.Helper()
	var tracks []map[string]keyplan.Track
	for _, track := range types {
		tracks = append(tracks, map[string]keyplan.Track{"type": track})
	}
	text, err := json.Marshal(map[string]any{
		"tracks": tracks, "first_crypto_period_index": first, "crypto_period_count": count,
	})
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}
