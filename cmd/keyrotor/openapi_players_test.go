package main_test

import (
	"net/http"
	"net/http/httptest"
	"strings"
)

// limitPlayers lets a remote ask three times for tutorial tokens and once for a license.
const limitPlayers = "limits: {tokens_per_remote: {count: 3, per: 1h}, licenses_per_remote: {count: 1, per: 1h}}\nwidevine:\n"

// holdPlayers asks for what players get, and are refused.
func (c *contract) holdPlayers() {
	s := serve(c.t, strings.Replace(playing, "server: {", "server: {max_body: 8192, ", 1))
	token, kid := s.playerToken("news", ""), s.kidsOf("news", "cbc1")[0]
	license, key := "/license/clearkey?channel=news&token="+token, "/license/aes128/news/"+kid
	one := clearKeyRequest(c.t, kid)
	for _, e := range []exchange{
		{"OPTIONS", "/license/clearkey", "", "", 204},
		{"OPTIONS", key, "", "", 204},
		{"OPTIONS", "/token", "", "", 204},
		{"POST", license, "", one, 200},
		{"POST", license, "", "{}", 400},
		{"POST", "/license/clearkey", "", one, 403},
		{"POST", license, "", strings.Repeat(" ", 8193), 413},
		{"GET", key + "?token=" + token, "", "", 200},
		{"GET", key, "", "", 403},
		{"POST", "/token", "", `{"validTo":"2099-01-01T00:00:00Z"}`, 200},
		{"POST", "/token", "", "[]", 400},
		{"POST", "/token", "", strings.Repeat(" ", 8193), 413},
	} {
		r := s.request(e.method, e.path, "", e.body)
		r.Header.Set("Origin", playerOrigin)
		c.hold(e, r, c.client)
	}
	c.holdLimited(key, license, one)
	c.holdFull(key, one)
}

// holdLimited asks more often than a remote may, and from a remote that may not.
func (c *contract) holdLimited(key, license, one string) {
	s := serve(c.t, strings.Replace(playing, "widevine:\n", limitPlayers, 1))
	s.key("news", unknownKID, "")
	elsewhere := s.request("POST", "/token", "", "")
	elsewhere.Header.Set("X-Forwarded-For", "203.0.113.1")
	c.hold(exchange{"POST", "/token", "", "", 403}, elsewhere, c.client)
	for range 2 {
		s.tutorial("")
	}
	for _, e := range []exchange{
		{"POST", license, "", one, 429}, {"GET", key, "", "", 429}, {"POST", "/token", "", "", 429},
	} {
		c.hold(e, s.request(e.method, e.path, "", e.body), c.client)
	}
}

// holdFull asks a server whose room is given away for ten minutes, and one that has no plan.
func (c *contract) holdFull(key, one string) {
	full := serve(c.t, strings.Replace(playing, "license: {", "license: {capacity: 1, ", 1))
	token := "token=" + full.playerToken("news", "")
	for _, e := range []exchange{
		{"POST", "/license/clearkey?channel=news&" + token, "", one, 503}, {"GET", key + "?" + token, "", "", 503},
	} {
		c.hold(e, full.request(e.method, e.path, "", e.body), func(r *http.Request) *http.Response {
			return full.until(http.StatusServiceUnavailable, r)
		})
	}
	empty := assemble(c.t, playing)
	c.hold(exchange{"POST", "/token", "", "", 503}, empty.request("POST", "/token", "", ""), func(r *http.Request) *http.Response {
		r.RemoteAddr = "127.0.0.1:1"
		return empty.until(http.StatusServiceUnavailable, r)
	})
}

// until asks without a socket until the status is this one.
func (s *server) until(status int, r *http.Request) *http.Response {
	s.t.Helper()
	for range 100_000 {
		answered := httptest.NewRecorder()
		s.Handler().ServeHTTP(answered, r.Clone(r.Context()))
		if answered.Code == status {
			return answered.Result()
		}
	}
	s.t.Fatalf("%s %s never gets %d", r.Method, r.URL.Path, status)
	return nil
}
