package main_test

import (
	"crypto/hmac"
	"crypto/sha256"
	"encoding/base64"
	"encoding/hex"
	"encoding/json"
	"net/http"
	"net/url"
	"strings"
	"testing"
)

const playerOrigin = "https://player.example.com"

// playing gives players of channel news keys, and tokens of every format.
var playing = strings.NewReplacer(
	"widevine:\n", `license: {clearkey: true, aes128: true, origins: ["`+playerOrigin+`"]}
tutorial_token: {channel: news, origins: ["`+playerOrigin+`"]}
widevine:
`,
	"  signing:\n", `  drmcloud: {signing: mac}
  templates:
    own: {signing: mac, claims: '{"exp":{{expires}},"may":{"play":{{kids}}}}', kids_claim: [may, play]}
  signing:
    mac: {algorithm: HS256, keys: [{id: mac-1, key: "`+base64.StdEncoding.EncodeToString([]byte(macKey))+`"}]}
`).Replace(signaled)

const macKey = "0123456789abcdef0123456789abcdef"

// mac gives a token of any header and claims, signed by HMAC.
func mac(key, header, claims string) string {
	signed := base64.RawURLEncoding.EncodeToString([]byte(header)) + "." + base64.RawURLEncoding.EncodeToString([]byte(claims))
	h := hmac.New(sha256.New, []byte(key))
	h.Write([]byte(signed))
	return signed + "." + base64.RawURLEncoding.EncodeToString(h.Sum(nil))
}

// playerToken asks an issuer for a token of a channel.
func (s *server) playerToken(channel, wishes string) string {
	s.t.Helper()
	var a struct{ Token string }
	s.decode(s.send(s.request("POST", "/v1/channels/"+channel+"/token", "issuer", wishes)), &a)
	return a.Token
}

// kidsOf are the KIDs of a channel's current period, by scheme.
func (s *server) kidsOf(channel, scheme string) (kids []string) {
	s.t.Helper()
	for _, k := range s.periods(channel, "")[0].Keys {
		if k.Scheme == scheme {
			kids = append(kids, k.KID)
		}
	}
	if len(kids) == 0 {
		s.t.Fatalf("channel %s has no key for %s", channel, scheme)
	}
	return kids
}

// A shower puts a token into a request.
type shower func(r *http.Request, token string)

// showers are the places where players put it.
var showers = map[string]shower{
	"Authorization":   func(r *http.Request, token string) { r.Header.Set("Authorization", "Bearer "+token) },
	"X-AxDRM-Message": func(r *http.Request, token string) { r.Header.Set("X-AxDRM-Message", token) },
	"X-Drm-UserToken": func(r *http.Request, token string) { r.Header.Set("X-Drm-UserToken", token) },
	"query": func(r *http.Request, token string) {
		q := r.URL.Query()
		q.Set("token", token)
		r.URL.RawQuery = q.Encode()
	},
}

// key asks for one for HLS AES-128.
func (s *server) key(channel, kid, token string) answer {
	s.t.Helper()
	return s.send(s.request("GET", "/license/aes128/"+channel+"/"+kid+"?token="+url.QueryEscape(token), "", ""))
}

// license asks for one by Clear Key.
func (s *server) license(channel, token string, kids ...string) answer {
	s.t.Helper()
	return s.send(s.request("POST", "/license/clearkey?channel="+channel+"&token="+url.QueryEscape(token), "", clearKeyRequest(s.t, kids...)))
}

func clearKeyRequest(t testing.TB, kids ...string) string {
	t.Helper()
	names := []string{}
	for _, kid := range kids {
		b, err := hex.DecodeString(strings.ReplaceAll(kid, "-", ""))
		if err != nil {
			t.Fatal(err)
		}
		names = append(names, base64.RawURLEncoding.EncodeToString(b))
	}
	text, err := json.Marshal(map[string]any{"kids": names, "type": "temporary"})
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}

// licensed are the keys of a license, in base64 by KID.
func (s *server) licensed(a answer) map[string]string {
	s.t.Helper()
	var license struct{ Keys []struct{ Kid, K string } }
	s.decode(a, &license)
	keys := map[string]string{}
	for _, k := range license.Keys {
		kid, kidErr := base64.RawURLEncoding.DecodeString(k.Kid)
		key, keyErr := base64.RawURLEncoding.DecodeString(k.K)
		if kidErr != nil || keyErr != nil {
			s.t.Fatal(kidErr, keyErr)
		}
		h := hex.EncodeToString(kid)
		keys[h[:8]+"-"+h[8:12]+"-"+h[12:16]+"-"+h[16:20]+"-"+h[20:]] = base64.StdEncoding.EncodeToString(key)
	}
	return keys
}

func decodeRaw64(t testing.TB, text string) string {
	t.Helper()
	b, err := base64.RawURLEncoding.DecodeString(text)
	if err != nil {
		t.Fatal(err)
	}
	return string(b)
}
