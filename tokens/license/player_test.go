package license_test

import (
	"encoding/base64"
	"encoding/hex"
	"encoding/json"
	"net/http"
	"net/http/httptest"
	"strings"

	"github.com/keyrotor/keyrotor/keyplan"
)

// clearKeyBody is a request as a CDM writes it.
func clearKeyBody(kids ...keyplan.KID) string {
	names := make([]string, len(kids))
	for i, kid := range kids {
		names[i] = base64.RawURLEncoding.EncodeToString(kid[:])
	}
	text, _ := json.Marshal(map[string]any{"kids": names, "type": "temporary"})
	return string(text)
}

// post asks for keys of a channel by Clear Key.
func (s *stage) post(channel, token, body string) *httptest.ResponseRecorder {
	r := httptest.NewRequest("POST", "/license/clearkey?channel="+channel, strings.NewReader(body))
	r.Header.Set("Authorization", "Bearer "+token)
	return s.serve(s.handler.ServeClearKey, r)
}

// get asks for a key of a channel by HLS AES-128.
func (s *stage) get(channel, kid, token string) *httptest.ResponseRecorder {
	r := httptest.NewRequest("GET", "/license/aes128/x/y?token="+token, nil)
	r.SetPathValue("channel", channel)
	r.SetPathValue("kid", kid)
	return s.serve(s.handler.ServeAES128, r)
}

func (s *stage) serve(h http.HandlerFunc, r *http.Request) *httptest.ResponseRecorder {
	answered := httptest.NewRecorder()
	h(answered, r)
	return answered
}

// granted are the keys of a license, in hex by KID.
func (s *stage) granted(a *httptest.ResponseRecorder) map[keyplan.KID]string {
	s.Helper()
	var license struct {
		Keys []struct{ Kty, Kid, K string }
		Type string
	}
	if err := json.Unmarshal(a.Body.Bytes(), &license); err != nil || a.Code != 200 || license.Type != "temporary" {
		s.Fatalf("%d, or no license: %v", a.Code, err)
	}
	keys := map[keyplan.KID]string{}
	for _, k := range license.Keys {
		kid, kidErr := base64.RawURLEncoding.DecodeString(k.Kid)
		key, keyErr := base64.RawURLEncoding.DecodeString(k.K)
		if kidErr != nil || keyErr != nil || len(kid) != 16 || len(key) != 16 || k.Kty != "oct" {
			s.Fatalf("%+v", k)
		}
		keys[keyplan.KID(kid)] = hex.EncodeToString(key)
	}
	if len(keys) != len(license.Keys) {
		s.Errorf("%d keys of %d KIDs", len(license.Keys), len(keys))
	}
	return keys
}
