package keyplan_test

import (
	"errors"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"github.com/keyrotor/keyrotor/keyplan"
)

func patternOf(t tester, id string, c keyplan.PatternConfig) *keyplan.Pattern {
	t.Helper()
	p, problems := keyplan.NewPattern(keyplan.ChannelConfig{
		ID: id, Tracks: []keyplan.Track{"VIDEO", "AUDIO"}, PatternConfig: c,
	}, live(t, minutely()).Policy)
	if len(problems) > 0 {
		t.Fatal(problems)
	}
	return p
}

// directory has the channel "news" with content IDs "live-news" and "news-2", the channel
// "live-9", and five patterns.
func directory(t tester, created ...string) *keyplan.Directory {
	t.Helper()
	news, nine := live(t, minutely()), live(t, minutely())
	news.ContentIDs = []string{"live-news", "news-2"}
	nine.ID, nine.ContentIDs = "live-9", []string{"nine"}
	var patterns []*keyplan.Pattern
	for _, id := range []string{"*", "live-*", "live-hd-*", "live-*-cmaf", "*-x"} {
		patterns = append(patterns, patternOf(t, id, keyplan.PatternConfig{MaxChannels: new(3)}))
	}
	var recs []keyplan.Record
	for _, id := range created {
		recs = append(recs, keyplan.Created{ID: id, Pattern: "?", At: noon}.Record())
	}
	return keyplan.NewDirectory([]*keyplan.Channel{news, nine}, patterns, keyplan.NewPlan(recs...))
}

// channelIDs are those of the channels that were created.
func channelIDs(d *keyplan.Directory) []string {
	var ids []string
	for _, ch := range d.Created() {
		ids = append(ids, ch.ID)
	}
	return ids
}

func TestTheMostSpecialPatternHasAContentIDUnlessItIsConfigured(t *testing.T) {
	d := directory(t)
	pattern := func(contentID string) string {
		rec, err := d.Create(contentID, noon.Add(1))
		if err != nil {
			return err.Error()
		}
		fact, _ := keyplan.Decode(rec)
		return fact.(keyplan.Created).Pattern
	}
	for contentID, want := range map[string]string{
		"a": "*", "live-1": "live-*", "live-hd-1": "live-hd-*", "live-1-cmaf": "live-*-cmaf", "live-hd-1-cmaf": "live-hd-*",
		"live-": "*", "live--cmaf": "live-*", "a-x": "*-x", "-x": "*", "live-a-x": "live-*",
	} {
		if got := pattern(contentID); got != want {
			t.Errorf("%q: %s, want %s", contentID, got, want)
		}
		ch, ok := d.Find(contentID)
		if !ok || !ch.Fresh || ch.ID != contentID || !slices.Equal(ch.ContentIDs, []string{contentID}) || len(ch.Tracks) != 2 || ch.Policy == nil || ch.Pattern.ID != want {
			t.Errorf("%q: %v, %+v", contentID, ok, ch)
		}
	}
	for _, id := range []string{"live-news", "news-2", "nine", "live-9", "news", "", "a b", "a/b", "live-*", "~channels", strings.Repeat("a", 257)} {
		if _, err := d.Create(id, noon); !errors.Is(err, keyplan.ErrNoPattern) {
			t.Errorf("%q: %v", id, err)
		}
		if ch, ok := d.Find(id); ok {
			t.Errorf("%q is found: %+v", id, ch)
		}
	}
}

func TestAPatternHasABoundedNumberOfChannels(t *testing.T) {
	d := directory(t, "live-1", "live-2", "live-3", "live-9", "news", "a", "live-1-cmaf")
	if _, err := d.Create("live-4", noon); !errors.Is(err, keyplan.ErrTooManyChannels) {
		t.Errorf("a fourth: %v", err)
	}
	if _, err := d.Create("live-2-cmaf", noon); err != nil {
		t.Errorf("of another pattern: %v", err)
	}
	for _, ch := range d.Created() {
		if found, ok := d.Find(ch.ID); !ok || found != ch || found.Fresh {
			t.Errorf("%s is found %v: %+v", ch.ID, ok, found)
		}
	}
	if diff := cmp.Diff([]string{"a", "live-1", "live-1-cmaf", "live-2", "live-3"}, channelIDs(d)); diff != "" {
		t.Errorf("a channel that is configured now was created once: %s", diff)
	}
}

func TestAChannelThatNobodyAsksForIsIdleAndGoesWithItsLastPeriod(t *testing.T) {
	d := directory(t, "live-1")
	asked := keyplan.NewSeen(noon, "p", time.Minute, noon.Add(time.Hour))
	quiet, planned := keyplan.NewPlan(), keyplan.NewPlan(append(chain(noon, 2), records(first(1, 0), asked)...)...)
	static := quiet.With(keyplan.Static{ContentKey: aKey(time.Time{}, "VIDEO")}.Record())
	tests := []struct {
		name         string
		id           string
		plan         *keyplan.Plan
		after        time.Duration
		idle, forget bool
	}{
		{"a day after it was created", "live-1", quiet, 24 * time.Hour, false, false},
		{"a moment more", "live-1", quiet, 24*time.Hour + 1, true, true},
		{"a day after it was asked for", "live-1", planned, 25 * time.Hour, false, false},
		{"with periods that are not purged", "live-1", planned, 25*time.Hour + 1, true, false},
		{"with a static key", "live-1", static, 25 * time.Hour, true, false},
		{"configured", "news", quiet, 1000 * time.Hour, false, false},
	}
	for _, tt := range tests {
		now := noon.Add(tt.after)
		if idle := d.Idle(tt.id, tt.plan, now); idle != tt.idle {
			t.Errorf("%s: idle %v", tt.name, idle)
		}
		if names := d.Forget(tt.id, tt.plan, now); (len(names) == 1 && names[0] == "channel/6c6976652d31") != tt.forget {
			t.Errorf("%s: forgets %q", tt.name, names)
		}
	}
}

func TestADirectoryIsTheSameForAnyOrder(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		created := rapid.SliceOfDistinct(rapid.StringMatching(`(live-|live-hd-)?[a-c](-cmaf|-x)?`), rapid.ID).Draw(t, "created")
		one, other := directory(t, created...), directory(t, rapid.Permutation(created).Draw(t, "order")...)
		if diff := cmp.Diff(channelIDs(one), channelIDs(other)); diff != "" {
			t.Fatal(diff)
		}
		asked := rapid.StringMatching(`(live-|live-hd-)?[a-d](-cmaf|-x)?`).Draw(t, "asked")
		first, errOne := one.Create(asked, noon)
		second, errOther := other.Create(asked, noon)
		if cmp.Diff(first, second) != "" || errors.Is(errOne, keyplan.ErrTooManyChannels) != errors.Is(errOther, keyplan.ErrTooManyChannels) {
			t.Fatalf("%v, %v", errOne, errOther)
		}
	})
}

func TestAPatternIsRefusedForEveryProblemAtOnce(t *testing.T) {
	_, problems := keyplan.NewPattern(keyplan.ChannelConfig{
		ID: "a*b*", ContentIDs: []string{"c"}, Tracks: []keyplan.Track{"ALL"},
		PatternConfig: keyplan.PatternConfig{MaxChannels: new(0), Idle: new(time.Second)},
	}, nil)
	want := `id: want one * in a pattern, such as live-*
content_ids: want none: the ID of each channel of a pattern is its content ID
max_channels: want 1 to 10000
idle: want a duration from 1m to 87840h0m0s (ten years)`
	if diff := cmp.Diff(want, problems.Error()); diff != "" {
		t.Error(diff)
	}
	if p := patternOf(t, "live-*", keyplan.PatternConfig{}); p.MaxChannels != 100 || p.Idle != 24*time.Hour {
		t.Errorf("defaults: %+v", p)
	}
}

func TestOnlyAPatternBoundsItsChannels(t *testing.T) {
	_, problems := keyplan.NewChannel(keyplan.ChannelConfig{
		ID: "news", Tracks: []keyplan.Track{"ALL"}, PatternConfig: keyplan.PatternConfig{MaxChannels: new(3), Idle: new(time.Hour)},
	}, nil)
	want := `max_channels: want none: only a pattern has it, such as live-*
idle: want none: only a pattern has it, such as live-*`
	if diff := cmp.Diff(want, problems.Error()); diff != "" {
		t.Error(diff)
	}
}
