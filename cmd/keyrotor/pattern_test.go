package main_test

import (
	"net/http"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
)

// patterns has a channel of its own name among two patterns, one of which is bounded.
var patterns = strings.ReplaceAll(fixture, "channels:\n", `channels:
  - {id: "live-*", public: true, policy: weekly, tracks: [VIDEO, AUDIO], max_channels: 2, bindings: {"live-*": {unix: true}}}
  - {id: "event-*", policy: weekly, tracks: [any]}
  - {id: live-news, content_ids: [live-2], policy: weekly, tracks: [VIDEO, AUDIO]}
`)

// everyone is patterns with packagers of single patterns.
var everyone = strings.ReplaceAll(patterns, "tokens:\n", `  - {name: live-packager, role: packager, channels: ["live-*"], basic: {user: packager, password: live-packager-secret}}
tokens:
`)

func (s *server) channels(who string) (ids []string) {
	s.t.Helper()
	var list struct{ Channels []struct{ ID string } }
	s.decode(s.get("/v1/channels", who), &list)
	for _, ch := range list.Channels {
		ids = append(ids, ch.ID)
	}
	return ids
}

func TestAPackagersFirstRequestCreatesAChannel(t *testing.T) {
	s := serve(t, everyone)
	configured := s.channels("viewer")
	for _, before := range []answer{
		s.get("/v1/channels/live-7", "viewer"), s.get("/v1/channels/live-7/announcement", ""),
		s.send(s.request("POST", "/v1/channels/live-7/token", "issuer", "{}")),
	} {
		if before.status != http.StatusNotFound {
			t.Errorf("before: %d %s", before.status, before.body)
		}
	}
	first := s.send(s.speke("packager", document(t, "live-7", week())))
	if first.status != http.StatusOK {
		t.Fatalf("%d %s", first.status, first.body)
	}
	if again := s.send(s.speke("packager", document(t, "live-7", week()))); again.body != first.body {
		t.Error("asked again, it is another document")
	}
	if other := s.send(s.speke("packager", document(t, "live-8", week()))); parse(t, other.body).keys[0].KID == parse(t, first.body).keys[0].KID {
		t.Error("two channels have one KID")
	}
	if diff := cmp.Diff(append(configured, "live-7", "live-8"), s.channels("viewer")); diff != "" {
		t.Errorf("channels: %s", diff)
	}
	s.await(func() bool { return s.get("/v1/channels/live-7/announcement", "").status == http.StatusOK })
	var token struct{ KIDs []string }
	s.decode(s.send(s.request("POST", "/v1/channels/live-7/token", "issuer", "{}")), &token)
	for _, k := range parse(t, first.body).keys {
		if !slices.Contains(token.KIDs, k.KID) {
			t.Errorf("the token lacks %s", k.KID)
		}
	}
	if log := s.logs.String(); !strings.Contains(log, `msg="channel created" channel=live-7 pattern=live-*`) {
		t.Errorf("the log does not tell:\n%s", log)
	}
}

func TestACreatedChannelIsPlannedAheadAndOutlivesTheServer(t *testing.T) {
	folder := t.TempDir()
	yaml := strings.ReplaceAll(everyone, "FOLDER", folder)
	s := serve(t, yaml)
	first := s.send(s.speke("packager", document(t, "live-7", week())))
	s.await(func() bool { return len(s.periods("live-7", "")) == 5 })
	if err := s.stop(); err != nil {
		t.Fatal(err)
	}
	s = serve(t, yaml)
	if len(s.periods("live-7", "")) != 5 {
		t.Error("the plan is not there")
	}
	if again := s.send(s.speke("packager", document(t, "live-7", week()))); again.body != first.body {
		t.Error("after a restart it is another document")
	}
	var all map[string]any
	s.decode(s.get("/v1/channels/live-7", "viewer"), &all)
	if all["public"] != true {
		t.Errorf("not what its pattern says: %v", all)
	}
}

func TestNobodyCreatesAChannelWhoMayNotHaveIt(t *testing.T) {
	s := serve(t, everyone)
	configured := s.channels("viewer")
	for name, who := range map[string][2]string{
		"no credential":              {"", "live-7"},
		"a wrong one":                {"wrong", "live-7"},
		"another role":               {"viewer", "live-7"},
		"another channel's":          {"narrow-packager", "live-7"},
		"another pattern's":          {"live-packager", "event-7"},
		"what is configured":         {"live-packager", "live-news"}, // its content ID is live-2
		"no pattern has it":          {"packager", "studio"},
		"the pattern itself":         {"packager", "live-*"},
		"a name that no channel has": {"packager", "live-a/b"},
	} {
		if a := s.send(s.speke(who[0], document(t, who[1], week()))); a.status == http.StatusOK {
			t.Errorf("%s: %s", name, a.body)
		}
	}
	unknown := s.send(s.speke("narrow-packager", document(t, "studio", week())))
	foreign := s.send(s.speke("narrow-packager", document(t, "live-7", week())))
	if unknown.status != foreign.status || unknown.body != foreign.body || unknown.body != "Unknown CPIX@contentId" {
		t.Errorf("unknown: %d %s, foreign: %d %s", unknown.status, unknown.body, foreign.status, foreign.body)
	}
	unfit := strings.ReplaceAll(document(t, "live-7", week()), `intendedTrackType="VIDEO"`, `intendedTrackType="UHD"`)
	if a := s.send(s.speke("packager", unfit)); a.status != http.StatusUnprocessableEntity {
		t.Errorf("a track that the pattern lacks: %d %s", a.status, a.body)
	}
	if diff := cmp.Diff(configured, s.channels("viewer")); diff != "" {
		t.Errorf("channels: %s", diff)
	}
	if a := s.send(s.speke("live-packager", document(t, "live-7", week()))); a.status != http.StatusOK {
		t.Errorf("who may: %d %s", a.status, a.body)
	}
}

func TestAFullPatternCreatesNothingMoreAndSaysSo(t *testing.T) {
	s := serve(t, everyone)
	for _, id := range []string{"live-7", "live-8"} {
		if a := s.send(s.speke("packager", document(t, id, week()))); a.status != http.StatusOK {
			t.Fatalf("%s: %d %s", id, a.status, a.body)
		}
	}
	a := s.send(s.speke("packager", document(t, "live-9", week())))
	if a.status != http.StatusNotFound || a.body != "Unknown CPIX@contentId" {
		t.Errorf("%d %s", a.status, a.body)
	}
	if again := s.send(s.speke("packager", document(t, "live-8", week()))); again.status != http.StatusOK {
		t.Errorf("one that is there: %d", again.status)
	}
	if log := s.logs.String(); !strings.Contains(log, "channel not created") || !strings.Contains(log, "too many channels: live-* has 2") {
		t.Errorf("the log does not tell:\n%s", log)
	}
	if metrics := s.get("/metrics", "viewer").body; !strings.Contains(metrics, `keyrotor_channels_created_total{pattern="live-*"} 2`) {
		t.Error("the metrics do not tell")
	}
}

func TestEveryProtocolOfPackagersCreatesChannels(t *testing.T) {
	s := serve(t, strings.ReplaceAll(everyone, "channels: [open], key", `channels: ["event-*"], key`))
	if g := s.callWidevine("event-1", ""); g.Status != "OK" || len(g.Tracks) != 1 {
		t.Errorf("Common Encryption: %+v", g)
	}
	if g := s.callWidevine("live-1", ""); g.Status != "ACCESS_DENIED" {
		t.Errorf("another pattern's: %+v", g)
	}
	a := s.get("/v1/channels/live-1/cpix?from=2999-01-01T00:00:00Z&to=2999-01-02T00:00:00Z", "packager")
	if a.status != http.StatusUnprocessableEntity {
		t.Errorf("CPIX of a far time: %d %s", a.status, a.body)
	}
	now := time.Now().UTC().Format("2006-01-02T15:04:05Z")
	if a := s.get("/v1/channels/live-3/cpix?from="+now+"&to=2100-01-01T00:00:00Z", "viewer"); a.status == http.StatusOK {
		t.Errorf("for a viewer: %s", a.body)
	}
	until := time.Now().UTC().Add(7 * 24 * time.Hour).Format("2006-01-02T15:04:05Z")
	if a := s.get("/v1/channels/live-3/cpix?to="+until, "packager"); a.status != http.StatusOK || !strings.Contains(a.body, `intendedTrackType="VIDEO"`) {
		t.Errorf("CPIX by time range: %d %s", a.status, a.body)
	}
	want := []string{"event-1", "live-1", "live-3"}
	if got := s.channels("viewer"); !slices.Equal(got[len(got)-3:], want) {
		t.Errorf("channels %q, want %q at the end", got, want)
	}
}
