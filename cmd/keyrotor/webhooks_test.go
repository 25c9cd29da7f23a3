package main_test

import (
	"bytes"
	"encoding/base64"
	"encoding/json"
	"io"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/keyrotor/keyrotor/cmd/keyrotor/api"
	"github.com/keyrotor/keyrotor/scheduler/announce"
)

const (
	hookSecret = "whsec_aG9vay1zZWNyZXQtZm9yLXRlc3RzLW9ubHktMzJi"
	hookToken  = "hook-url-token"
)

// hook is the section of one webhook, whose URL carries a secret.
func hook(url string) string {
	return "webhooks: [{name: hook, url: '" + url + "/in?token=" + hookToken + "', secrets: [" + hookSecret + "], allow_private: true}]\n"
}

// everySecond is the fixture with a channel open whose keys change every second.
var everySecond = strings.NewReplacer(
	"weekly: {rotate: {every: 168h}, ahead: 4}", "weekly: {rotate: {every: 168h}, ahead: 4}\n  fast: {rotate: {every: 1s}, lead: 3s}",
	"id: open, public: true, policy: weekly", "id: open, public: true, policy: fast",
).Replace(fixture)

// A posted is a request to a webhook.
type posted struct {
	id, kind, channel string
	start             time.Time
	body              []byte
}

// A backend is a receiver of webhooks.
type backend struct {
	*httptest.Server
	mu   sync.Mutex // guards what follows
	got  []posted
	came func(p posted) // called before the answer; nil: nothing is
}

func newBackend(t testing.TB) *backend {
	b := &backend{}
	b.Server = httptest.NewServer(http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) {
		p, whole := readPosted(t, r)
		if !whole {
			return
		}
		b.mu.Lock()
		b.got = append(b.got, p)
		came := b.came
		b.mu.Unlock()
		if came != nil {
			came(p)
		}
	}))
	t.Cleanup(b.Close)
	return b
}

// readPosted is false for a request of a server that was killed while it sent it.
func readPosted(t testing.TB, r *http.Request) (p posted, whole bool) {
	body, err := io.ReadAll(r.Body)
	if err != nil {
		return posted{}, false
	}
	var said struct {
		Type string
		Data struct {
			Channel string
			announce.Span
		}
	}
	if json.Unmarshal(body, &said) != nil {
		t.Errorf("a body that cannot be read: %s", body)
	}
	return posted{r.Header.Get("webhook-id"), said.Type, said.Data.Channel, said.Data.Start, body}, true
}

// whenever has something called before each answer.
func (b *backend) whenever(came func(p posted)) {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.came = came
}

// of gives what came of a channel.
func (b *backend) of(channel string) []posted {
	b.mu.Lock()
	defer b.mu.Unlock()
	return slices.DeleteFunc(slices.Clone(b.got), func(p posted) bool { return p.channel != channel })
}

// await polls until reached is true, or fails after 30 seconds.
func await(t testing.TB, what string, reached func() bool) {
	t.Helper()
	for deadline := time.Now().Add(30 * time.Second); !reached(); time.Sleep(5 * time.Millisecond) {
		if time.Now().After(deadline) {
			t.Fatalf("not reached in 30 s: %s", what)
		}
	}
}

func TestAWebhookIsToldWhatTheAnnouncementSays(t *testing.T) {
	b := newBackend(t)
	s := serve(t, fixture+hook(b.URL))
	await(t, "both channels are told", func() bool { return len(b.of("open")) > 0 && len(b.of("closed")) > 0 })
	p := b.of("open")[0]
	var doc struct{ Current json.RawMessage }
	s.decode(s.get("/v1/channels/open/announcement", ""), &doc)
	var said struct{ Data json.RawMessage }
	if err := json.Unmarshal(p.body, &said); err != nil {
		t.Fatal(err)
	}
	want := `{"channel":"open",` + string(doc.Current[1:])
	if diff := cmp.Diff(want, string(said.Data)); diff != "" {
		t.Errorf("data (-announcement +got):\n%s", diff)
	}
}

func TestHowWebhooksStandIsShownToOperatorsForTheirChannels(t *testing.T) {
	b := newBackend(t)
	const narrow = "\n  - {name: narrow-operator, role: operator, channels: [open], basic: {user: operator, password: narrow}}\ntokens:"
	s := serve(t, strings.Replace(fixture, "\ntokens:", narrow, 1)+hook(b.URL))
	show := func(who string) (w api.WebhookView) {
		var all api.WebhooksView
		r := s.request("GET", "/v1/webhooks", who, "")
		if who == "" {
			r.SetBasicAuth("operator", "narrow")
		}
		s.decode(s.send(r), &all)
		return all.Webhooks[0]
	}
	s.await(func() bool {
		w := show("operator")
		return len(w.Channels) == 3 && !slices.ContainsFunc(w.Channels, func(p api.PlaceView) bool { return p.Sequence == 0 })
	})
	w := show("")
	if len(w.Channels) != 1 || w.Channels[0].Channel != "open" || w.State != api.Delivering || w.Origin != b.URL || w.DeliveredAt == nil {
		t.Errorf("shown: %+v", w)
	}
	if shown := s.metrics("keyrotor_webhook_"); !strings.Contains(shown, `keyrotor_webhook_deliveries_total{result="delivered",target="hook"} 3`) ||
		!strings.Contains(shown, `keyrotor_webhook_lag_seconds{target="hook"} 0`) || !strings.Contains(shown, `keyrotor_webhook_dead_letters{target="hook"} 0`) {
		t.Errorf("metrics:\n%s", shown)
	}
	r := s.request("POST", "/v1/webhooks/hook/replay", "", `{"since":"2020-01-01T00:00:00Z"}`)
	r.SetBasicAuth("operator", "narrow")
	var done api.ReplayView
	s.decode(s.send(r), &done)
	if diff := cmp.Diff(api.ReplayView{Webhook: "hook", Events: 1}, done); diff != "" {
		t.Errorf("replayed (-want +got):\n%s", diff)
	}
	await(t, "the replay", func() bool { return len(b.of("open")) == 2 })
	if got := b.of("open"); got[0].id != got[1].id || len(b.of("closed")) != 1 {
		t.Errorf("replayed as %s after %s; of another's channel %d", got[1].id, got[0].id, len(b.of("closed")))
	}
}

func TestAnOperatorOfOtherChannelsReplaysNothing(t *testing.T) {
	b := newBackend(t)
	const other = "\n  - {name: other-operator, role: operator, channels: [closed], basic: {user: operator, password: other}}\ntokens:"
	hooked := strings.Replace(hook(b.URL), "name: hook", "name: hook, channels: [open]", 1)
	s := serve(t, strings.Replace(fixture, "\ntokens:", other, 1)+hooked)
	r := s.request("POST", "/v1/webhooks/hook/replay", "", `{}`)
	r.SetBasicAuth("operator", "other")
	if a := s.send(r); a.status != http.StatusNotFound {
		t.Errorf("%d %s", a.status, a.body)
	}
	if a := s.send(s.request("POST", "/v1/webhooks/hook/replay", "operator", `{}`)); a.status != http.StatusOK {
		t.Errorf("of all channels: %d %s", a.status, a.body)
	}
}

// The server dies each time that an event has arrived, before it has the answer or has kept
// that it has it.
func TestAServerThatIsKilledLosesNoEventAndRepeatsThemWithTheirIDs(t *testing.T) {
	b := newBackend(t)
	config := write(t, t.TempDir(), everySecond+hook(b.URL))
	arrived := make(chan struct{}, 1)
	b.whenever(func(p posted) {
		if p.channel == "open" {
			select {
			case arrived <- struct{}{}:
			default:
			}
		}
	})
	for range 4 {
		server := start(t, config)
		for range 2 { // the second may come after the first was kept
			<-arrived
		}
		server.kill()
	}
	server := start(t, config)
	seen := len(b.of("open"))
	await(t, "it goes on", func() bool { return len(b.of("open")) > seen+5 })
	server.terminate()
	firsts, repeated := firstStarts(t, b.of("open"))
	for i, start := range firsts[1:] {
		if !start.Equal(firsts[i].Add(time.Second)) {
			t.Errorf("after %s came %s", firsts[i], start)
		}
	}
	if repeated == 0 {
		t.Error("nothing was repeated: the server was never killed between delivery and record")
	}
	t.Logf("%d periods announced, %d deliveries repeated", len(firsts), repeated)
}

// firstStarts are the periods that were announced, in the order of their first deliveries, and
// how many deliveries repeated one; each ID must be of one body's event.
func firstStarts(t testing.TB, got []posted) (firsts []time.Time, repeated int) {
	t.Helper()
	ids := map[string]time.Time{}
	for _, p := range got {
		start, known := ids[p.id]
		if known && !start.Equal(p.start) {
			t.Errorf("%s is the ID of two events", p.id)
		}
		if known {
			repeated++
			continue
		}
		ids[p.id] = p.start
		firsts = append(firsts, p.start)
	}
	if len(firsts) == 0 {
		t.Fatal("nothing was announced")
	}
	return firsts, repeated
}

func TestNoSecretIsSaidOfWebhooks(t *testing.T) {
	b := newBackend(t)
	s := serve(t, strings.Replace(everySecond, "server: {", "log: {level: debug}\nserver: {", 1)+
		strings.Replace(hook(b.URL), "webhooks: [", "webhooks: [{name: down, url: 'http://user:"+hookToken+"@127.0.0.1:1/"+hookToken+"', secrets: ["+hookSecret+"], allow_private: true}, ", 1))
	await(t, "a few events", func() bool { return len(b.of("open")) > 3 })
	s.await(func() bool { return strings.Contains(s.logs.String(), "webhook failing") })
	shown := s.get("/v1/webhooks", "operator").body
	s.await(func() bool { shown = s.get("/v1/webhooks", "operator").body; return strings.Contains(shown, "failing") })
	var bodies []byte
	for _, p := range b.of("open") {
		bodies = append(bodies, p.body...)
	}
	said := bytes.Join([][]byte{[]byte(s.logs.String()), []byte(shown), []byte(s.metrics("")), bodies}, nil)
	secrets := &scanner{}
	secrets.add("token of a URL", []byte(hookToken))
	key, err := base64.StdEncoding.DecodeString(strings.TrimPrefix(hookSecret, "whsec_"))
	if err != nil {
		t.Fatal(err)
	}
	secrets.add("signing secret", key)
	if found := secrets.scan(said); len(found) > 0 || !bytes.Contains(said, []byte("webhook delivered")) {
		t.Errorf("said: %q of\n%s", found, said)
	}
}
