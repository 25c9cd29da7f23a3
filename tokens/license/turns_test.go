package license_test

import (
	"strconv"
	"testing"
	"time"

	"pgregory.net/rapid"

	"github.com/keyrotor/keyrotor/keyplan"
	"github.com/keyrotor/keyrotor/tokens"
	"github.com/keyrotor/keyrotor/tokens/license"
)

// Everybody comes in one second, and again when told: nobody is told twice, and the storm is
// over when it would be if all had stood in a line.
func TestLawAStormEndsAsSoonAsItCan(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		capacity := rapid.IntRange(1, 40).Draw(t, "capacity")
		crowd := rapid.IntRange(1, 600*capacity).Draw(t, "crowd")
		turns, coming := license.NewTurns(capacity), map[int]int{0: crowd}
		ideal, answered := (crowd-1)/capacity, 0
		for second := 0; second <= ideal; second++ {
			for range coming[second] {
				wait, ok := turns.Take(morning.Add(time.Duration(second) * time.Second))
				switch {
				case !ok:
					t.Fatalf("no room for one of %d", crowd)
				case wait == 0:
					answered++
				case second > 0:
					t.Fatalf("told again in second %d", second)
				default:
					coming[wait]++
				}
			}
		}
		if answered != crowd {
			t.Fatalf("%d of %d answered by second %d", answered, crowd, ideal)
		}
	})
}

// Whenever they come, and whatever those do who were told: no second answers more than the
// capacity, none is told to more, and each is told the first that has room.
func TestLawNoSecondIsToldToMoreThanItCanAnswer(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		capacity := rapid.IntRange(1, 5).Draw(t, "capacity")
		turns := license.NewTurns(capacity)
		answered, told, now := map[int64]int{}, map[int64]int{}, morning
		for range rapid.IntRange(1, 200).Draw(t, "requests") {
			now = now.Add(time.Duration(rapid.SampledFrom([]int{0, 0, 0, 1, 300, 700, 1000, 9000}).Draw(t, "later")) * time.Millisecond)
			wait, ok := turns.Take(now)
			second := now.Unix()
			if !ok {
				t.Fatal("no room within ten minutes")
			}
			if wait == 0 {
				answered[second]++
			} else {
				told[second+int64(wait)]++
			}
			if answered[second] > capacity || told[second+int64(wait)] > capacity {
				t.Fatalf("%d answered, %d told, of %d", answered[second], told[second+int64(wait)], capacity)
			}
			if wait > 0 && answered[second] < capacity {
				t.Fatal("told to wait though there is room")
			}
			for earlier := second + 1; earlier < second+int64(wait); earlier++ {
				if told[earlier] < capacity {
					t.Fatalf("told to wait %d s, though second %d has room", wait, earlier-second)
				}
			}
		}
	})
}

func TestNobodyIsToldToWaitLongerThanTenMinutes(t *testing.T) {
	turns := license.NewTurns(1)
	for want := range 601 {
		if wait, ok := turns.Take(morning); wait != want || !ok {
			t.Fatalf("wait %d, %v; want %d", wait, ok, want)
		}
	}
	for range 3 {
		if _, ok := turns.Take(morning); ok {
			t.Fatal("there is room behind ten minutes")
		}
	}
	later := morning.Add(time.Second)
	turns.Take(later)
	if wait, ok := turns.Take(later); wait != 600 || !ok {
		t.Errorf("a second later: wait %d, %v", wait, ok)
	}
}

func TestTurnsForgetWhatTheyToldWhenTheClockIsSetBack(t *testing.T) {
	turns := license.NewTurns(1)
	for range 100 {
		turns.Take(morning)
	}
	before := morning.Add(-time.Hour)
	for want := range 3 {
		if wait, ok := turns.Take(before); wait != want || !ok {
			t.Errorf("wait %d, %v; want %d", wait, ok, want)
		}
	}
}

// Requests read the clock before their token is verified, so at the turn of a second some that read
// the one before come behind others.
func TestARequestThatComesBehindOthersOfTheNextSecondForgetsNothing(t *testing.T) {
	turns := license.NewTurns(1)
	for want := range 3 {
		if wait, _ := turns.Take(morning); wait != want {
			t.Fatalf("wait %d, want %d", wait, want)
		}
	}
	next := morning.Add(time.Second)
	if wait, _ := turns.Take(next); wait != 0 {
		t.Fatalf("wait %d in the next second", wait)
	}
	for i, now := range []time.Time{next.Add(-1), next, next.Add(-1)} {
		if wait, ok := turns.Take(now); wait != 2+i || !ok {
			t.Errorf("wait %d, %v; want %d", wait, ok, 2+i)
		}
	}
}

func TestWithoutACapacityEverybodyIsAnswered(t *testing.T) {
	turns := license.NewTurns(0)
	for range 10_000 {
		if wait, ok := turns.Take(morning); wait != 0 || !ok {
			t.Fatal("somebody is not")
		}
	}
}

func TestWhoFindsNoRoomIsToldWhenThereIsSome(t *testing.T) {
	s := newStage(t, func(s *stage) { s.config.Turns = license.NewTurns(1) })
	token, kid := s.token(tokens.Request{}), s.kids("news", keyplan.CBC1)[0].String()
	if a := s.get("news", kid, "wrong"); a.Code != 403 {
		t.Fatalf("a wrong token: %d", a.Code)
	}
	if a := s.get("news", kid, token); a.Code != 200 {
		t.Fatalf("a wrong token took the room: %d", a.Code)
	}
	for want := 1; want <= 600; want++ {
		a := s.get("news", kid, token)
		if a.Code != 429 || a.Header().Get("Retry-After") != strconv.Itoa(want) {
			t.Fatalf("%d, Retry-After %q; want %d", a.Code, a.Header().Get("Retry-After"), want)
		}
	}
	if a := s.post("news", token, clearKeyBody(s.kids("news")...)); a.Code != 503 || a.Header().Get("Retry-After") != "600" {
		t.Errorf("%d, Retry-After %q", a.Code, a.Header().Get("Retry-After"))
	}
}

func TestASectionOfLicensesSaysWhatIsWrongWithIt(t *testing.T) {
	for _, tc := range []struct {
		section license.Section
		want    string
	}{
		{license.Section{}, ""},
		{license.Section{Capacity: 1, Skew: 5 * time.Minute}, ""},
		{license.Section{Capacity: -1}, "capacity"},
		{license.Section{Skew: -time.Second}, "skew"},
		{license.Section{Skew: 5*time.Minute + 1}, "skew"},
	} {
		ps := tc.section.Validate()
		if (len(ps) == 0) != (tc.want == "") || len(ps) > 0 && ps[0].Key != tc.want {
			t.Errorf("%+v: %v, want %q", tc.section, ps, tc.want)
		}
	}
}
