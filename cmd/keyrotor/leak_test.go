package main_test

import (
	"crypto/ecdsa"
	"crypto/x509"
	"encoding/base64"
	"encoding/hex"
	"encoding/pem"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"
)

// leaky is a server that says all that it can, with keys that can be computed.
var leaky = strings.NewReplacer(
	"server: {", "log: {level: debug}\nserver: {max_body: 8192, ",
	"weekly: {rotate: {every: 168h}, ahead: 4}", "weekly: {rotate: {every: 168h}, ahead: 4}\n  fast: {rotate: {every: 1s}, lead: 3s}",
	"id: open, public: true, policy: weekly", "id: open, public: true, policy: fast",
	"schemes: [cbcs, cenc]", "schemes: [cbcs, cenc, cbc1]",
	"widevine:\n", "license: {clearkey: true, aes128: true}\ntutorial_token: {channel: open}\nwidevine:\n",
).Replace(derived)

func TestSecretsLeaveInAnswersToPackagersAndPlayersOnly(t *testing.T) {
	e := &ear{t: t, folder: t.TempDir(), began: time.Now()}
	e.config = write(t, e.folder, leaky)
	first := start(t, e.config)
	e.askEverything(first.addr)
	e.callWidevine(first.addr)
	e.askPlayers(first.addr)
	e.follow(first.addr)
	first.terminate()
	e.hear("log", []byte(first.logs.String()))
	e.damage()
	second := start(t, e.config)
	e.askEverything(second.addr)
	e.askPlayers(second.addr)
	second.terminate()
	e.hear("log over a damaged store", []byte(second.logs.String()))
	e.hear("store", read(t, filepath.Join(e.folder, "data", "keyrotor.db")))
	e.commands()
	e.panics()

	s := e.secrets()
	for _, h := range e.all {
		if len(h.text) == 0 {
			t.Errorf("nothing was heard from %s", h.where)
		}
		if found := s.scan(h.text); len(found) > 0 {
			t.Errorf("%s holds %q", h.where, found)
		}
	}
	if !strings.Contains(first.logs.String(), "level=DEBUG") || !strings.Contains(second.logs.String(), "not planned") ||
		!strings.Contains(second.logs.String(), "status=503") || !strings.Contains(first.logs.String(), "license refused") ||
		!strings.Contains(second.logs.String(), "license failed") {
		t.Errorf("the logs do not hold what they were to be scanned for:\n%s\n%s", first.logs, second.logs)
	}
}

// secrets are all that must not be heard. Those that packagers were answered with must be among
// the computed keys, else the scan would look for others.
func (e *ear) secrets() *scanner {
	s := &scanner{}
	var computed []string
	for where, key := range e.contentKeys() {
		s.add("content key of "+where, key)
		computed = append(computed, base64.StdEncoding.EncodeToString(key))
	}
	if len(e.keys) == 0 || e.licenses == 0 {
		e.t.Errorf("packagers and players got %d keys, by %d licenses", len(e.keys), e.licenses)
	}
	for _, k := range e.keys {
		if !slices.Contains(computed, k.key) {
			e.t.Errorf("KID %s has a key that is not computed here", k.KID)
		}
	}
	for what, text := range map[string]string{
		"sealing key": strings.TrimSpace(string(read(e.t, filepath.Join(e.folder, "data", "keyrotor.key")))),
		"root a":      "MDEyMzQ1Njc4OWFiY2RlZjAxMjM0NTY3ODlhYmNkZWY=", "root b": "ZmVkY2JhOTg3NjU0MzIxMGZlZGNiYTk4NzY1NDMyMTA=",
		"communication key": "RPSdG/fViTkTjcuG3fcRXL2JDchGThWQ/tfSNHAoG+A=",
	} {
		raw, err := base64.StdEncoding.DecodeString(text)
		if err != nil {
			e.t.Fatal(err)
		}
		s.add(what, raw)
	}
	for what, text := range map[string]string{"signing key": signingKey, "signing IV": signingIV} {
		raw, err := hex.DecodeString(text)
		if err != nil {
			e.t.Fatal(err)
		}
		s.add(what, raw)
	}
	s.add("signing key of apps", scalar(e.t, appsKey))
	for _, user := range []string{"packager", "issuer", "viewer", "operator", "narrow-packager", "narrow-issuer", "narrow-viewer"} {
		s.add("credential of "+user, []byte(user+"-secret"))
	}
	s.add("credential that was wrong", []byte(wrongSecret))
	return s
}

// scalar is the secret number of an EC key that stands in a line of YAML.
func scalar(t testing.TB, line string) []byte {
	t.Helper()
	block, _ := pem.Decode([]byte(strings.ReplaceAll(line, `\n`, "\n")))
	key, err := x509.ParsePKCS8PrivateKey(block.Bytes)
	if err != nil {
		t.Fatal(err)
	}
	number, err := key.(*ecdsa.PrivateKey).Bytes()
	if err != nil {
		t.Fatal(err)
	}
	return number
}
