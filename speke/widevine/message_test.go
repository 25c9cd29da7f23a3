package widevine_test

import (
	"bytes"
	"crypto/aes"
	"crypto/cipher"
	"crypto/sha1"
	"encoding/base64"
	"encoding/hex"
	"encoding/json"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/keyrotor/keyrotor/keyplan"
	"github.com/keyrotor/keyrotor/speke/widevine"
)

// The signer of Google's public test account, as shaka-packager's documentation shows it.
const (
	testKey = "1ae8ccd0e7985cc0b6203a55855a1034afc252980e970ca90e5202689f947ab9"
	testIV  = "d58ce954203b7c9a9a9d467f59839249"
)

// signer has the key of the test account under any name, for the channels given.
func signer(name string, channels ...string) widevine.SignerConfig {
	return widevine.SignerConfig{
		Name: name, Key: keyplan.NewSecret([]byte(testKey)), IV: keyplan.NewSecret([]byte(testIV)), Channels: channels,
	}
}

func signers(t testing.TB, configs ...widevine.SignerConfig) []widevine.Signer {
	t.Helper()
	made, ps := widevine.NewSigners(widevine.Section{Signers: configs})
	if len(ps) > 0 {
		t.Fatal(ps)
	}
	return made
}

// sign shares no code with the package under test.
func sign(t testing.TB, message string) string {
	t.Helper()
	key, err := hex.DecodeString(testKey)
	if err != nil {
		t.Fatal(err)
	}
	iv, err := hex.DecodeString(testIV)
	if err != nil {
		t.Fatal(err)
	}
	block, err := aes.NewCipher(key)
	if err != nil {
		t.Fatal(err)
	}
	sum := sha1.Sum([]byte(message))
	text := append(sum[:], bytes.Repeat([]byte{12}, 12)...)
	cipher.NewCBCEncrypter(block, iv).CryptBlocks(text, text)
	return string(text)
}

// envelope is a message as it is sent, signed by the test account.
func envelope(t testing.TB, message string) string {
	t.Helper()
	return sealed(t, message, sign(t, message), "widevine_test")
}

func sealed(t testing.TB, message, signature, signer string) string {
	t.Helper()
	text, err := json.Marshal(map[string]any{
		"request": []byte(message), "signature": []byte(signature), "signer": signer,
	})
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}

// An answer is what a packager reads of one.
type answer struct {
	Status string
	DRM    []struct {
		Type     string
		SystemID string `json:"system_id"`
	}
	Tracks []answered
}

type answered struct {
	Type  keyplan.Track
	KID   []byte `json:"key_id"`
	Key   []byte
	IV    []byte
	PSSH  []pssh
	Index *uint32 `json:"crypto_period_index"`
}

type pssh struct {
	Type  string `json:"drm_type"`
	Data  []byte
	Boxes []byte
}

// post sends a body to a channel's URL over HTTP and reads the answer.
func post(t testing.TB, h http.Handler, channel, body string) answer {
	t.Helper()
	mux := http.NewServeMux()
	mux.Handle("POST /widevine/{channel}", h)
	server := httptest.NewServer(mux)
	defer server.Close()
	resp, err := http.Post(server.URL+"/widevine/"+channel, "application/json", strings.NewReader(body))
	if err != nil {
		t.Fatal(err)
	}
	defer resp.Body.Close()
	text, err := io.ReadAll(resp.Body)
	if err != nil {
		t.Fatal(err)
	}
	if resp.StatusCode != http.StatusOK || resp.Header.Get("Content-Type") != "application/json" ||
		resp.Header.Get("Cache-Control") != "no-store" {
		t.Fatalf("%s %v", resp.Status, resp.Header)
	}
	return read(t, text)
}

func read(t testing.TB, text []byte) answer {
	t.Helper()
	var outer struct{ Response string }
	var inner answer
	if err := json.Unmarshal(text, &outer); err != nil {
		t.Fatal(err)
	}
	response, err := base64.StdEncoding.DecodeString(outer.Response)
	if err != nil {
		t.Fatal(err)
	}
	if err := json.Unmarshal(response, &inner); err != nil {
		t.Fatal(err)
	}
	return inner
}
