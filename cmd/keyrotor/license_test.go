package main_test

import (
	"encoding/base64"
	"fmt"
	"maps"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

func TestAPlayerGetsTheKeyThatThePackagerGot(t *testing.T) {
	s := serve(t, playing)
	hls, dash := s.signaledKey("news", aes128, "cbc1").ContentKey, s.signaledKey("news", fairPlay, "cbcs").ContentKey
	for _, format := range []string{"axinom", "dashif", "drmcloud", "own"} {
		token := s.playerToken("news", `{"format":"`+format+`"}`)
		for place, show := range showers {
			r := s.request("GET", "/license/aes128/news/"+hls.KID, "", "")
			show(r, token)
			a := s.send(r)
			if got := base64.StdEncoding.EncodeToString([]byte(a.body)); a.status != 200 || len(a.body) != 16 || got != hls.Key {
				t.Errorf("%s in %s: %d, or another key", format, place, a.status)
			}
			r = s.request("POST", "/license/clearkey?channel=news", "", clearKeyRequest(t, dash.KID))
			show(r, token)
			if !cmp.Equal(s.licensed(s.send(r)), map[string]string{dash.KID: dash.Key}) {
				t.Errorf("%s in %s: another license", format, place)
			}
		}
	}
}

func TestALicenseHasExactlyTheKeysOfFiftyThatTheTokenNames(t *testing.T) {
	s := serve(t, playing)
	var asked []string
	for _, channel := range []string{"news", "open", "closed"} {
		for _, p := range s.periods(channel, "") {
			for _, k := range p.Keys {
				asked = append(asked, k.KID)
			}
		}
	}
	for n := range 50 - len(asked) {
		asked = append(asked, fmt.Sprintf("00000000-0000-4000-8000-%012d", n))
	}
	named := []string{s.kidsOf("news", "cbcs")[0], s.kidsOf("news", "cenc")[0]}
	token := s.playerToken("news", `{"kids":["`+strings.Join(named, `","`)+`"]}`)
	got := slices.Sorted(maps.Keys(s.licensed(s.license("news", token, asked...))))
	slices.Sort(named)
	if diff := cmp.Diff(named, got); diff != "" {
		t.Errorf("KIDs (-named +licensed):\n%s", diff)
	}
}

func TestAnAnswerToAPlayerIsNotKeptAndSaysWhatItIs(t *testing.T) {
	s := serve(t, playing)
	token, kid := s.playerToken("news", ""), s.kidsOf("news", "cbc1")[0]
	for method, want := range map[string]int{"GET": 16, "HEAD": 0} {
		r := s.request(method, "/license/aes128/news/"+kid, "", "")
		showers["Authorization"](r, token)
		a := s.send(r)
		got := []string{a.header.Get("Content-Type"), a.header.Get("Content-Length"), a.header.Get("Cache-Control")}
		if diff := cmp.Diff([]string{"application/octet-stream", "16", "no-store"}, got); diff != "" || len(a.body) != want || a.status != 200 {
			t.Errorf("%s: %d, %d bytes %s", method, a.status, len(a.body), diff)
		}
	}
	a := s.license("news", token, kid)
	if a.status != 200 || a.header.Get("Content-Type") != "application/json" || a.header.Get("Cache-Control") != "no-store" {
		t.Errorf("%d %v", a.status, a.header)
	}
	if a := s.send(s.request("HEAD", "/license/aes128/news/"+kid, "", "")); a.status != 403 {
		t.Errorf("HEAD without a token: %d", a.status)
	}
}

func TestPagesOfTheConfiguredOriginsMayAskForLicenses(t *testing.T) {
	s := serve(t, playing)
	const headers = "Content-Type, Authorization, X-AxDRM-Message, X-Drm-UserToken"
	path := "/license/aes128/news/" + s.kidsOf("news", "cbc1")[0]
	token := "?token=" + s.playerToken("news", "")
	for _, tc := range []struct {
		method, path, origin string
		status               int
		want                 map[string]string
	}{
		{"OPTIONS", path, playerOrigin, 204, map[string]string{"Origin": playerOrigin, "Methods": "GET, HEAD", "Headers": headers}},
		{"OPTIONS", "/license/clearkey", playerOrigin, 204, map[string]string{"Origin": playerOrigin, "Methods": "POST", "Headers": headers}},
		{"OPTIONS", "/token", playerOrigin, 204, map[string]string{"Origin": playerOrigin, "Methods": "POST", "Headers": headers}},
		{"OPTIONS", path, "https://stranger.example.com", 204, map[string]string{}},
		{"OPTIONS", "/token", "https://stranger.example.com", 204, map[string]string{}},
		{"GET", path + token, playerOrigin, 200, map[string]string{"Origin": playerOrigin}},
		{"HEAD", path + token, playerOrigin, 200, map[string]string{"Origin": playerOrigin}},
		{"GET", path, playerOrigin, 403, map[string]string{"Origin": playerOrigin}},
		{"GET", path + token, "https://stranger.example.com", 200, map[string]string{}},
		{"GET", path + token, "", 200, map[string]string{}},
		{"POST", "/license/clearkey", playerOrigin, 403, map[string]string{"Origin": playerOrigin}},
		{"POST", "/token", playerOrigin, 200, map[string]string{"Origin": playerOrigin}},
	} {
		r := s.request(tc.method, tc.path, "", "")
		if tc.origin != "" {
			r.Header.Set("Origin", tc.origin)
		}
		a := s.send(r)
		if diff := cmp.Diff(tc.want, sharing(a)); diff != "" || a.status != tc.status || a.header.Get("Vary") != "Origin" {
			t.Errorf("%s %s of %q: %d, want %d (-want +got):\n%s", tc.method, tc.path, tc.origin, a.status, tc.status, diff)
		}
	}
}

func TestMoreLicensesThanTheCapacityAreToldWhenThereIsRoom(t *testing.T) {
	s := serve(t, strings.Replace(playing, "license: {", "license: {capacity: 1, ", 1))
	token, kid := s.playerToken("news", ""), s.kidsOf("news", "cbc1")[0]
	told := map[string]bool{}
	for range 20 {
		r := s.request("GET", "/license/aes128/news/"+kid, "", "")
		r.Header.Set("Origin", playerOrigin)
		showers["Authorization"](r, token)
		a := s.send(r)
		if a.status == 200 {
			continue
		}
		at := a.header.Get("Retry-After")
		if a.status != 429 || at == "" || a.header.Get("Content-Type") != problemJSON || a.header.Get("Access-Control-Expose-Headers") != "Retry-After" {
			t.Fatalf("%d %v %s", a.status, a.header, a.body)
		}
		told[at] = true
	}
	if len(told) < 10 {
		t.Errorf("they were told %v only", slices.Sorted(maps.Keys(told)))
	}
	if shown := s.metrics(`keyrotor_license_requests_total{channel="",status="429",system="aes128"}`); shown == "" {
		t.Errorf("they are not counted:\n%s", s.metrics("keyrotor_license"))
	}
}

func TestLicensesAreCountedByChannelSystemAndStatus(t *testing.T) {
	s := serve(t, playing)
	token, kid := s.playerToken("news", ""), s.kidsOf("news", "cbc1")[0]
	s.key("news", kid, token)
	s.key("news", unknownKID, token)
	s.key("x", kid, token)
	s.license("news", token, kid)
	shown := s.metrics("keyrotor_license_requests_total")
	for _, want := range []string{
		`{channel="news",status="200",system="aes128"} 1`, `{channel="news",status="403",system="aes128"} 1`,
		`{channel="",status="403",system="aes128"} 1`, `{channel="news",status="200",system="clearkey"} 1`,
	} {
		if !strings.Contains(shown, want) {
			t.Errorf("no %s in\n%s", want, shown)
		}
	}
}
