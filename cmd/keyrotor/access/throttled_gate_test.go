package access_test

import (
	"bytes"
	"fmt"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/keyrotor/keyrotor/cmd/keyrotor/access"
)

func TestTooManyBadCredentialsGet429AndGoodOnesAreLetInAllTheSame(t *testing.T) {
	var log bytes.Buffer
	gate := access.Gate{Guard: guard(t, credentials()), Throttle: throttle(2, logger(&log)), Log: logger(&log), Now: atNoon}
	h := gate.Require(access.Packager)(face)
	var got []string
	for _, header := range []http.Header{
		bearer("x"), bearer("y"), bearer("z"), {"X-Speke-Key": {"planted-6"}}, {}, bearer("x"), bearer("planted-3"),
	} {
		r := answer(h, header)
		got = append(got, fmt.Sprint(brief(r), ", retry after ", r.Header.Get("Retry-After")))
	}
	want := []string{
		"401 Unauthorized, retry after ", "401 Unauthorized, retry after ", "429 Too Many Requests, retry after 60",
		"200 hashed header, retry after ", "401 Unauthorized, retry after ", "429 Too Many Requests, retry after 60",
		"403 Forbidden, retry after ",
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("answers (-want +got):\n%s", diff)
	}
	if lines := strings.Count(log.String(), `reason="bad credentials"`); lines != 2 {
		t.Errorf("%d lines of bad credentials, want 2:\n%s", lines, log.String())
	}
}

func TestRequestsWithoutCredentialsAreNotThrottled(t *testing.T) {
	h := access.Gate{Guard: guard(t, credentials()), Throttle: throttle(1, nil), Now: atNoon}.Require(access.Packager)(face)
	for range 5 {
		if r := answer(h, nil); r.StatusCode != http.StatusUnauthorized {
			t.Fatalf("got %d", r.StatusCode)
		}
	}
}

func TestGatesShareAThrottleAndTheFaceShapesIts429(t *testing.T) {
	gate := access.Gate{Guard: guard(t, credentials()), Throttle: throttle(1, nil), Now: atNoon}
	answer(gate.Require(access.Packager)(face), bearer("x"))
	gate.Deny = func(w http.ResponseWriter, _ *http.Request, status int) {
		w.WriteHeader(status)
		fmt.Fprint(w, "shaped")
	}
	r := answer(gate.Admit(face), bearer("x"))
	if got := brief(r); got != "429 shaped" || r.Header.Get("Retry-After") != "60" || r.Header["Www-Authenticate"] != nil {
		t.Errorf("got %s with %v", got, r.Header)
	}
}

func TestWhoIsThrottledIsWhoTheTrustedProxySaysItIs(t *testing.T) {
	gate := access.Gate{Guard: guard(t, credentials()), Throttle: throttle(1, nil), Proxies: proxies(t, "192.0.2.1"), Now: atNoon}
	ask := func(forwarded string) int {
		header := bearer("x")
		header.Set("X-Forwarded-For", forwarded)
		return answer(gate.Admit(face), header).StatusCode
	}
	got := []int{ask("198.51.100.1"), ask("198.51.100.2"), ask("198.51.100.1")}
	if diff := cmp.Diff([]int{401, 401, 429}, got); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}

func TestRetryAfterIsRoundedUp(t *testing.T) {
	now := noon
	gate := access.Gate{Guard: guard(t, credentials()), Throttle: throttle(1, nil), Now: func() time.Time { return now }}
	answer(gate.Admit(face), bearer("x"))
	for late, want := range map[time.Duration]string{58500 * time.Millisecond: "2", 59 * time.Second: "1", time.Minute - 1: "1"} {
		now = noon.Add(late)
		if got := answer(gate.Admit(face), bearer("x")).Header.Get("Retry-After"); got != want {
			t.Errorf("%v into the window: %q, want %q", late, got, want)
		}
	}
}
