package main_test

import (
	"net/url"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
)

// A period is one as the API shows it.
type period struct {
	Start, End time.Time
	Index      uint32
	Keys       []struct{ Track, Scheme, KID string }
}

// periods asks for those of a channel.
func (s *server) periods(channel, query string) []period {
	s.t.Helper()
	var list struct{ Periods []period }
	s.decode(s.get("/v1/channels/"+channel+"/periods"+query, "viewer"), &list)
	return list.Periods
}

func TestPeriodsRunFromTheCurrentOneToTheEndOfThePlan(t *testing.T) {
	s := serve(t, fixture)
	got := s.periods("open", "")
	if len(got) != 5 {
		t.Fatalf("%d periods, want the current one and four ahead", len(got))
	}
	const long = 7 * 24 * time.Hour
	want := time.Unix(int64(week())*int64(long/time.Second), 0).UTC()
	for _, p := range got {
		if !p.Start.Equal(want) || !p.End.Equal(want.Add(long)) || p.Index != uint32(want.Unix()) || len(p.Keys) != 4 {
			t.Errorf("period %+v, want one of four keys at %v", p, want)
		}
		want = want.Add(long)
	}
}

func TestPeriodsOverlapWhatWasAskedFor(t *testing.T) {
	s := serve(t, fixture)
	all := s.periods("open", "?from=2000-01-01T00:00:00Z")
	if len(all) < 6 {
		t.Fatalf("%d periods since 2000", len(all))
	}
	for _, tc := range []struct {
		name     string
		from, to time.Time
		want     []period
	}{
		{"a whole period", all[1].Start, all[1].End, all[1:2]},
		{"parts of two", all[1].End.Add(-time.Second), all[2].Start.Add(time.Second), all[1:3]},
		{"an instant is nothing", all[1].Start, all[1].Start, []period{}},
		{"before the plan", all[0].Start.Add(-time.Hour), all[0].Start, []period{}},
		{"after the plan", all[len(all)-1].End, all[len(all)-1].End.Add(time.Hour), []period{}},
		{"the wrong way round", all[3].Start, all[1].Start, []period{}},
	} {
		t.Run(tc.name, func(t *testing.T) {
			// In a zone of its own, whose plus sign must be escaped.
			east := time.FixedZone("", 7200)
			query := url.Values{"from": {tc.from.In(east).Format(time.RFC3339)}, "to": {tc.to.In(east).Format(time.RFC3339)}}
			if diff := cmp.Diff(tc.want, s.periods("open", "?"+query.Encode())); diff != "" {
				t.Error(diff)
			}
		})
	}
}

func TestAnInstantThatIsNoneIsRefused(t *testing.T) {
	s := serve(t, fixture)
	for _, query := range []string{"?from=yesterday", "?to=2026-01-01", "?from=2026-01-01T00:00:00"} {
		a := s.get("/v1/channels/open/periods"+query, "viewer")
		if a.status != 400 || a.header.Get("Content-Type") != "application/problem+json" {
			t.Errorf("%s: %d %s", query, a.status, a.body)
		}
	}
}

func TestAChannelShowsWhatItIsAndWhatIsOn(t *testing.T) {
	s := serve(t, fixture)
	periods := s.periods("open", "")
	type channel struct {
		ID                          string
		ContentIDs, Tracks, Schemes []string
		Public                      bool
		PlannedUntil                *time.Time
		Current, Next               *period
	}
	var got channel
	s.decode(s.get("/v1/channels/open", "viewer"), &got)
	want := channel{
		ID: "open", ContentIDs: []string{"open"}, Tracks: []string{"VIDEO", "AUDIO"},
		Schemes: []string{"cbcs", "cenc"}, Public: true,
		PlannedUntil: &periods[4].End, Current: &periods[0], Next: &periods[1],
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
}

func TestAKIDTellsWhereItIsUsed(t *testing.T) {
	s := serve(t, fixture)
	next := s.periods("open", "")[1]
	key := next.Keys[3]
	var got struct {
		Channel, Track, Scheme, KID string
		Period                      struct{ Start, End time.Time }
		Index                       uint32
		Current                     bool
	}
	want := got
	want.Channel, want.Track, want.Scheme, want.KID = "open", key.Track, key.Scheme, key.KID
	want.Period.Start, want.Period.End, want.Index = next.Start, next.End, next.Index
	s.decode(s.get("/v1/kids/"+key.KID, "narrow-viewer"), &got)
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
	if a := s.get("/v1/kids/"+s.periods("closed", "")[0].Keys[0].KID, "narrow-viewer"); a.status != 404 {
		t.Errorf("a KID of another's channel: %d %s", a.status, a.body)
	}
	if a := s.get("/v1/kids/no", "viewer"); a.status != 400 {
		t.Errorf("no KID at all: %d %s", a.status, a.body)
	}
}
