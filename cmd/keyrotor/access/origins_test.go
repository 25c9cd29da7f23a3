package access_test

import (
	"net/http"
	"net/http/httptest"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/keyrotor/keyrotor/cmd/keyrotor/access"
	"github.com/keyrotor/keyrotor/keyplan"
)

const player, stranger = "https://player.example.com", "https://stranger.example.com"

func TestPagesOfTheOriginsAloneMayReadAnswers(t *testing.T) {
	listed := access.Origins{"http://localhost:3000", player}
	for _, tc := range []struct {
		name    string
		origins access.Origins
		origin  string
		want    http.Header
	}{
		{"a listed one", listed, player, http.Header{"Access-Control-Allow-Origin": {player}, "Access-Control-Expose-Headers": {"Retry-After"}, "Vary": {"Origin"}}},
		{"another", listed, stranger, http.Header{"Vary": {"Origin"}}},
		{"one in upper case", listed, "https://PLAYER.example.com", http.Header{"Vary": {"Origin"}}},
		{"no page", listed, "", http.Header{"Vary": {"Origin"}}},
		{"null", listed, "null", http.Header{"Vary": {"Origin"}}},
		{"any", access.Origins{"*"}, stranger, http.Header{"Access-Control-Allow-Origin": {"*"}, "Access-Control-Expose-Headers": {"Retry-After"}}},
		{"none is listed", nil, player, http.Header{"Vary": {"Origin"}}},
		{"none is listed, and no page", nil, "", http.Header{"Vary": {"Origin"}}},
	} {
		quiet := http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(http.StatusNoContent) })
		if diff := cmp.Diff(tc.want, serve(tc.origins.Share(quiet), from(tc.origin)).Header()); diff != "" {
			t.Errorf("%s (-want +got):\n%s", tc.name, diff)
		}
	}
}

func TestAPreflightTellsPagesOfTheOriginsWhatTheyMaySend(t *testing.T) {
	h := access.Origins{player}.Preflight("POST", "Authorization")
	want := http.Header{
		"Access-Control-Allow-Origin": {player}, "Access-Control-Allow-Methods": {"POST"},
		"Access-Control-Allow-Headers": {"Authorization"}, "Access-Control-Max-Age": {"86400"}, "Vary": {"Origin"},
	}
	a := serve(h, from(player))
	if diff := cmp.Diff(want, a.Header()); diff != "" || a.Code != http.StatusNoContent {
		t.Errorf("%d (-want +got):\n%s", a.Code, diff)
	}
	b := serve(h, from(stranger))
	if diff := cmp.Diff(http.Header{"Vary": {"Origin"}}, b.Header()); diff != "" || b.Code != http.StatusNoContent {
		t.Errorf("to another: %d (-want +got):\n%s", b.Code, diff)
	}
}

func TestWhatIsNoOriginIsNamed(t *testing.T) {
	for _, tc := range []struct {
		origins access.Origins
		want    []string
	}{
		{nil, nil},
		{access.Origins{"*"}, nil},
		{access.Origins{player, "http://localhost:3000", "http://[::1]:8080", "capacitor://localhost"}, nil},
		{access.Origins{player, "*"}, []string{"origins[1]"}},
		{access.Origins{"player.example.com", player + "/", player + "/page", "https://user@host", "https://Player.example.com", "https://", "null", ""},
			[]string{"origins[0]", "origins[1]", "origins[2]", "origins[3]", "origins[4]", "origins[5]", "origins[6]", "origins[7]"}},
	} {
		var ps keyplan.Problems
		tc.origins.Check(&ps)
		var keys []string
		for _, p := range ps {
			keys = append(keys, p.Key)
		}
		if diff := cmp.Diff(tc.want, keys); diff != "" {
			t.Errorf("%q (-want +got):\n%s", tc.origins, diff)
		}
	}
}

// from is a request of a page of an origin.
func from(origin string) *http.Request {
	r := request(http.Header{})
	if origin != "" {
		r.Header.Set("Origin", origin)
	}
	return r
}

func serve(h http.Handler, r *http.Request) *httptest.ResponseRecorder {
	answered := httptest.NewRecorder()
	h.ServeHTTP(answered, r)
	return answered
}
