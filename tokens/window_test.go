package tokens_test

import (
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/keyrotor/keyrotor/keyplan"
	"github.com/keyrotor/keyrotor/tokens"
)

// Ten minutes of 60s periods, now in the sixth. Grace keeps three that are over on air.
func TestCapsTakeTheMostUrgentEntriesFirst(t *testing.T) {
	for _, tc := range []struct {
		keys int
		want []int // minutes at which the periods begin
	}{
		{keys: 1, want: []int{5}}, // an entry has two keys: over the cap alone
		{keys: 2, want: []int{5}},
		{keys: 4, want: []int{5, 6}}, // next
		{keys: 6, want: []int{4, 5, 6}},
		{keys: 7, want: []int{4, 5, 6}},
		{keys: 8, want: []int{3, 4, 5, 6}},
		{keys: 10, want: []int{2, 3, 4, 5, 6}},    // on air by grace
		{keys: 12, want: []int{1, 2, 3, 4, 5, 6}}, // recent past
		{keys: 14, want: []int{0, 1, 2, 3, 4, 5, 6}},
		{keys: 16, want: []int{0, 1, 2, 3, 4, 5, 6, 7}}, // further future
		{keys: 0, want: []int{0, 1, 2, 3, 4, 5, 6, 7, 8}},
	} {
		s := minutes(t)
		got := s.window(tokens.Wish{}, tokens.Caps{Keys: tc.keys})
		if diff := cmp.Diff(tc.want, startMinutes(got)); diff != "" {
			t.Errorf("%d keys: %s", tc.keys, diff)
		}
	}
}

func TestAnEntryThatFitsGoesInThoughAMoreUrgentOneDoesNot(t *testing.T) {
	s := minutes(t)
	e4, _ := s.plan.Starting(morning.Add(4 * time.Minute))
	e3, _ := s.plan.Starting(morning.Add(3 * time.Minute))
	wish := tokens.Wish{KIDs: []keyplan.KID{s.first(5), e4.Keys[0].KID, e4.Keys[1].KID, e3.Keys[0].KID}}
	got := s.window(wish, tokens.Caps{Keys: 2})
	if diff := cmp.Diff([]int{3, 5}, startMinutes(got)); diff != "" {
		t.Error(diff)
	}
}

func TestKeysThatAreAskedForAndStayOutHaveAReason(t *testing.T) {
	s := minutes(t)
	s.policy.Keep = 3 * time.Minute
	unknown := keyplan.KID{0xff}
	cbcs := s.kid(5, 1)
	got := s.window(tokens.Wish{
		KIDs:   []keyplan.KID{unknown, s.first(1), s.first(4), s.first(5), cbcs, s.first(5), unknown},
		Scheme: keyplan.CENC,
	}, tokens.Caps{Keys: 1})
	want := []tokens.LeftOut{
		{KID: s.first(1), Reason: tokens.Expired},
		{KID: cbcs, Reason: tokens.Filtered},
		{KID: s.first(4), Reason: tokens.Cap},
		{KID: unknown, Reason: tokens.Unknown},
	}
	if diff := cmp.Diff(want, got.LeftOut); diff != "" {
		t.Error(diff)
	}
	if diff := cmp.Diff([]keyplan.KID{s.first(5)}, got.KIDs()); diff != "" {
		t.Error(diff)
	}
}

func TestASpanOfTheProgrammeIsWhatMayHaveBeenOnAirInIt(t *testing.T) {
	at := func(d time.Duration) time.Time { return morning.Add(d) }
	for _, tc := range []struct {
		name     string
		from, to time.Time
		want     []int
	}{
		{"inside a period", at(90 * time.Second), at(100 * time.Second), []int{0, 1}},
		{"an instant", at(90 * time.Second), at(90 * time.Second), []int{0, 1}},
		{"across a boundary", at(100 * time.Second), at(130 * time.Second), []int{0, 1, 2}},
		{"from a boundary", at(2 * time.Minute), at(130 * time.Second), []int{0, 1, 2}},
		{"up to a boundary", at(100 * time.Second), at(2 * time.Minute), []int{0, 1, 2}},
		{"planned and not announced", at(570 * time.Second), at(580 * time.Second), []int{6, 7, 8, 9}},
		{"beyond the plan", at(570 * time.Second), at(time.Hour), []int{6, 7, 8, 9}},
		{"not planned", at(time.Hour), at(2 * time.Hour), nil},
		{"before the plan", at(-2 * time.Hour), at(-time.Hour), nil},
	} {
		t.Run(tc.name, func(t *testing.T) {
			got := minutes(t).window(tokens.Wish{From: tc.from, To: tc.to}, tokens.Caps{})
			if diff := cmp.Diff(tc.want, startMinutes(got)); diff != "" {
				t.Error(diff)
			}
		})
	}
}

func TestOfASpanItsOwnPeriodsGoInFirst(t *testing.T) {
	s := minutes(t)
	wish := tokens.Wish{From: morning.Add(130 * time.Second), To: morning.Add(140 * time.Second)}
	for keys, want := range map[int][]int{2: {2}, 4: {1, 2}, 6: {0, 1, 2}} {
		if diff := cmp.Diff(want, startMinutes(s.window(wish, tokens.Caps{Keys: keys}))); diff != "" {
			t.Errorf("%d keys: %s", keys, diff)
		}
	}
}

func TestASpanIsHeldToKeep(t *testing.T) {
	s := minutes(t)
	s.policy.Keep = 3 * time.Minute
	got := s.window(tokens.Wish{From: morning, To: morning.Add(200 * time.Second)}, tokens.Caps{})
	if diff := cmp.Diff([]int{2, 3}, startMinutes(got)); diff != "" {
		t.Error(diff)
	}
	if got.LeftOut[0] != (tokens.LeftOut{KID: s.first(0), Reason: tokens.Expired}) {
		t.Errorf("left out first: %v", got.LeftOut[0])
	}
}

// minutes is a scene of ten 60s periods with one track in two schemes, at half past the
// fifth minute: lead reaches to the eighth, dvr to the first.
func minutes(t *testing.T) scene {
	t.Helper()
	c := every(time.Minute)
	c.Lead, c.DVR = new(150*time.Second), new(10*time.Minute)
	c.Grace = new(150 * time.Second)
	policy, ps := keyplan.NewPolicy(c)
	if len(ps) > 0 {
		t.Fatal(ps)
	}
	recs := []keyplan.Record{keyplan.First{N: 1, Start: morning}.Record()}
	for n := range 10 {
		start := morning.Add(time.Duration(n) * time.Minute)
		period := keyplan.Period{Start: start, End: start.Add(time.Minute)}
		recs = append(recs, keyplan.Entry{Period: period, Keys: keysOf(n, 1)}.Record())
	}
	return scene{policy, keyplan.NewPlan(recs...), morning.Add(330 * time.Second)}
}

// kid is that of a key of the period which begins at a minute.
func (s scene) kid(minute, key int) keyplan.KID {
	e, _ := s.plan.Starting(morning.Add(time.Duration(minute) * time.Minute))
	return e.Keys[key].KID
}

func (s scene) first(minute int) keyplan.KID { return s.kid(minute, 0) }

// startMinutes lists when the entries of w begin, in minutes after morning.
func startMinutes(w tokens.Window) []int {
	var starts []int
	for _, k := range w.Keys {
		minute := int(k.Of.Start.Sub(morning) / time.Minute)
		if n := len(starts); n == 0 || starts[n-1] != minute {
			starts = append(starts, minute)
		}
	}
	return starts
}
