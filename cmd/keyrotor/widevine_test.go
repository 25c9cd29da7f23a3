package main_test

import (
	"bytes"
	"crypto/aes"
	"crypto/cipher"
	"crypto/sha1"
	"encoding/base64"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	keyrotor "github.com/keyrotor/keyrotor/cmd/keyrotor"
	"github.com/keyrotor/keyrotor/configs"
	"github.com/keyrotor/keyrotor/keyplan/ledger/boltstore"
)

// The signing key and IV of Google's public test account, as shaka-packager's documentation
// shows them.
const (
	signingKey = "1ae8ccd0e7985cc0b6203a55855a1034afc252980e970ca90e5202689f947ab9"
	signingIV  = "d58ce954203b7c9a9a9d467f59839249"
)

// A granted is an answer of the Common Encryption API.
type granted struct {
	Status string
	Tracks []struct {
		Type   string
		KID    []byte `json:"key_id"`
		Key    []byte
		Period *uint32 `json:"crypto_period_index"`
	}
}

// kids are those of the answer, in its order, as the API shows them.
func (g granted) kids() (kids []string) {
	for _, t := range g.Tracks {
		h := hex.EncodeToString(t.KID)
		kids = append(kids, h[:8]+"-"+h[8:12]+"-"+h[12:16]+"-"+h[16:20]+"-"+h[20:])
	}
	return kids
}

// signed is a message of the fixture's signer wv, in its envelope.
func signed(t testing.TB, message string) string {
	t.Helper()
	key, err := hex.DecodeString(signingKey)
	if err != nil {
		t.Fatal(err)
	}
	iv, err := hex.DecodeString(signingIV)
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
	return fmt.Sprintf(`{"request":%q,"signature":%q,"signer":"wv"}`,
		base64.StdEncoding.EncodeToString([]byte(message)), base64.StdEncoding.EncodeToString(text))
}

// call asks for the VIDEO key of a channel; more are further fields of the message.
func (s *server) callWidevine(channel, more string) granted {
	s.t.Helper()
	message := `{"tracks":[{"type":"VIDEO"}],"protection_scheme":"CBCS"` + more + `}`
	var outer struct{ Response []byte }
	s.decode(s.send(s.request("POST", "/widevine/"+channel, "", signed(s.t, message))), &outer)
	var g granted
	if err := json.Unmarshal(outer.Response, &g); err != nil {
		s.t.Fatal(err)
	}
	return g
}

// videoKIDs are those of the planned periods, from the one before the current on.
func (s *server) videoKIDs(channel string) (kids []string) {
	s.t.Helper()
	current := s.periods(channel, "")[0].Start
	for _, p := range s.periods(channel, "?from="+current.Add(-1e9).Format("2006-01-02T15:04:05Z")) {
		for _, k := range p.Keys {
			if k.Track == "VIDEO" && k.Scheme == "cbcs" {
				kids = append(kids, k.KID)
			}
		}
	}
	return kids
}

func TestTheCommonEncryptionAPIGivesTheKeysOfThePlan(t *testing.T) {
	s := serve(t, fixture)
	kids := s.videoKIDs("open")
	for _, tc := range []struct { // in this order: the first index anchors the others
		more string
		want []string
	}{
		{"", kids[1:2]},
		{`,"first_crypto_period_index":40,"crypto_period_count":3,"crypto_period_seconds":604800`, kids[:3]},
		{`,"first_crypto_period_index":42`, kids[2:3]},
	} {
		got := s.callWidevine("open", tc.more)
		if diff := cmp.Diff(tc.want, got.kids()); got.Status != "OK" || diff != "" {
			t.Errorf("%s: %s (-want +got):\n%s", tc.more, got.Status, diff)
		}
	}
	keys := parse(t, s.send(s.speke("packager", video(document(t, "open", 41)))).body).keys
	got := s.callWidevine("open", `,"first_crypto_period_index":41`)
	if key := base64.StdEncoding.EncodeToString(got.Tracks[0].Key); keys[0].KID != got.kids()[0] || keys[0].key != key {
		t.Errorf("SPEKE answers KID %s, the Common Encryption API %s; keys equal: %v", keys[0].KID, got.kids()[0], keys[0].key == key)
	}
}

func TestTheCommonEncryptionAPIServesAnyTracksAndAdoptsNothing(t *testing.T) {
	yaml := strings.ReplaceAll(fixture, "tracks: [VIDEO, AUDIO], schemes", "tracks: [any], schemes")
	s := serve(t, yaml)
	first := s.callWidevine("open", `,"first_crypto_period_index":42`)
	if again := s.callWidevine("open", `,"first_crypto_period_index":42`); first.Status != "OK" || cmp.Diff(first, again) != "" {
		t.Errorf("%+v, then %+v", first, again)
	}
	if diff := cmp.Diff([]string{"VIDEO"}, s.tracks("open")); diff != "" {
		t.Errorf("tracks: %s", diff)
	}
	if g := s.callWidevine("open", `,"tracks":[{"type":"A B"}]`); g.Status != "TRACK_TYPE_UNKNOWN" {
		t.Errorf("a name that no track has: %+v", g)
	}
	s = serve(t, strings.ReplaceAll(fixture, "schemes: [cbcs, cenc]", "schemes: [cbcs, cenc], kid: adopt"))
	if g := s.callWidevine("open", ""); g.Status != "TRACK_TYPE_UNKNOWN" {
		t.Errorf("a channel that adopts KIDs: %+v", g)
	}
}

// tracks are those that a channel has.
func (s *server) tracks(channel string) []string {
	s.t.Helper()
	var ch struct{ Tracks []string }
	s.decode(s.get("/v1/channels/"+channel, "viewer"), &ch)
	return ch.Tracks
}

func TestTheCommonEncryptionAPIRefusesInItsOwnWords(t *testing.T) {
	s := serve(t, fixture)
	for _, tc := range []struct{ channel, more, want string }{
		{"open", `,"first_crypto_period_index":4000000000,"crypto_period_count":2`, "OK"},
		{"open", `,"first_crypto_period_index":4000001000`, "NO_REQUESTED_CRYPTO_PERIODS"},
		{"open", `,"crypto_period_seconds":10`, "NO_REQUESTED_CRYPTO_PERIODS"},
		{"closed", ``, "ACCESS_DENIED"},
		{"nowhere", ``, "ACCESS_DENIED"},
	} {
		if got := s.callWidevine(tc.channel, tc.more); got.Status != tc.want {
			t.Errorf("%s%s: %s, want %s", tc.channel, tc.more, got.Status, tc.want)
		}
	}
	shown := s.metrics("keyrotor_widevine_requests_total")
	for _, want := range []string{
		`{channel="open",status="OK"} 1`, `{channel="open",status="NO_REQUESTED_CRYPTO_PERIODS"} 2`, `{channel="",status="ACCESS_DENIED"} 2`,
	} {
		if !strings.Contains(shown, want) {
			t.Errorf("no %s in\n%s", want, shown)
		}
	}
}

func TestPackagersOfTheCommonEncryptionAPIAreObserved(t *testing.T) {
	folder := t.TempDir()
	s := serve(t, strings.ReplaceAll(fixture, "FOLDER", folder))
	s.callWidevine("open", `,"first_crypto_period_index":7`)
	if err := s.stop(); err != nil {
		t.Fatal(err)
	}
	store, err := boltstore.Open(filepath.Join(folder, "data", "keyrotor.db"))
	if err != nil {
		t.Fatal(err)
	}
	defer store.Close()
	recs, err := store.List(t.Context(), "open", "seen/", "seen0", 0)
	if err != nil || len(recs) != 1 || !strings.Contains(recs[0].Name, "/"+hex.EncodeToString([]byte("wv"))+"/") {
		t.Errorf("%v, %v", recs, err)
	}
}

func TestWhatIsWrongWithSignersIsNamedWithoutTheirKeys(t *testing.T) {
	text := strings.NewReplacer("FOLDER", "x", signingKey, signingKey[2:], "channels: [open], key", "channels: [opem], key").Replace(fixture)
	err := configs.Decode("file", []byte(text), keyrotor.Defaults())
	if err == nil {
		t.Fatal("nothing is wrong")
	}
	for _, want := range []string{"widevine.signers[0].key: want 32 bytes in hex or base64", "widevine.signers[0].channels[0]: want the ID of one of the channels"} {
		if !strings.Contains(err.Error(), want) {
			t.Errorf("no %q in %v", want, err)
		}
	}
	if strings.Contains(err.Error(), signingKey[2:]) {
		t.Error("it repeats the key")
	}
}
