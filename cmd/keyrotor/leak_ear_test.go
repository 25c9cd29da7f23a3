package main_test

import (
	"encoding/base64"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"iter"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	keyrotor "github.com/keyrotor/keyrotor/cmd/keyrotor"
	"github.com/keyrotor/keyrotor/keyplan"
	"github.com/keyrotor/keyrotor/keyplan/ledger/boltstore"
	"github.com/keyrotor/keyrotor/keyplan/source"
)

// An ear hears everything that comes out of keyrotor.
type ear struct {
	t      testing.TB
	config string
	folder string
	began  time.Time
	all    []heard
	keys   []servedKey // what answers to packagers and players held; these are not heard
	// licenses are how many answers to players held some.
	licenses int
}

// A heard is all that came out by one way.
type heard struct {
	where string
	text  []byte
}

func (e *ear) hear(where string, text []byte) { e.all = append(e.all, heard{where, text}) }

// askEverything sends each exchange and hears the answers, whatever they are.
func (e *ear) askEverything(addr string) {
	e.t.Helper()
	s := &server{t: e.t, url: "http://" + addr}
	s.await(func() bool { return s.get("/livez", "").status == http.StatusOK })
	all := append(exchanges(e.t, unknownKID),
		exchange{method: "POST", path: spekePath, who: "packager", body: spekeFor(e.t, "closed")},
		exchange{method: "POST", path: spekePath, who: "packager", body: "<" + strings.Repeat("<", 64)},
		exchange{method: "GET", path: "/v1/channels/closed/periods?from=2000-01-01T00:00:00Z", who: "viewer"},
		exchange{method: "DELETE", path: "/nowhere"})
	for _, x := range all {
		if strings.Contains(x.path, "/events?after=0") {
			continue // does not end; see follow
		}
		a := s.send(s.request(x.method, x.path, x.who, x.body))
		if a.header.Get("Content-Type") == "application/xml" {
			e.keys = append(e.keys, parse(e.t, a.body).keys...)
			a.body = ""
		}
		e.hear(x.method+" "+x.path, fmt.Appendf(nil, "%v\n%s", a.header, a.body))
		e.hearClaims(x.path, a.body)
	}
}

// hearClaims hears what stands inside a token.
func (e *ear) hearClaims(path, body string) {
	var a struct{ Token, Format string }
	if json.Unmarshal([]byte(body), &a) != nil || a.Token == "" {
		return
	}
	claims, err := base64.RawURLEncoding.DecodeString(strings.Split(a.Token, ".")[1])
	if err != nil || a.Format == "axinom" && !strings.Contains(string(claims), "encrypted_key") {
		e.t.Errorf("the token of %s cannot be looked into: %v", path, err)
	}
	e.hear("claims of "+path, claims)
}

// callWidevine asks for keys by the Common Encryption API, and once with a signature that is
// another message's.
func (e *ear) callWidevine(addr string) {
	e.t.Helper()
	s := &server{t: e.t, url: "http://" + addr}
	for _, t := range s.callWidevine("open", "").Tracks {
		e.keys = append(e.keys, servedKey{KID: hex.EncodeToString(t.KID), key: base64.StdEncoding.EncodeToString(t.Key)})
	}
	foreign := strings.Replace(signed(e.t, "{}"), `"request":"`, `"request":"IC`, 1)
	e.hear("refusal of a signature", []byte(s.send(s.request("POST", "/widevine/open", "", foreign)).body))
}

// follow hears the event stream across two rotations.
func (e *ear) follow(addr string) {
	e.t.Helper()
	s := &server{t: e.t, url: "http://" + addr}
	st := s.follow("?after=0", "")
	for _, event := range append(st.until(e.t, "begun"), st.until(e.t, "begun")...) {
		e.hear("event "+event.name, []byte(event.data))
	}
}

// damage spoils the sealed keys of channel closed and gives channel open a record of an
// unknown kind.
func (e *ear) damage() {
	e.t.Helper()
	store, err := boltstore.Open(filepath.Join(e.folder, "data", "keyrotor.db"))
	if err != nil {
		e.t.Fatal(err)
	}
	defer store.Close()
	recs, err := store.List(e.t.Context(), "closed", "period/", "period0", 0)
	if err != nil || len(recs) == 0 {
		e.t.Fatalf("%d periods, %v", len(recs), err)
	}
	for i, r := range recs {
		at := strings.Index(string(r.Value), `"sealed":"`) + 20
		r.Value[at] = map[bool]byte{true: 'B', false: 'A'}[r.Value[at] == 'A']
		if err := store.Delete(e.t.Context(), "closed", recs[i].Name); err != nil {
			e.t.Fatal(err)
		}
	}
	_, err = store.Create(e.t.Context(), "closed", recs...)
	if err == nil {
		_, err = store.Create(e.t.Context(), "open", keyplan.Record{Name: "junk/1", Value: []byte(`{"v":9,"kind":"junk"}`)})
	}
	if err != nil {
		e.t.Fatal(err)
	}
}

// commands hears plan and check, of the configuration and of one whose secrets are wrong.
func (e *ear) commands() {
	e.t.Helper()
	wrong := write(e.t, e.t.TempDir(), strings.NewReplacer(
		"AoG+A=", "AoG+", "WY=", "WY", "ahead: 4", "ahead: -4", ", key: 1ae", ", kye: 1ae", ", iv: d58", ", vi: d58", "password:", "passwort:", "token:", "tokn:").Replace(leaky))
	for _, args := range [][]string{
		{"plan", "--config", e.config}, {"plan", "--config", e.config, "--json"}, {"check", "--config", e.config},
		{"check", "--config", wrong}, {"serve", "--config", wrong}, {"plan", "--config", wrong},
	} {
		out, _ := exec.CommandContext(e.t.Context(), "keyrotor", args...).CombinedOutput() // some must fail
		e.hear(fmt.Sprint(args), out)
	}
}

// panics hears a handler that panics with a secret in its hands.
func (e *ear) panics() {
	e.t.Helper()
	secret := keyplan.NewSecret([]byte("packager-secret"))
	fall := func(_ keyplan.Secret, _ []byte) { panic(fmt.Errorf("with %v", secret)) }
	logs := &logBuffer{}
	router := keyrotor.NewRouter([]keyrotor.Route{keyrotor.NewRoute("GET", "/panic", http.HandlerFunc(
		func(http.ResponseWriter, *http.Request) { fall(secret, secret.Reveal()) }))},
		keyrotor.Defaults().Server, slog.New(slog.NewTextHandler(logs, nil)))
	answered := httptest.NewRecorder()
	router.ServeHTTP(answered, httptest.NewRequest("GET", "/panic", nil))
	e.hear("answer to a panic", answered.Body.Bytes())
	e.hear("log of a panic", []byte(logs.String()))
}

// contentKeys computes those of every period that may have been planned.
func (e *ear) contentKeys() map[string][]byte {
	e.t.Helper()
	config := load(e.t, leaky)
	keys, err := source.New(config.Keys)
	if err != nil {
		e.t.Fatal(err)
	}
	computed := map[string][]byte{}
	for _, c := range config.Channels {
		policy, _ := keyplan.NewPolicy(config.Policies[c.Policy])
		ch, _ := keyplan.NewChannel(c.ChannelConfig, policy)
		first, _ := policy.Calendar.Containing(e.began.Add(-2*policy.PackagerInterval - 2*time.Second))
		for p := range policy.Calendar.After(first.Start) {
			if p.Start.After(time.Now().Add(60*policy.PackagerInterval)) && len(computed) > 0 {
				break
			}
			for at := range places(ch, p) {
				_, secret, err := keys.Draw(e.t.Context(), at)
				if err != nil {
					e.t.Fatal(err)
				}
				computed[fmt.Sprintf("%v, generation %d", at, at.Generation)] = secret.Reveal()
			}
		}
	}
	return computed
}

// places are those of the keys of one period, and of those in the place of revoked ones.
func places(ch *keyplan.Channel, p keyplan.Period) iter.Seq[keyplan.KeyRef] {
	return func(yield func(keyplan.KeyRef) bool) {
		for _, track := range ch.Tracks {
			for _, scheme := range ch.Schemes {
				for generation := range 3 {
					at := keyplan.KeyRef{Channel: ch.ID, Start: p.Start, Track: track, Scheme: scheme, Generation: generation}
					if !yield(at) {
						return
					}
				}
			}
		}
	}
}
