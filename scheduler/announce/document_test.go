package announce_test

import (
	"bytes"
	"encoding/base64"
	"encoding/hex"
	"encoding/json"
	"flag"
	"os"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"github.com/keyrotor/keyrotor/keyplan"
	"github.com/keyrotor/keyrotor/scheduler/announce"
)

var update = flag.Bool("update", false, "rewrite the golden documents")

func document(t *testing.T, r *rig) announce.Document {
	t.Helper()
	d, ok := r.Document("news")
	if !ok {
		t.Fatal("no document")
	}
	return d
}

func TestTheDocumentOfAChannelIsAsWritten(t *testing.T) {
	r := newRig(t, everyMinute, keyplan.CBCS, keyplan.CBC1)
	r.plan(t)
	r.announce(t, 0)
	r.announce(t, 1)
	r.now = func() time.Time { return noon.Add(45 * time.Second) }
	got, err := json.MarshalIndent(document(t, r), "", "  ")
	if err != nil {
		t.Fatal(err)
	}
	got = append(got, '\n')
	const golden = "testdata/document.json"
	if *update {
		if err := os.WriteFile(golden, got, 0o644); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(golden)
	if diff := cmp.Diff(string(want), string(got)); err != nil || diff != "" {
		t.Errorf("%v, document (-want +got):\n%s", err, diff)
	}
}

func TestADocumentHoldsNoSecretNorSealedKey(t *testing.T) {
	r := newRig(t, everyMinute, keyplan.CENC)
	r.plan(t)
	text, err := json.Marshal(document(t, r))
	if err != nil {
		t.Fatal(err)
	}
	e, _ := r.Plan("news").At(noon)
	for i, k := range e.Keys {
		key, err := r.planner.Sealer.Open(t.Context(), e.Ref("news", k), k.KID, k.Sealed)
		if err != nil {
			t.Fatal(err)
		}
		for _, secret := range [][]byte{key.Reveal(), k.Sealed} {
			for _, written := range []string{hex.EncodeToString(secret), base64.StdEncoding.EncodeToString(secret)} {
				if bytes.Contains(text, []byte(written)) {
					t.Errorf("key %d stands in the document", i)
				}
			}
		}
	}
}

func TestAnnouncedSignalingIsTheBytesThatSignalingBuilds(t *testing.T) {
	r := newRig(t, everyMinute, keyplan.CENC)
	r.plan(t)
	e, _ := r.Plan("news").At(noon)
	for i, k := range document(t, r).Current.Keys {
		for _, system := range k.Systems {
			made, _ := signal("news", e, e.Keys[i], system.SystemID)
			want := announce.System{
				SystemID: system.SystemID, Name: system.Name,
				PSSH: made.PSSH, ContentProtectionData: made.ContentProtectionData,
			}
			if made.HLSMedia != "" {
				want.HLS = &announce.HLS{Media: made.HLSMedia, Master: made.HLSMaster}
			}
			got := system
			if diff := cmp.Diff(want, got); diff != "" {
				t.Errorf("%s of %s (-want +got):\n%s", system.Name, k.Track, diff)
			}
		}
		names := []string{"Widevine", "PlayReady", "W3C Common PSSH", "ClearKey"} // under cenc, nothing else set
		if diff := cmp.Diff(names, systemNames(k)); diff != "" {
			t.Errorf("systems for track %s (-want +got):\n%s", k.Track, diff)
		}
	}
}

func systemNames(k announce.Key) []string {
	var names []string
	for _, system := range k.Systems {
		names = append(names, system.Name)
	}
	return names
}

func TestTheFetchWindowLiesInsideTheLead(t *testing.T) {
	for _, c := range []struct {
		name, policy string
		start, end   time.Duration // before the period's Start
	}{
		{"a long lead leaves five seconds", "{rotate: {every: 10m}, lead: 2m}", 2 * time.Minute, 5 * time.Second},
		{"a short lead leaves a quarter of it", "{rotate: {every: 1m}, lead: 8s}", 8 * time.Second, 2 * time.Second},
		{"no lead leaves no window", "{rotate: {every: 1m}, lead: 0s}", 0, 0},
		{"slack moves it", "{rotate: {every: 10m}, packager_interval: 1m, lead: 2m}", 150 * time.Second, 35 * time.Second},
	} {
		t.Run(c.name, func(t *testing.T) {
			r := newRig(t, c.policy)
			r.plan(t)
			want := announce.Window{Start: noon.Add(-c.start), End: noon.Add(-c.end)}
			if diff := cmp.Diff(want, document(t, r).Current.FetchWindow); diff != "" {
				t.Errorf("window (-want +got):\n%s", diff)
			}
		})
	}
}

func TestADocumentStaysTheSameUntilItsRefreshAt(t *testing.T) {
	r := newRig(t, "{rotate: {every: 1m}, lead: 90s, ahead: 6}")
	r.plan(t)
	at := func(now time.Time) (text string, refreshAt time.Time) {
		r.now = func() time.Time { return now }
		d := document(t, r)
		if d.IssuedAt.After(now) {
			panic("a document of " + now.String() + " is issued at " + d.IssuedAt.String())
		}
		written, err := json.Marshal(d)
		if err != nil {
			t.Fatal(err)
		}
		return string(written), d.RefreshAt
	}
	rapid.Check(t, func(t *rapid.T) {
		now := noon.Add(time.Duration(rapid.Int64Range(0, int64(5*time.Minute)).Draw(t, "now")))
		text, refreshAt := at(now)
		span := refreshAt.Sub(now)
		if span <= 0 {
			t.Fatalf("refreshAt %s is not after %s", refreshAt, now)
		}
		later := now.Add(time.Duration(rapid.Int64Range(0, int64(span)-1).Draw(t, "later")))
		if same, _ := at(later); same != text {
			t.Fatalf("changed before refreshAt: at %s %s\nat %s %s", now, text, later, same)
		}
		if changed, _ := at(refreshAt); changed == text {
			t.Fatalf("the document of %s has not changed at its refreshAt %s", now, refreshAt)
		}
	})
}

func TestAChannelOfWhichNothingIsPlannedSaysSo(t *testing.T) {
	r := newRig(t, everyMinute)
	want := announce.Document{
		Channel: "news", IssuedAt: noon, Coming: []announce.Period{}, Revoked: []announce.Withdrawal{}, RefreshAt: noon.Add(15 * time.Second),
	}
	for _, after := range []time.Duration{0, 7 * time.Second, 15*time.Second - 1} {
		r.now = func() time.Time { return noon.Add(after) }
		if diff := cmp.Diff(want, document(t, r)); diff != "" {
			t.Errorf("document after %v (-want +got):\n%s", after, diff)
		}
	}
	if _, ok := r.Document("other"); ok {
		t.Error("a channel that there is not has a document")
	}
}

func TestNewNamesEveryProblemOfAConfig(t *testing.T) {
	_, err := announce.New(announce.Config{})
	want := keyplan.Problems{
		{Key: "channel", Want: "a function"},
		{Key: "plan", Want: "a function"},
		{Key: "events", Want: "a function"},
		{Key: "changed", Want: "a function"},
		{Key: "signaling", Want: "a function"},
		{Key: "now", Want: "a function"},
	}
	if diff := cmp.Diff(error(want), err); diff != "" {
		t.Errorf("problems (-want +got):\n%s", diff)
	}
}
