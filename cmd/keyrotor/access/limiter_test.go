package access_test

import (
	"fmt"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"pgregory.net/rapid"

	"github.com/keyrotor/keyrotor/cmd/keyrotor/access"
)

// Whoever calls, and when: in no span of time has anybody more calls than Count, and one more
// for each Per/Count in it; nobody is refused without having had them; and who waits as told
// is answered, and a moment sooner is not.
func TestLawNobodyHasMoreCallsThanTheRate(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		rate := access.Rate{Count: rapid.IntRange(1, 5).Draw(t, "count"), Per: time.Minute}
		every := rate.Per / time.Duration(rate.Count)
		l, calls, now := access.NewLimiter(&rate, nil), map[string][]time.Time{}, noon
		for range rapid.IntRange(1, 80).Draw(t, "calls") {
			now = now.Add(time.Duration(rapid.IntRange(0, 20_000).Draw(t, "later")) * time.Millisecond)
			who := rapid.SampledFrom([]string{"a", "b"}).Draw(t, "who")
			wait := l.Take(who, now)
			if wait > 0 {
				if rapid.Bool().Draw(t, "patient") {
					if l.Take(who, now.Add(wait-1)) == 0 {
						t.Fatal("answered before the time")
					}
					now = now.Add(wait)
					if again := l.Take(who, now); again > 0 {
						t.Fatalf("told to wait %v, and then %v more", wait, again)
					}
					calls[who] = append(calls[who], now)
				}
			} else {
				calls[who] = append(calls[who], now)
			}
			mine := calls[who]
			for i, first := range mine {
				if most := rate.Count + int(now.Sub(first)/every); len(mine)-i > most {
					t.Fatalf("%d calls in %v, want at most %d", len(mine)-i, now.Sub(first), most)
				}
			}
			if wait > 0 && len(mine) < rate.Count {
				t.Fatalf("refused after %d calls of %d", len(mine), rate.Count)
			}
		}
	})
}

func TestACallerThatWasQuietHasAllOfItsCallsAgain(t *testing.T) {
	l := access.NewLimiter(&access.Rate{Count: 3, Per: time.Minute}, nil)
	for now := noon; now.Before(noon.Add(10 * time.Minute)); now = now.Add(time.Minute) {
		for range 3 {
			if wait := l.Take("a", now); wait > 0 {
				t.Fatalf("wait %v", wait)
			}
		}
		if wait := l.Take("a", now); wait != 20*time.Second {
			t.Fatalf("wait %v, want 20s", wait)
		}
	}
}

func TestALimiterRecoversFromAClockThatWasSetBack(t *testing.T) {
	l := access.NewLimiter(&access.Rate{Count: 2, Per: time.Minute}, nil)
	l.Take("a", noon.Add(24*time.Hour))
	if wait := l.Take("a", noon); wait != 30*time.Second {
		t.Errorf("wait %v, want 30s", wait)
	}
	if wait := l.Take("a", noon.Add(30*time.Second)); wait > 0 {
		t.Errorf("30 s later: wait %v", wait)
	}
}

func TestALimiterForgetsWhoCalledLongAgoOnly(t *testing.T) {
	l := access.NewLimiter(&access.Rate{Count: 1, Per: time.Hour}, nil)
	l.Take("first", noon)
	for i := range 32_767 {
		l.Take(fmt.Sprint(i), noon)
	}
	if l.Take("first", noon) == 0 {
		t.Fatal("it forgot one of the last 32,768")
	}
	for i := range 2 * 32_768 {
		l.Take(fmt.Sprint("other ", i), noon)
	}
	if wait := l.Take("first", noon); wait > 0 {
		t.Errorf("it remembers one who called long ago: wait %v", wait)
	}
}

func TestEachRefusalIsHeardAndNoLimiterRefusesNobody(t *testing.T) {
	var heard, answered atomic.Int64
	l := access.NewLimiter(&access.Rate{Count: 10, Per: time.Hour}, func() { heard.Add(1) })
	var callers sync.WaitGroup
	for range 50 {
		callers.Go(func() {
			if l.Take("a", noon) == 0 {
				answered.Add(1)
			}
		})
	}
	callers.Wait()
	if heard.Load() != 40 || answered.Load() != 10 {
		t.Errorf("%d heard, %d answered", heard.Load(), answered.Load())
	}
	if wait := access.NewLimiter(nil, nil).Take("a", noon); wait > 0 {
		t.Errorf("without a rate: wait %v", wait)
	}
}

func TestARateSaysWhatIsWrongWithIt(t *testing.T) {
	for _, tc := range []struct {
		rate access.Rate
		want string
	}{
		{access.Rate{Count: 1, Per: time.Second}, ""},
		{access.Rate{Count: 1_000_000, Per: 24 * time.Hour}, ""},
		{access.Rate{Count: 0, Per: time.Second}, "count"},
		{access.Rate{Count: 1_000_001, Per: time.Second}, "count"},
		{access.Rate{Count: 1, Per: time.Second - 1}, "per"},
		{access.Rate{Count: 1, Per: 24*time.Hour + 1}, "per"},
		{access.Rate{}, "count per"},
	} {
		var keys []string
		for _, p := range tc.rate.Validate() {
			keys = append(keys, p.Key)
		}
		if got := strings.Join(keys, " "); got != tc.want {
			t.Errorf("%+v: %q, want %q", tc.rate, got, tc.want)
		}
	}
}
