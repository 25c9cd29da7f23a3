package keyplan_test

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/keyrotor/keyrotor/keyplan"
)

// liveAny is the channel "news" whose tracks are those that packagers ask for.
func liveAny(t tester) *keyplan.Channel {
	t.Helper()
	ch := live(t, minutely())
	ch.Tracks, ch.Any = nil, true
	return ch
}

// add is a draft of Add for the entry that begins at start.
func add(t tester, ch *keyplan.Channel, track keyplan.Track, scheme keyplan.Scheme, start time.Time) keyplan.Draft {
	pl := newPlanner(t)
	return func(p *keyplan.Plan) ([]keyplan.Record, error) {
		from, ok := p.Starting(start)
		if !ok {
			t.Fatalf("nothing begins at %v", start)
		}
		return pl.Add(context.Background(), ch, p, track, scheme, from)
	}
}

// having lists the entries that have a key of a track and scheme, by minutes after noon.
func having(p *keyplan.Plan, track keyplan.Track, scheme keyplan.Scheme) []int {
	var starts []int
	for _, e := range p.Entries() {
		if _, ok := e.Key(track, scheme); ok {
			starts = append(starts, int(e.Start.Sub(noon)/time.Minute))
		}
	}
	return starts
}

func TestATrackThatIsAskedForIsPlannedFromThereOn(t *testing.T) {
	ch := liveAny(t)
	p := settled(t, keyplan.NewPlan(), ahead(t.Context(), t, ch, noon)) // from 11:58 until 12:04
	if len(p.Tracks()) > 0 || len(p.Entries()[0].Keys) > 0 {
		t.Fatalf("before anybody asked: %v", p.Tracks())
	}
	p = settled(t, p, add(t, ch, "SD", keyplan.CBCS, noon.Add(minutes(1))))
	if diff := cmp.Diff([]int{1, 2, 3}, having(p, "SD", keyplan.CBCS)); diff != "" {
		t.Errorf("once asked: %s", diff)
	}
	p = settled(t, p, ahead(t.Context(), t, ch, noon.Add(minutes(2))))
	if diff := cmp.Diff([]int{1, 2, 3, 4, 5}, having(p, "SD", keyplan.CBCS)); diff != "" {
		t.Errorf("two minutes later: %s", diff)
	}
	if diff := cmp.Diff([]keyplan.Track{"SD"}, p.Tracks()); diff != "" {
		t.Error(diff)
	}
}

func TestAKeyThatWasAddedOpensAndIsFound(t *testing.T) {
	ch, pl := liveAny(t), newPlanner(t)
	p := settled(t, keyplan.NewPlan(), ahead(t.Context(), t, ch, noon))
	p = settled(t, p, add(t, ch, "SD", keyplan.CENC, noon))
	e, _ := p.At(noon)
	k, ok := e.Key("SD", keyplan.CENC)
	of, found, known := p.KID(k.KID)
	if !ok || !known || of != e || len(k.Check) != 8 || cmp.Diff(k, found) != "" {
		t.Errorf("has it %v, found %v: %+v", ok, known, found)
	}
	if secret, err := pl.Sealer.Open(t.Context(), e.Ref(ch.ID, k), k.KID, k.Sealed); err != nil || len(secret.Reveal()) != 16 {
		t.Errorf("does not open: %v", err)
	}
}

func TestWhatTheConfigurationGainedIsAddedToPeriodsThatAreNotOver(t *testing.T) {
	ch := live(t, minutely())
	before := settled(t, keyplan.NewPlan(), ahead(t.Context(), t, ch, noon)) // from 11:58 until 12:04
	ch.Tracks = append(ch.Tracks, "UHD")
	ch.Schemes = append(ch.Schemes, keyplan.CENC)
	p := settled(t, before, ahead(t.Context(), t, ch, noon.Add(90*time.Second)))
	for _, scheme := range ch.Schemes {
		if diff := cmp.Diff([]int{1, 2, 3, 4}, having(p, "UHD", scheme)); diff != "" {
			t.Errorf("%s: %s", scheme, diff)
		}
	}
	for i, e := range before.Entries() {
		if diff := cmp.Diff(e.Keys, p.Entries()[i].Keys[:2]); diff != "" {
			t.Errorf("what was planned has changed:\n%s", diff)
		}
	}
}

func TestKeysStandByTrackAndSchemeAfterThoseThatWerePlanned(t *testing.T) {
	e := made(noon, noon.Add(time.Minute), 0)
	facts := []keyplan.Fact{first(1, 0), e, keyplan.Adopted{KID: kidOf(noon, 9)}}
	for _, track := range []keyplan.Track{"VIDEO", "UHD", "AUDIO"} {
		facts = append(facts, keyplan.AddedKey{Start: noon, ContentKey: aKey(noon, track)},
			keyplan.AdoptedUse{Start: noon, KID: kidOf(noon, 9), Track: track, Scheme: keyplan.CENC})
	}
	got, _ := keyplan.NewPlan(records(facts...)...).At(noon)
	var order []string
	for _, k := range got.Keys {
		order = append(order, fmt.Sprintf("%s %v", k.Track, k.Adopted))
	}
	want := []string{"VIDEO false", "AUDIO false", "UHD false", "AUDIO true", "UHD true", "VIDEO true"}
	if diff := cmp.Diff(want, order); diff != "" {
		t.Error(diff)
	}
	if diff := cmp.Diff(e.Keys[0], got.Keys[0]); diff != "" {
		t.Errorf("an added key stands before the one that was planned:\n%s", diff)
	}
}

func TestAChannelOfAnyTracksHasAtMostSixteen(t *testing.T) {
	ch, pl := liveAny(t), newPlanner(t)
	p := settled(t, keyplan.NewPlan(), ahead(t.Context(), t, ch, noon))
	e, _ := p.At(noon)
	refused := func(track keyplan.Track) []error {
		_, added := pl.Add(t.Context(), ch, p, track, keyplan.CBCS, e)
		_, static := pl.Static(t.Context(), ch, p, track, keyplan.CBCS)
		_, adopted := pl.Adopt(t.Context(), ch, p, e, keyplan.KID{1}, track, keyplan.CBCS)
		return []error{added, static, adopted}
	}
	for n := range keyplan.MaxTracks {
		for _, err := range refused(keyplan.Track(fmt.Sprint("T", n))) {
			if err != nil {
				t.Fatalf("track %d: %v", n, err)
			}
		}
		p = p.With(keyplan.Static{ContentKey: aKey(time.Time{}, keyplan.Track(fmt.Sprint("T", n)))}.Record())
	}
	for _, err := range refused("T16") {
		if !errors.Is(err, keyplan.ErrTooManyTracks) {
			t.Errorf("track 17: %v", err)
		}
	}
	if err := errors.Join(refused("T15")...); err != nil {
		t.Errorf("one of the sixteen: %v", err)
	}
	for _, err := range refused("S\tD") {
		if !errors.Is(err, keyplan.ErrTrackName) {
			t.Errorf("a bad name: %v", err)
		}
	}
}

func TestThereIsOneStaticKeyForATrackAndScheme(t *testing.T) {
	ch, pl := live(t, minutely()), newPlanner(t)
	p := settled(t, keyplan.NewPlan(), ahead(t.Context(), t, ch, noon))
	if _, ok := p.Static("VIDEO", keyplan.CENC); ok || len(p.StaticKeys()) > 0 {
		t.Fatal("a static key that nobody asked for")
	}
	for _, track := range []keyplan.Track{"VIDEO", "AUDIO", "VIDEO"} {
		p = settled(t, p, func(p *keyplan.Plan) ([]keyplan.Record, error) {
			return pl.Static(t.Context(), ch, p, track, keyplan.CENC)
		})
	}
	if len(p.StaticKeys()) != 2 || p.StaticKeys()[0].Track != "AUDIO" {
		t.Errorf("%d static keys", len(p.StaticKeys()))
	}
	k, _ := p.Static("VIDEO", keyplan.CENC)
	e, found, ok := p.KID(k.KID)
	if !ok || !e.Static() || found.KID != k.KID || len(k.Check) != 8 {
		t.Errorf("found by KID %v: %+v", ok, found)
	}
	if secret, err := pl.Sealer.Open(t.Context(), keyplan.KeyRef{Channel: "news", Track: "VIDEO", Scheme: keyplan.CENC}, k.KID, k.Sealed); err != nil || len(secret.Reveal()) != 16 {
		t.Errorf("does not open: %v", err)
	}
	if now, _ := p.At(noon); now.Static() {
		t.Error("a period is static")
	}
}

func TestUnknownRecordsStopEveryDraft(t *testing.T) {
	ch, pl := live(t, minutely()), newPlanner(t)
	p := settled(t, keyplan.NewPlan(), ahead(t.Context(), t, ch, noon))
	e, _ := p.At(noon)
	p = p.With(keyplan.Record{Name: "x", Value: []byte("{")})
	ctx := t.Context()
	drafts := map[string]keyplan.Draft{
		"Add":    func(p *keyplan.Plan) ([]keyplan.Record, error) { return pl.Add(ctx, ch, p, "X", keyplan.CBCS, e) },
		"Static": func(p *keyplan.Plan) ([]keyplan.Record, error) { return pl.Static(ctx, ch, p, "X", keyplan.CBCS) },
		"Adopt": func(p *keyplan.Plan) ([]keyplan.Record, error) {
			return pl.Adopt(ctx, ch, p, e, keyplan.KID{}, "X", keyplan.CBCS)
		},
		"Before": func(p *keyplan.Plan) ([]keyplan.Record, error) {
			return pl.Before(ctx, ch, p, noon, noon.Add(-minutes(9)))
		},
	}
	for name, draft := range drafts {
		if recs, err := draft(p); recs != nil || !errors.Is(err, keyplan.ErrUnknownRecord) {
			t.Errorf("%s: %d records, %v", name, len(recs), err)
		}
	}
}

func TestKeysThatCameLaterAreAnnouncedOnceMore(t *testing.T) {
	p := keyplan.NewPlan(append(chain(noon, 2), first(1, 0).Record())...)
	ids := []string{announcementAt(t, p, noon).ID}
	p = p.With(keyplan.AddedKey{Start: noon, ContentKey: aKey(noon, "AUDIO")}.Record())
	ids = append(ids, announcementAt(t, p, noon).ID, announcementAt(t, p, noon.Add(time.Minute)).ID)
	want := []string{"announced/2026-11-21T12:00:00Z", "announced/2026-11-21T12:00:00Z/1", "announced/2026-11-21T12:01:00Z"}
	if !slices.Equal(ids, want) {
		t.Error(cmp.Diff(want, ids))
	}
}

func announcementAt(t *testing.T, p *keyplan.Plan, at time.Time) keyplan.Event {
	t.Helper()
	e, ok := p.At(at)
	if !ok {
		t.Fatalf("nothing at %v", at)
	}
	return p.Announcement(e, noon)
}
