package main_test

import (
	"crypto/ecdsa"
	"crypto/x509"
	"encoding/pem"
	"fmt"
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"
)

const (
	macHeader   = `{"alg":"HS256","kid":"mac-1"}`
	sampleComID = "aa0151d7-081c-4699-a049-fc584556c9d2"
)

// wrongTokens grant nothing of channel news, by what is wrong with them. good is one that grants
// a key, and of is the key's KID.
func (s *server) wrongTokens(good, of string) map[string]string {
	s.t.Helper()
	claims := func(more string) string {
		return fmt.Sprintf(`{"exp":%d%s,"kid":["%s"]}`, time.Now().Add(time.Hour).Unix(), more, of)
	}
	dashif := s.playerToken("news", `{"format":"dashif"}`)
	past, future := time.Now().Add(-time.Minute), time.Now().Add(time.Minute)
	cut := strings.LastIndexByte(good, '.')
	return map[string]string{
		"nothing":                    "",
		"text":                       "token",
		"alg none":                   mac("", `{"alg":"none"}`, claims(""))[:strings.LastIndexByte(mac("", `{"alg":"none"}`, claims("")), '.')+1],
		"alg none with a signature":  mac(macKey, `{"alg":"none","kid":"mac-1"}`, claims("")),
		"HS256 by a public key":      mac(publicPEM(s.t, appsKey), `{"alg":"HS256","kid":"apps-1"}`, strings.Replace(claims(""), "kid", "authorized_kids", 1)),
		"HS256 that says ES256":      mac(macKey, `{"alg":"ES256","kid":"mac-1"}`, claims("")),
		"another key":                mac(macKey+"x", macHeader, claims("")),
		"an unknown kid":             mac(macKey, `{"alg":"HS256","kid":"mac-9"}`, claims("")),
		"no kid":                     mac(macKey, `{"alg":"HS256"}`, claims("")),
		"another typ":                mac(macKey, `{"alg":"HS256","typ":"JOSE","kid":"mac-1"}`, claims("")),
		"crit":                       mac(macKey, `{"alg":"HS256","kid":"mac-1","crit":["exp"]}`, claims("")),
		"alg twice":                  mac(macKey, `{"alg":"none","alg":"HS256","kid":"mac-1"}`, claims("")),
		"expired":                    mac(macKey, macHeader, fmt.Sprintf(`{"exp":%d,"kid":["%s"]}`, past.Unix(), of)),
		"expired, of Axinom":         mac(string(s.unbase64(sampleComKey)), `{"alg":"HS256","typ":"JWT"}`, axinomMessage(of, past.Add(-time.Hour), past)),
		"not valid yet":              s.playerToken("news", `{"format":"dashif","validFrom":"`+future.UTC().Format(time.RFC3339)+`"}`),
		"not valid yet, of Axinom":   s.playerToken("news", `{"validFrom":"`+future.UTC().Format(time.RFC3339)+`"}`),
		"another channel's":          s.playerToken("open", ""),
		"truncated":                  good[:len(good)-4],
		"truncated in the middle":    good[:len(good)/2],
		"40 kB":                      mac(macKey, macHeader, claims(`,"x":"`+strings.Repeat("x", 30_000)+`"`)),
		"exp twice":                  mac(macKey, macHeader, claims(`,"exp":9999999999`)),
		"KIDs twice":                 mac(macKey, macHeader, strings.Replace(claims(""), `"kid"`, `"kid":[],"kid"`, 1)),
		"a name twice inside":        mac(macKey, macHeader, claims(`,"x":{"a":{"b":1,"b":1}}`)),
		"bytes behind the claims":    mac(macKey, macHeader, claims("")+"{}"),
		"bytes behind":               good + "A",
		"a part behind":              good + ".e30",
		"padding":                    good + "=",
		"bits that mean nothing":     good[:len(good)-1] + string(neighbour(good[len(good)-1])),
		"a line end":                 good[:cut] + "\n" + good[cut:],
		"a huge exp":                 mac(macKey, macHeader, strings.Replace(claims(""), `"exp":`, `"exp":1e`, 1)),
		"deep nesting":               mac(macKey, macHeader, claims(`,"x":`+strings.Repeat("[", 3_000)+strings.Repeat("]", 3_000))),
		"every key there is":         mac(macKey, macHeader, strings.Replace(claims(""), of, "*", 1)),
		"a DASH-IF token's claims":   mac(macKey, macHeader, "e30") + dashif,
		"two tokens":                 good + "," + good,
		"the token of another place": dashif[:strings.IndexByte(dashif, '.')] + good[strings.IndexByte(good, '.'):],
	}
}

const sampleComKey = "RPSdG/fViTkTjcuG3fcRXL2JDchGThWQ/tfSNHAoG+A="

// axinomMessage grants one key.
func axinomMessage(kid string, from, to time.Time) string {
	const date = "2006-01-02T15:04:05.000Z"
	return `{"version":1,"com_key_id":"` + sampleComID + `","message":{"type":"entitlement_message","version":2,` +
		`"content_keys_source":{"inline":[{"id":"` + kid + `"}]}},"begin_date":"` + from.UTC().Format(date) +
		`","expiration_date":"` + to.UTC().Format(date) + `"}`
}

// publicPEM is what is public of a private key that stands in a line of YAML.
func publicPEM(t testing.TB, line string) string {
	t.Helper()
	block, _ := pem.Decode([]byte(strings.ReplaceAll(line, `\n`, "\n")))
	key, err := x509.ParsePKCS8PrivateKey(block.Bytes)
	if err != nil {
		t.Fatal(err)
	}
	der, err := x509.MarshalPKIXPublicKey(key.(*ecdsa.PrivateKey).Public())
	if err != nil {
		t.Fatal(err)
	}
	return string(pem.EncodeToMemory(&pem.Block{Type: "PUBLIC KEY", Bytes: der}))
}

// neighbour is another letter of base64url that differs in bits at the end of a signature of
// HS256 which mean nothing.
func neighbour(c byte) byte {
	const letters = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_"
	return letters[strings.IndexByte(letters, c)^1]
}

func TestEveryWrongTokenGetsTheSameAnswerAndIsNotLogged(t *testing.T) {
	s := serve(t, "log: {level: debug}\n"+playing)
	kid := s.kidsOf("news", "cbc1")[0]
	good := mac(macKey, macHeader, fmt.Sprintf(`{"exp":%d,"kid":["%s"]}`, time.Now().Add(time.Hour).Unix(), kid))
	sound := mac(string(s.unbase64(sampleComKey)), `{"alg":"HS256","typ":"JWT"}`, axinomMessage(kid, time.Now(), time.Now().Add(time.Hour)))
	for _, token := range []string{good, sound} {
		if a, b := s.key("news", kid, token), s.license("news", token, kid); a.status != 200 || b.status != 200 {
			t.Fatalf("what the wrong ones are made of: %d, %d", a.status, b.status)
		}
	}
	const want = `{"type":"about:blank","title":"Forbidden","status":403,"detail":"want a token that grants a key which is asked for"}` + "\n"
	for what, token := range s.wrongTokens(good, kid) {
		answers := map[string]answer{"aes128": s.key("news", kid, token), "clearkey": s.license("news", token, kid)}
		if !strings.Contains(token, "\n") {
			r := s.request("GET", "/license/aes128/news/"+kid, "", "")
			r.Header.Set("X-AxDRM-Message", token)
			answers["a header"] = s.send(r)
		}
		for where, a := range answers {
			if a.status != http.StatusForbidden || a.body != want || a.header.Get("Content-Type") != problemJSON {
				t.Errorf("%s to %s: %d, or another body", what, where, a.status)
			}
		}
		if len(token) > 30 && strings.Contains(s.logs.String(), token[:30]) || strings.Contains(s.logs.String(), url.QueryEscape(token)) && token != "" && token != "token" {
			t.Errorf("%s: it is in the log", what)
		}
	}
	if a := s.key("news", kid, strings.Repeat("x", 100_000)); a.status != http.StatusRequestHeaderFieldsTooLarge {
		t.Errorf("100 kB: %d", a.status)
	}
	if !strings.Contains(s.logs.String(), `level=DEBUG msg="license refused"`) || !strings.Contains(s.logs.String(), "its signature is wrong") {
		t.Error("the log does not say why")
	}
	if logs := s.logs.String(); strings.Contains(logs, "token=") || strings.Contains(logs, "level=ERROR") {
		t.Errorf("the log has a query, or an error:\n%s", logs)
	}
}
