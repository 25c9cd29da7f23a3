package main_test

import (
	"crypto/aes"
	"encoding/base64"
	"encoding/binary"
	"encoding/hex"
	"encoding/xml"
	"strings"
	"testing"
)

// signaled has one channel that says how systems are signaled, and one that does not.
var signaled = fixture + `
  - id: news
    policy: weekly
    tracks: [VIDEO]
    schemes: [cbcs, cenc, cbc1]
    signaling:
      fairplay: {uri: "skd://{channel}/{kid_hex}:{iv}"}
      aes128: {uri: "https://keys.example.com/{channel}/{kid}"}
  - {id: plain, policy: weekly, tracks: [VIDEO], schemes: [cbc1]}
`

const (
	playReady = "9a04f079-9840-4286-ab92-e65be0885f95"
	fairPlay  = "94ce86fb-07ff-4f43-adb8-93d2fa968ca2"
	aes128    = "3ea8778f-7742-4bf9-b18b-e834b2acbd47"
)

// askSystem asks for the VIDEO key of a channel under a DRM system and a scheme.
func (s *server) askSystem(channel, system, scheme string) answer {
	s.t.Helper()
	body := strings.NewReplacer("edef8ba9-79d6-4ace-a3c8-27dcd51d21ed", system, `"cbcs"`, `"`+scheme+`"`).
		Replace(spekeFor(s.t, channel))
	return s.send(s.speke("packager", body))
}

// signaledKey is what the answer says of the one key that was asked for, in base64.
type signaledKey struct {
	ContentKey struct {
		KID string `xml:"kid,attr"`
		IV  string `xml:"explicitIV,attr"`
		Key string `xml:"Data>Secret>PlainValue"`
	} `xml:"ContentKeyList>ContentKey"`
	PSSH string `xml:"DRMSystemList>DRMSystem>PSSH"`
	HLS  string `xml:"DRMSystemList>DRMSystem>HLSSignalingData"`
}

func (s *server) signaledKey(channel, system, scheme string) signaledKey {
	s.t.Helper()
	a := s.askSystem(channel, system, scheme)
	var k signaledKey
	if err := xml.Unmarshal([]byte(a.body), &k); err != nil || a.status != 200 {
		s.t.Fatalf("%d, %v: %s", a.status, err, a.body)
	}
	return k
}

func (s *server) unbase64(text string) []byte {
	s.t.Helper()
	b, err := base64.StdEncoding.DecodeString(text)
	if err != nil || len(b) == 0 {
		s.t.Fatalf("%q: %v", text, err)
	}
	return b
}

func TestURIsOfKeysAreMadeAsTheChannelSays(t *testing.T) {
	s := serve(t, signaled)
	k := s.signaledKey("news", fairPlay, "cbcs")
	uri := `"skd://news/` + strings.ReplaceAll(k.ContentKey.KID, "-", "") + ":" + hex.EncodeToString(s.unbase64(k.ContentKey.IV)) + `"`
	if line := string(s.unbase64(k.HLS)); !strings.Contains(line, uri) {
		t.Errorf("FairPlay: no %s in %s", uri, line)
	}
	k = s.signaledKey("news", aes128, "cbc1")
	uri = `"https://keys.example.com/news/` + k.ContentKey.KID + `"`
	if line := string(s.unbase64(k.HLS)); !strings.Contains(line, uri) {
		t.Errorf("AES-128: no %s in %s", uri, line)
	}
}

// The check is computed here from the key that the packager gets.
func TestPlayReadyIsToldTheCheckOfTheKeyThatIsServed(t *testing.T) {
	s := serve(t, signaled)
	k := s.signaledKey("news", playReady, "cenc")
	block, err := aes.NewCipher(s.unbase64(k.ContentKey.Key))
	if err != nil {
		t.Fatal(err)
	}
	id, err := hex.DecodeString(strings.ReplaceAll(k.ContentKey.KID, "-", ""))
	if err != nil {
		t.Fatal(err)
	}
	guid := binary.LittleEndian.AppendUint32(nil, binary.BigEndian.Uint32(id))
	guid = binary.LittleEndian.AppendUint16(guid, binary.BigEndian.Uint16(id[4:]))
	guid = binary.LittleEndian.AppendUint16(guid, binary.BigEndian.Uint16(id[6:]))
	guid = append(guid, id[8:]...)
	block.Encrypt(guid, guid)
	want := "<CHECKSUM>" + base64.StdEncoding.EncodeToString(guid[:8]) + "</CHECKSUM>"
	header := strings.ReplaceAll(string(s.unbase64(k.PSSH)), "\x00", "") // UTF-16 of ASCII
	if !strings.Contains(header, want) {
		t.Errorf("the PlayReady Header lacks the check of its key")
	}
}

func TestASystemThatTheChannelLacksIsRefused(t *testing.T) {
	s := serve(t, signaled)
	a := s.askSystem("plain", aes128, "cbc1")
	if a.status != 422 || a.body != "Requested CPIX encryption contract not supported" {
		t.Errorf("%d %q", a.status, a.body)
	}
}
