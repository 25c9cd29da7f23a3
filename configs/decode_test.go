package configs_test

import (
	"errors"
	"fmt"
	"io/fs"
	"math"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"go.yaml.in/yaml/v3"
	"pgregory.net/rapid"

	"github.com/keyrotor/keyrotor/configs"
	"github.com/keyrotor/keyrotor/keyplan"
)

// anything is a struct that accepts whatever was decoded into its field.
type anything[T any] struct {
	V     T   `yaml:"v"`
	Other int `yaml:"other"`
}

func (anything[T]) Validate() keyplan.Problems { return nil }

func decoded[T any](t rapid.TB, yaml string) T {
	t.Helper()
	var dst anything[T]
	if err := configs.Decode("test.yaml", []byte(yaml), &dst); err != nil {
		t.Fatalf("%q: %v", yaml, err)
	}
	return dst.V
}

func TestEveryKindOfFieldIsDecoded(t *testing.T) {
	const text = `
listen: ":8080"
port: 65535
level: -128
open: true
labels: {a: 1, b: yes, c: 2026-01-31}
policies:
  hourly: &hourly {every: 1h, keep: 1d12h, from: 2026-01-31T20:00:00+01:00, ahead: 3}
  same: *hourly
  defaults:
channels:
  - id: 101
    content_ids: [a, b]
    tracks: [VIDEO, 1.0]
    schemes: [cbcs]
    kid: 00112233-4455-6677-8899-aabbccddeeff
    policy: same
`
	var got document
	if err := configs.Decode("test.yaml", []byte(text), &got); err != nil {
		t.Fatal(err)
	}
	hourly := policy{
		Every: new(time.Hour), Keep: 36 * time.Hour,
		From: new(time.Date(2026, 1, 31, 19, 0, 0, 0, time.UTC)), Ahead: new(3),
	}
	want := document{
		Listen: ":8080", Limits: limits{Port: 65535, Level: -128, Open: true},
		Labels:   map[string]string{"a": "1", "b": "yes", "c": "2026-01-31"},
		Policies: map[string]policy{"hourly": hourly, "same": hourly, "defaults": {}},
		Channels: []channel{{
			ID: "101", ContentIDs: []string{"a", "b"}, Tracks: []keyplan.Track{"VIDEO", "1.0"},
			Schemes: []keyplan.Scheme{"cbcs"}, Policy: "same",
			KID: keyplan.KID{0, 0x11, 0x22, 0x33, 0x44, 0x55, 0x66, 0x77, 0x88, 0x99, 0xaa, 0xbb, 0xcc, 0xdd, 0xee, 0xff},
		}},
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("decoded (-want +got):\n%s", diff)
	}
}

func TestDurationsHaveDaysBeforeGoSyntax(t *testing.T) {
	for text, want := range map[string]time.Duration{
		"0": 0, "0s": 0, "15s": 15 * time.Second, "1h30m": 90 * time.Minute, "-5s": -5 * time.Second,
		"7d": 168 * time.Hour, "1d12h": 36 * time.Hour, "0d": 0, "2d1s": 48*time.Hour + time.Second,
		`"10m"`: 10 * time.Minute,
	} {
		if got := decoded[time.Duration](t, "v: "+text); got != want {
			t.Errorf("%s: got %v, want %v", text, got, want)
		}
	}
}

func TestWhatIsNotADurationIsRefused(t *testing.T) {
	for _, text := range []string{
		"15", "1", "d", "-1d", "1d-2h", "1d5", "1d24h", "1.5d", "1h1d", "99999d", "1x", "1d1d", "PT5M", "true",
	} {
		if err := configs.Decode("", []byte("v: "+text), new(anything[time.Duration])); err == nil {
			t.Errorf("%s: decoded", text)
		}
	}
}

func TestTimesAreKeptInUTC(t *testing.T) {
	got := decoded[time.Time](t, "v: 2026-01-31T20:00:00+01:00")
	if want := "2026-01-31 19:00:00 +0000 UTC"; got.String() != want {
		t.Errorf("got %v, want %s", got, want)
	}
}

func TestDefaultsStayWhereNothingIsWritten(t *testing.T) {
	dst := anything[limits]{V: limits{Port: 80, Level: 1}, Other: 7}
	if err := configs.Decode("", []byte("v: {port: 81}"), &dst); err != nil {
		t.Fatal(err)
	}
	want := anything[limits]{V: limits{Port: 81, Level: 1}, Other: 7}
	if diff := cmp.Diff(want, dst); diff != "" {
		t.Errorf("decoded (-want +got):\n%s", diff)
	}
}

func TestInterpolationIsNotDone(t *testing.T) {
	t.Setenv("KEYROTOR_TEST", "value")
	if got := decoded[string](t, "v: ${KEYROTOR_TEST}"); got != "${KEYROTOR_TEST}" {
		t.Errorf("got %q", got)
	}
	if got := decoded[keyplan.Secret](t, "v: ${KEYROTOR_TEST}"); string(got.Reveal()) != "${KEYROTOR_TEST}" {
		t.Error("a secret was interpolated")
	}
}

func TestAMissingFileSaysSo(t *testing.T) {
	if err := configs.Load("no/such.yaml", new(document)); !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("got %v", err)
	}
}

func TestProblemsAreErrorsWithTheirPlace(t *testing.T) {
	err := configs.Decode("f.yaml", []byte("other: 1\nv: x"), new(anything[int]))
	es, _ := errors.AsType[configs.Errors](err)
	want := configs.Errors{{File: "f.yaml", Line: 2, Key: "v", Text: "want a whole number"}}
	if diff := cmp.Diff(want, es); diff != "" {
		t.Errorf("problems (-want +got):\n%s", diff)
	}
}

func TestAliasBombsAreDefused(t *testing.T) {
	var b strings.Builder
	b.WriteString("labels: {}\nv:\n- &a0 [x, x, x, x, x, x, x, x, x, x]\n")
	for i := range 8 {
		alias := fmt.Sprintf("*a%d, ", i)
		fmt.Fprintf(&b, "- &a%d [%s]\n", i+1, strings.Repeat(alias, 10))
	}
	type deep = [][][][][][][][][]string
	err := configs.Decode("f.yaml", []byte(b.String()), new(anything[deep]))
	if err == nil || !strings.Contains(err.Error(), "at most 100000 values") {
		t.Error("the bomb was expanded")
	}
}

func TestBigFilesAreRefused(t *testing.T) {
	data := strings.Repeat("# comment\n", 1<<20/10+1)
	err := configs.Decode("f.yaml", []byte(data), new(anything[int]))
	if err == nil || err.Error() != "f.yaml:1: want at most 1048576 bytes" {
		t.Errorf("got %v", err)
	}
}

func TestUnsupportedTypesPanicWhateverTheFileSays(t *testing.T) {
	defer func() {
		if recover() == nil {
			t.Error("no panic")
		}
	}()
	_ = configs.Decode("", nil, new(anything[chan int]))
}

// What yaml writes, Decode reads back the same.
func TestLawDecodeReadsWhatYAMLWrites(t *testing.T) {
	durations := rapid.Custom(func(t *rapid.T) time.Duration { return time.Duration(rapid.Int64().Draw(t, "d")) })
	rapid.Check(t, func(t *rapid.T) {
		want := policy{
			Every: new(durations.Draw(t, "every")),
			Keep:  durations.Draw(t, "keep"),
			From:  new(time.Unix(rapid.Int64Range(0, math.MaxUint32).Draw(t, "from"), 0).UTC()),
			Ahead: new(rapid.Int().Draw(t, "ahead")),
		}
		name := rapid.StringMatching(`[a-zA-Z0-9 :#{}.\-]{1,12}`).Draw(t, "name")
		text, err := yaml.Marshal(map[string]any{"v": map[string]policy{name: want}})
		if err != nil {
			t.Fatal(err)
		}
		got := decoded[map[string]policy](t, string(text))
		if diff := cmp.Diff(map[string]policy{name: want}, got); diff != "" {
			t.Errorf("%s (-want +got):\n%s", text, diff)
		}
	})
}
