package webhook_test

import (
	"bytes"
	"encoding/base64"
	"encoding/json"
	"io"
	"log"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"os/exec"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/keyrotor/keyrotor/keyplan"
	"github.com/keyrotor/keyrotor/scheduler/announce/webhook"
)

// The specification's own example, and that of its reference libraries' tests.
func TestASignatureIsTheSpecificationsOwn(t *testing.T) {
	key, err := base64.StdEncoding.DecodeString(strings.TrimPrefix(secret, "whsec_"))
	if err != nil {
		t.Fatal(err)
	}
	got := webhook.Signatures([]keyplan.Secret{keyplan.NewSecret(key)},
		"msg_p5jXN8AQM9LWM0D4loKWxJek", time.Unix(1614265330, 0), []byte(`{"test": 2432232314}`))
	if want := "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE="; got != want {
		t.Errorf("signature %s, want %s", got, want)
	}
}

// verifier is what a receiver does, in another language. It prints how many of the signatures
// are right under each secret.
const verifier = `
import base64, hashlib, hmac, json, sys
d = json.load(sys.stdin)
body = base64.b64decode(d["body"])
for secret in d["secrets"]:
    key = base64.b64decode(secret[len("whsec_"):])
    signed = ("%s.%s." % (d["id"], d["timestamp"])).encode() + body
    want = "v1," + base64.b64encode(hmac.new(key, signed, hashlib.sha256).digest()).decode()
    print(d["signatures"].split(" ").count(want))
`

// verify gives what the verifier prints of a request.
func verify(t *testing.T, h http.Header, body []byte, secrets ...string) string {
	t.Helper()
	in, err := json.Marshal(map[string]any{
		"id": h.Get("webhook-id"), "timestamp": h.Get("webhook-timestamp"), "signatures": h.Get("webhook-signature"),
		"body": body, "secrets": secrets,
	})
	if err != nil {
		t.Fatal(err)
	}
	cmd := exec.CommandContext(t.Context(), "python3", "-c", verifier)
	cmd.Stdin = bytes.NewReader(in)
	out, err := cmd.CombinedOutput()
	if err != nil {
		t.Fatalf("python3: %v\n%s", err, out)
	}
	return strings.Join(strings.Fields(string(out)), " ")
}

// A receiver is a real server.
type receiver struct {
	*httptest.Server
	mu      sync.Mutex // guards what follows
	headers []http.Header
	bodies  [][]byte
	uris    []string
	got     chan struct{} // one for each request
}

func receive(t *testing.T, tls bool, handle http.HandlerFunc) *receiver {
	t.Helper()
	rec := &receiver{got: make(chan struct{}, 100)}
	rec.Server = httptest.NewUnstartedServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		var body bytes.Buffer
		body.ReadFrom(r.Body)
		rec.mu.Lock()
		rec.headers, rec.bodies = append(rec.headers, r.Header), append(rec.bodies, body.Bytes())
		rec.uris = append(rec.uris, r.RequestURI)
		rec.mu.Unlock()
		rec.got <- struct{}{}
		if handle != nil {
			handle(w, r)
		}
	}))
	rec.Config.ErrorLog = log.New(io.Discard, "", 0)
	if tls {
		rec.EnableHTTP2 = true
		rec.StartTLS()
	} else {
		rec.Start()
	}
	t.Cleanup(rec.Close)
	return rec
}

func (rec *receiver) await(t *testing.T, requests int) {
	t.Helper()
	for range requests {
		select {
		case <-rec.got:
		case <-time.After(10 * time.Second):
			t.Fatal("no request in 10 s")
		}
	}
}

// real makes a rig whose targets are real servers.
func real(t *testing.T, targets string, change ...func(*webhook.Config)) *rig {
	t.Helper()
	r := newRig(t)
	p := r.push(t, targets, append([]func(*webhook.Config){func(c *webhook.Config) { c.Transport = nil }}, change...)...)
	t.Cleanup(p.stop)
	r.announce(t, "news", 1)
	return r
}

const otherSecret = "whsec_AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8="

func TestAReceiverCanVerifyEachSignature(t *testing.T) {
	t.Parallel()
	rec := receive(t, false, nil)
	real(t, "[{name: a, url: '"+rec.URL+"/in?token=x', allow_private: true, secrets: ["+secret+", "+otherSecret+"]}]")
	rec.await(t, 1)
	h, body := rec.headers[0], rec.bodies[0]
	if got := verify(t, h, body, secret, otherSecret); got != "1 1" {
		t.Errorf("right signatures under each secret: %s", got)
	}
	if got := verify(t, h, append([]byte(" "), body...), secret, otherSecret); got != "0 0" {
		t.Errorf("right signatures of another body: %s", got)
	}
	if got := verify(t, h, body, "whsec_"+base64.StdEncoding.EncodeToString(make([]byte, 24))); got != "0" {
		t.Errorf("right signatures under another secret: %s", got)
	}
	if h.Get("Content-Type") != "application/json" || h.Get("User-Agent") != "keyrotor/test" || rec.uris[0] != "/in?token=x" {
		t.Errorf("asked for %s with %v", rec.uris[0], h)
	}
	if id := h.Get("webhook-id"); !strings.HasPrefix(id, "evt_") || strings.Contains(id, ".") || id != webhook.MessageID("news", keyplan.Announce(minute(1), noon).ID) {
		t.Errorf("webhook-id %q", id)
	}
}

func TestEachTryIsSignedForItsOwnTime(t *testing.T) {
	t.Parallel()
	var n int
	rec := receive(t, false, func(w http.ResponseWriter, _ *http.Request) {
		if n++; n < 3 {
			w.WriteHeader(http.StatusInternalServerError)
		}
	})
	real(t, "[{name: a, url: '"+rec.URL+"', allow_private: true, secrets: ["+secret+"]}]")
	rec.await(t, 3)
	for i, h := range rec.headers {
		if got := verify(t, h, rec.bodies[i], secret); got != "1" {
			t.Errorf("try %d: right signatures %s", i, got)
		}
		if diff := cmp.Diff(rec.headers[0].Get("webhook-id"), h.Get("webhook-id")); diff != "" {
			t.Errorf("ID of try %d (-first +got):\n%s", i, diff)
		}
	}
}

func TestTheUserOfAURLIsShownAsACredentialAndNeverLogged(t *testing.T) {
	t.Parallel()
	rec := receive(t, false, func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(http.StatusTeapot) })
	logs := &bytes.Buffer{}
	target := strings.Replace(rec.URL, "http://", "http://teller:s3cr3t-password@", 1) + "/path-token?query-token=x"
	down := "http://teller:s3cr3t-password@127.0.0.1:1/path-token?query-token=x"
	r := newRig(t)
	p := r.push(t, "[{name: a, url: '"+target+"', allow_private: true, secrets: ["+secret+"]}, {name: b, url: '"+down+"', allow_private: true, secrets: ["+secret+"]}]",
		func(c *webhook.Config) {
			c.Transport, c.Log = nil, slog.New(slog.NewTextHandler(logs, &slog.HandlerOptions{Level: slog.LevelDebug}))
		})
	r.announce(t, "news", 1)
	rec.await(t, 3)
	p.stop()
	if user, password, ok := (&http.Request{Header: rec.headers[0]}).BasicAuth(); !ok || user != "teller" || password != "s3cr3t-password" {
		t.Errorf("credential %s %s", user, password)
	}
	all, err := p.Status(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	said := logs.String() + string(must(json.Marshal(all[0].Standing))) + string(must(json.Marshal(all[1].Standing))) + all[0].Origin
	if strings.Count(said, "webhook failing") != 2 || !strings.Contains(said, "418") {
		t.Errorf("nothing was said: %s", said)
	}
	for _, hidden := range []string{"s3cr3t", "path-token", "query-token", "teller", secret[6:]} {
		if strings.Contains(said, hidden) {
			t.Errorf("%s stands in %s", hidden, said)
		}
	}
}

func must(b []byte, err error) []byte {
	if err != nil {
		panic(err)
	}
	return b
}

func TestARedirectIsNotFollowed(t *testing.T) {
	t.Parallel()
	elsewhere := receive(t, false, nil)
	for _, status := range []int{http.StatusFound, http.StatusTemporaryRedirect} {
		rec := receive(t, false, func(w http.ResponseWriter, _ *http.Request) {
			w.Header().Set("Location", elsewhere.URL)
			w.WriteHeader(status)
		})
		r := newRig(t)
		p := r.push(t, "[{name: a, url: '"+rec.URL+"', allow_private: true, secrets: ["+secret+"]}]", func(c *webhook.Config) { c.Transport = nil })
		r.announce(t, "news", 1)
		rec.await(t, 2) // it is tried again
		p.stop()
		if s := p.standing(t); s.Failure == nil || s.Places[0].Waiting != 1 {
			t.Errorf("%d: failure %+v, places %+v", status, s.Failure, s.Places)
		}
	}
	if n := len(elsewhere.bodies); n != 0 {
		t.Errorf("%d requests followed", n)
	}
}

func TestAnAnswerWithoutEndIsNotReadToItsEnd(t *testing.T) {
	t.Parallel()
	rec := receive(t, false, func(w http.ResponseWriter, r *http.Request) {
		for r.Context().Err() == nil {
			if _, err := w.Write(make([]byte, 8<<10)); err != nil {
				return
			}
		}
	})
	r := real(t, "[{name: a, url: '"+rec.URL+"', allow_private: true, secrets: ["+secret+"]}]")
	rec.await(t, 1)
	r.announce(t, "news", 2)
	rec.await(t, 1)
	if rec.headers[0].Get("webhook-id") == rec.headers[1].Get("webhook-id") {
		t.Error("a 2xx whose body is too long was tried again")
	}
}

// awaitFailure waits until the store says that the first target fails.
func (p *pusher) awaitFailure(t *testing.T) {
	t.Helper()
	for deadline := time.Now().Add(10 * time.Second); p.standing(t).Failure == nil; time.Sleep(20 * time.Millisecond) {
		if time.Now().After(deadline) {
			t.Fatal("nothing failed in 10 s")
		}
	}
}

func TestTargetsInPrivateNetworksAreRefusedWhereTheyAreNotAllowed(t *testing.T) {
	t.Parallel()
	rec := receive(t, true, nil)
	r := newRig(t)
	target := strings.Replace(rec.URL, "127.0.0.1", "localhost", 1)
	p := r.push(t, "[{name: a, url: '"+target+"', secrets: ["+secret+"]}]", func(c *webhook.Config) { c.Transport = nil })
	r.announce(t, "news", 1)
	p.awaitFailure(t)
	p.stop()
	if f := p.standing(t).Failure; !strings.Contains(f.Error, ": not an address of the public internet, and allow_private is not set") || len(rec.bodies) != 0 {
		t.Errorf("failure %+v, %d requests", f, len(rec.bodies))
	}
}

func TestACertificateThatIsNotTrustedIsAFailure(t *testing.T) {
	t.Parallel()
	rec := receive(t, true, nil)
	r := newRig(t)
	p := r.push(t, "[{name: a, url: '"+rec.URL+"', allow_private: true, secrets: ["+secret+"]}]", func(c *webhook.Config) { c.Transport = nil })
	r.announce(t, "news", 1)
	p.awaitFailure(t)
	p.stop()
	if f := p.standing(t).Failure; !strings.Contains(f.Error, "certificate") || len(rec.bodies) != 0 {
		t.Errorf("failure %+v, %d requests", f, len(rec.bodies))
	}
}
