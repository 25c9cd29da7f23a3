package access_test

import (
	"bytes"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/keyrotor/keyrotor/cmd/keyrotor/access"
)

// face answers with who it sees.
var face = http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
	if caller := access.From(r.Context()); caller != nil {
		fmt.Fprint(w, caller.Name)
		return
	}
	fmt.Fprint(w, "anonymous")
})

func answer(h http.Handler, header http.Header) *http.Response {
	return answerTo(h, request(header))
}

func answerTo(h http.Handler, r *http.Request) *http.Response {
	w := httptest.NewRecorder()
	h.ServeHTTP(w, r)
	return w.Result()
}

func brief(r *http.Response) string {
	body, _ := io.ReadAll(r.Body)
	return fmt.Sprint(r.StatusCode, " ", strings.TrimSpace(string(body)))
}

func bearer(token string) http.Header { return http.Header{"Authorization": {"Bearer " + token}} }

func TestEachFaceIsOpenToItsRoles(t *testing.T) {
	var c access.Config
	for _, role := range []access.Role{access.Packager, access.Issuer, access.Viewer, access.Operator} {
		c = append(c, access.Credential{Name: string(role), Role: role, Bearer: &access.Bearer{Token: secret(string(role))}})
	}
	gate := access.Gate{Now: atNoon, Guard: guard(t, c)}
	got := map[string]string{}
	for _, wanted := range c {
		for _, caller := range c {
			if r := answer(gate.Require(wanted.Role)(face), bearer(caller.Name)); r.StatusCode == http.StatusOK {
				got[wanted.Name] += caller.Name + " "
			} else if r.StatusCode != http.StatusForbidden {
				t.Errorf("%s at %s: got %d", caller.Name, wanted.Name, r.StatusCode)
			}
		}
	}
	want := map[string]string{
		"packager": "packager ", "issuer": "issuer ", "viewer": "viewer operator ", "operator": "operator ",
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("let in (-want +got):\n%s", diff)
	}
	if got := brief(answer(gate.Require(access.Packager, access.Issuer)(face), bearer("issuer"))); got != "200 issuer" {
		t.Errorf("one of two roles: got %s", got)
	}
	if got := brief(answer(gate.Require()(face), bearer("operator"))); got != "403 Forbidden" {
		t.Errorf("no role: got %s", got)
	}
}

func TestA401NamesTheWaysInAndNothingElse(t *testing.T) {
	gate := access.Gate{Now: atNoon, Guard: guard(t, credentials())}.Require(access.Packager)(face)
	headers := []http.Header{
		{}, bearer("wrong"), {"Authorization": {basicAuth("pack", "wrong")}}, {"Authorization": {basicAuth("nobody", "wrong")}},
	}
	for _, header := range headers {
		r := answer(gate, header)
		want := []string{`Basic realm="keyrotor", charset="UTF-8"`, `Bearer realm="keyrotor"`}
		if diff := cmp.Diff(want, r.Header.Values("WWW-Authenticate")); diff != "" {
			t.Errorf("challenge (-want +got):\n%s", diff)
		}
		if got := brief(r); got != "401 Unauthorized" {
			t.Errorf("got %s", got)
		}
	}
}

func TestA403HasNoChallenge(t *testing.T) {
	r := answer(access.Gate{Now: atNoon, Guard: guard(t, credentials())}.Require(access.Packager)(face), bearer("planted-3"))
	if r.StatusCode != http.StatusForbidden || r.Header["Www-Authenticate"] != nil {
		t.Errorf("got %d with %v", r.StatusCode, r.Header)
	}
}

func TestTheFaceShapesItsRefusals(t *testing.T) {
	gate := access.Gate{Now: atNoon, Guard: guard(t, credentials()), Deny: func(w http.ResponseWriter, r *http.Request, status int) {
		w.WriteHeader(status)
		fmt.Fprintf(w, "problem at %s", r.URL.Path)
	}}
	if got := brief(answer(gate.Require(access.Packager)(face), nil)); got != "401 problem at /speke" {
		t.Errorf("nobody: got %s", got)
	}
	if got := brief(answer(gate.Require(access.Packager)(face), bearer("planted-3"))); got != "403 problem at /speke" {
		t.Errorf("another role: got %s", got)
	}
}

func TestAPublicFaceSeesWhoAsks(t *testing.T) {
	gate := access.Gate{Now: atNoon, Guard: guard(t, credentials())}.Admit(face)
	for want, header := range map[string]http.Header{
		"200 anonymous": {}, "200 plain bearer": bearer("planted-3"), "401 Unauthorized": bearer("wrong"),
	} {
		if got := brief(answer(gate, header)); got != want {
			t.Errorf("got %s, want %s", got, want)
		}
	}
}

func TestNobodyIsAnonymousAndMayNothing(t *testing.T) {
	ctx := t.Context()
	if caller := access.From(ctx); caller != nil || caller.May("sport") || caller.Is(access.Viewer) {
		t.Errorf("got %v", caller)
	}
	ctx = access.With(ctx, &access.Caller{Name: "a"})
	if caller := access.From(access.With(ctx, nil)); caller != nil {
		t.Errorf("got %v", caller)
	}
}

// logger writes lines without their time.
func logger(w io.Writer) *slog.Logger {
	return slog.New(slog.NewTextHandler(w, &slog.HandlerOptions{
		Level: slog.LevelDebug,
		ReplaceAttr: func(_ []string, a slog.Attr) slog.Attr {
			if a.Key == slog.TimeKey {
				return slog.Attr{}
			}
			return a
		},
	}))
}

func TestLogsSayWhoButNothingThatWasShown(t *testing.T) {
	var log bytes.Buffer
	gate := access.Gate{
		Now:   atNoon,
		Guard: guard(t, credentials()),
		Log:   logger(&log),
	}.Require(access.Packager)(face)
	for _, header := range []http.Header{
		{"Authorization": {basicAuth("pack", "planted:1:")}}, bearer("planted-3"), bearer("planted-wrong"),
		{"Authorization": {basicAuth("planted-user", "planted")}}, {"X-Speke-Key": {"planted", "planted"}}, nil,
	} {
		answer(gate, header)
	}
	want := strings.TrimLeft(`
level=DEBUG msg="caller let in" caller="plain basic" role=packager
level=INFO msg="caller refused" caller="plain bearer" role=issuer remote=192.0.2.1 reason=role
level=INFO msg="caller refused" remote=192.0.2.1 reason="bad credentials"
level=INFO msg="caller refused" remote=192.0.2.1 reason="bad credentials"
level=INFO msg="caller refused" remote=192.0.2.1 reason="bad credentials"
level=INFO msg="caller refused" remote=192.0.2.1 reason="no credentials"
`, "\n")
	if diff := cmp.Diff(want, log.String()); diff != "" {
		t.Errorf("log (-want +got):\n%s", diff)
	}
}
