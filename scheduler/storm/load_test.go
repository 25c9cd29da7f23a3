package storm_test

import (
	"flag"
	"os"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"github.com/keyrotor/keyrotor/scheduler/storm"
)

var update = flag.Bool("update", false, "rewrite the golden plots")

func TestAPlotIsAsWritten(t *testing.T) {
	small := storm.Rotation{Viewers: 20_000, Period: time.Minute, Lead: 40 * time.Second}
	var got strings.Builder
	for _, scenario := range storm.Scenarios() {
		got.WriteString(string(scenario) + "\n" + small.Requests(scenario).Plot(70, 3))
	}
	got.WriteString("many seconds a column\n" + million.Requests(storm.InFetchWindow).Plot(40, 2))
	got.WriteString("nobody\n" + storm.Rotation{Period: 5 * time.Second}.Requests(storm.NoPreloading).Plot(70, 1))
	const golden = "testdata/plot.txt"
	if *update {
		if err := os.WriteFile(golden, []byte(got.String()), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(golden)
	if diff := cmp.Diff(string(want), got.String()); err != nil || diff != "" {
		t.Errorf("%v, plot (-want +got):\n%s", err, diff)
	}
}

func TestNoPlotIsWiderThanAskedFor(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		r := storm.Rotation{Viewers: rapid.IntRange(0, 50).Draw(t, "viewers"), Period: time.Duration(rapid.IntRange(1, 5000).Draw(t, "period")) * time.Second}
		columns, rows := rapid.IntRange(1, 90).Draw(t, "columns"), rapid.IntRange(1, 5).Draw(t, "rows")
		load := r.Requests(rapid.SampledFrom(storm.Scenarios()).Draw(t, "scenario"))
		lines := strings.Split(strings.TrimSuffix(load.Plot(columns, rows), "\n"), "\n")
		if len(lines) != rows+2 {
			t.Fatalf("%d lines", len(lines))
		}
		for _, line := range lines[:rows+1] {
			if _, drawn, _ := strings.Cut(strings.Replace(line, "└", "│", 1), "│"); len([]rune(drawn)) > columns {
				t.Fatalf("%d columns: %q", columns, line)
			}
		}
	})
}

func TestTheLongestWaitIsThatOfTheQueue(t *testing.T) {
	load := storm.Load{First: -2, PerSecond: []int{50, 300, 0, 100, 120, 0, 300}}
	for capacity, want := range map[int]time.Duration{300: 0, 100: 2200 * time.Millisecond, 50: 520 * time.Second / 50} {
		if got := load.Wait(capacity); got != want {
			t.Errorf("at %d a second: %v, want %v", capacity, got, want)
		}
	}
	if n, second := load.Peak(); n != 300 || second != -1 {
		t.Errorf("the peak is %d in second %d", n, second)
	}
}

func TestStepsKeepEveryRequest(t *testing.T) {
	load := storm.Load{PerSecond: []int{1, 2, 3, 4, 5}}
	if diff := cmp.Diff([]int{3, 7, 5}, load.Every(2)); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}

func TestNumbersAreGroupedByThousands(t *testing.T) {
	for n, want := range map[int]string{0: "0", 999: "999", 1000: "1,000", 50_000: "50,000", 1_234_567: "1,234,567"} {
		if got := storm.Grouped(n); got != want {
			t.Errorf("%d: %s", n, got)
		}
	}
}
