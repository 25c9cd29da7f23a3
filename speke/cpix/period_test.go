package cpix_test

import (
	"testing"
	"time"

	"pgregory.net/rapid"

	"github.com/keyrotor/keyrotor/speke/cpix"
)

func TestParseTimeReadsEveryFormOfADateTime(t *testing.T) {
	for s, want := range map[string]string{
		"2026-01-01T00:00:00Z":             "2026-01-01T00:00:00Z",
		"2026-01-01T00:00:00":              "2026-01-01T00:00:00Z",
		" 2026-01-01T00:00:00Z\r\n":        "2026-01-01T00:00:00Z",
		"2026-01-01T00:00:00.5Z":           "2026-01-01T00:00:00.5Z",
		"2026-01-01T00:00:00.1234567899":   "2026-01-01T00:00:00.123456789Z",
		"2026-01-01T02:00:00+02:00":        "2026-01-01T00:00:00Z",
		"2025-12-31T18:30:00.25-05:30":     "2026-01-01T00:00:00.25Z",
		"2026-01-01T14:00:00+14:00":        "2026-01-01T00:00:00Z",
		"2025-12-31T10:00:00-14:00":        "2026-01-01T00:00:00Z",
		"2026-01-01T00:00:00+00:00":        "2026-01-01T00:00:00Z",
		"2025-12-31T24:00:00Z":             "2026-01-01T00:00:00Z",
		"2025-12-31T24:00:00.000":          "2026-01-01T00:00:00Z",
		"2026-01-01T24:00:00+14:00":        "2026-01-01T10:00:00Z",
		"2028-02-29T24:00:00":              "2028-03-01T00:00:00Z",
		"0001-01-01T00:00:00Z":             "0001-01-01T00:00:00Z",
		"2016-12-31T23:59:59.9999999999Z":  "2016-12-31T23:59:59.999999999Z",
		"2026-01-01T00:00:00.000000000000": "2026-01-01T00:00:00Z",
	} {
		got, err := cpix.ParseTime(s)
		if err != nil || got.Format(time.RFC3339Nano) != want || got.Location() != time.UTC {
			t.Errorf("%q: got %v, %v; want %s", s, got, err, want)
		}
	}
}

func TestParseTimeRefusesWhatIsNoDateTime(t *testing.T) {
	for _, s := range []string{
		"", "Z", "2026-01-01", "2026-01-01Z", "2026-01-01T00:00Z", "2026-01-01 00:00:00Z", "2026-1-01T00:00:00Z",
		"2026-01-01t00:00:00Z", "2026-01-01T00:00:00z", "2026-01-01T00:00:00.Z", "2026-01-01T00:00:00,5Z",
		"2026-01-01T5:00:00.5Z", "2026-13-01T00:00:00Z", "2026-02-29T00:00:00Z", "2026-01-01T00:00:60Z",
		"2026-01-01T00:60:00Z", "2026-01-01T25:00:00Z", "2026-01-01T24:00:01Z", "2026-01-01T24:00:00.001Z",
		"2026-01-01T24:01:00Z", "0000-01-01T00:00:00Z", "-2026-01-01T00:00:00Z", "12026-01-01T00:00:00Z",
		"2026-01-01T00:00:00+14:01", "2026-01-01T00:00:00+15:00", "2026-01-01T00:00:00+1:00",
		"2026-01-01T00:00:00+0100", "2026-01-01T00:00:00+01", "2026-01-01T00:00:00x01:00",
		"2026-01-01T00:00:00+01:60", "2026-01-01T00:00:00ZZ", "2026-01-01T00:00:00Z+01:00", "2026-01-01T00:00:00 Z",
	} {
		if got, err := cpix.ParseTime(s); err != cpix.ErrTime {
			t.Errorf("%q: %v, %v", s, got, err)
		}
	}
}

func TestEveryInstantReadsBackInEveryZone(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		instant := time.Unix(rapid.Int64Range(-62_000_000_000, 253_000_000_000).Draw(t, "seconds"), rapid.Int64Range(0, 999_999_999).Draw(t, "nanoseconds"))
		zone := time.FixedZone("", 60*rapid.IntRange(-14*60, 14*60).Draw(t, "minutes"))
		got, err := cpix.ParseTime(instant.In(zone).Format(time.RFC3339Nano))
		if err != nil || !got.Equal(instant) {
			t.Errorf("%v in %v: %v, %v", instant, zone, got, err)
		}
	})
}

func TestAnIndexIsANumberOf32Bits(t *testing.T) {
	for s, want := range map[string]uint32{"0": 0, "4294967295": 4294967295, " 7 ": 7, "007": 7} {
		p := cpix.ContentKeyPeriod{Index: cpix.NewText(s)}
		if got, ok := p.Number(); got != want || !ok {
			t.Errorf("%q: %d, %t", s, got, ok)
		}
	}
	for _, s := range []string{"", "-1", "+1", "4294967296", "1.0", "0x1", "1 2", "１", "1_0"} {
		p := cpix.ContentKeyPeriod{Index: cpix.NewText(s)}
		if got, ok := p.Number(); ok {
			t.Errorf("%q is %d", s, got)
		}
	}
}

func TestASpanNeedsBothEndsInOrder(t *testing.T) {
	span := func(start, end string) (time.Time, time.Time, bool) {
		return (&cpix.ContentKeyPeriod{Start: cpix.NewText(start), End: cpix.NewText(end)}).Span()
	}
	const early, late = "2026-01-01T00:00:00Z", "2026-01-01T00:00:06Z"
	start, end, ok := span(early, late)
	if !ok || end.Sub(start) != 6*time.Second || start.Unix() != 1767225600 {
		t.Errorf("%v, %v, %t", start, end, ok)
	}
	for _, ends := range [][2]string{{early, early}, {late, early}, {"", late}, {early, ""}, {early, "x"}, {"x", late}} {
		if start, end, ok := span(ends[0], ends[1]); ok || !start.IsZero() || !end.IsZero() {
			t.Errorf("%v: %v, %v, %t", ends, start, end, ok)
		}
	}
}
