package main_test

import (
	"encoding/json"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// derived has the fixture's channels, keys that can be computed, and a cron policy with a
// zone whose clocks are not UTC's.
var derived = strings.NewReplacer(
	"policies:", `keys:
  kind: derived
  roots:
    - {id: a, secret: MDEyMzQ1Njc4OWFiY2RlZjAxMjM0NTY3ODlhYmNkZWY=}
    - {id: b, from: "2026-01-01T00:00:00Z", secret: ZmVkY2JhOTg3NjU0MzIxMGZlZGNiYTk4NzY1NDMyMTA=}
policies:
  nightly: {rotate: {cron: "30 2 * * *"}, zone: Europe/Berlin, packager_interval: 5m, ahead: 5}`,
	"id: closed, policy: weekly", "id: closed, policy: nightly",
).Replace(fixture)

func TestPlanOnAnotherMachineIsWhatTheServerServes(t *testing.T) {
	s := serve(t, derived)
	elsewhere := write(t, t.TempDir(), derived)
	var planned struct {
		Channels []struct {
			Channel string
			Periods []period
		}
	}
	if err := json.Unmarshal(run(t, "plan", "--config", elsewhere, "--periods", "5", "--json"), &planned); err != nil {
		t.Fatal(err)
	}
	if len(planned.Channels) != 3 {
		t.Fatalf("%d channels planned, want 3", len(planned.Channels))
	}
	for _, ch := range planned.Channels[:2] {
		served := s.periods(ch.Channel, "")
		if len(ch.Periods) != 5 || len(served) < 5 || len(served[0].Keys) == 0 {
			t.Fatalf("channel %s: %d periods planned, %d served", ch.Channel, len(ch.Periods), len(served))
		}
		if diff := cmp.Diff(served[:5], ch.Periods); diff != "" {
			t.Errorf("channel %s (-served +planned elsewhere):\n%s", ch.Channel, diff)
		}
	}
}
