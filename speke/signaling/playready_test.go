package signaling_test

import (
	"bytes"
	"crypto/aes"
	"encoding/base64"
	"encoding/hex"
	"encoding/json"
	"encoding/xml"
	"os"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"github.com/keyrotor/keyrotor/speke/signaling"
)

func TestPlayReadyObjectsAndBoxesAreThosePackagersWrite(t *testing.T) {
	settings := signaling.Settings{PlayReady: signaling.PlayReadySettings{LAURL: "https://pr.example.com/rm.asmx"}}
	for _, v := range readVectors(t) {
		k := signaling.Key{KID: kid(t, v.KID), Scheme: v.Scheme, Check: check(t, v.Key, v.KID)}
		got, ok := settings.For(signaling.PlayReady, k)
		if !ok {
			t.Fatalf("%s: not signaled", v.Scheme)
		}
		if diff := cmp.Diff(v.Pro, base64.StdEncoding.EncodeToString(got.ProtectionHeader)); diff != "" {
			t.Errorf("%s, object of %s: %s", v.Scheme, v.KID, diff)
		}
		if diff := cmp.Diff(v.PSSH, base64.StdEncoding.EncodeToString(got.PSSH)); diff != "" {
			t.Errorf("%s, box of %s: %s", v.Scheme, v.KID, diff)
		}
	}
}

type vector struct{ Scheme, KID, Key, Pro, PSSH string }

func readVectors(t *testing.T) []vector {
	t.Helper()
	data, err := os.ReadFile("testdata/playready.json")
	if err != nil {
		t.Fatal(err)
	}
	var file struct{ Keys []vector }
	if err := json.Unmarshal(data, &file); err != nil || len(file.Keys) != 4 {
		t.Fatalf("%d keys, error %v", len(file.Keys), err)
	}
	return file.Keys
}

// check is the key-check value of a key, both in hexadecimal.
func check(t *testing.T, key, kidDigits string) []byte {
	t.Helper()
	b, err := hex.DecodeString(key)
	if err != nil {
		t.Fatal(err)
	}
	block, err := aes.NewCipher(b)
	if err != nil {
		t.Fatal(err)
	}
	id := swapped(kid(t, kidDigits))
	block.Encrypt(id[:], id[:])
	return id[:8]
}

// swapped turns a KID into a GUID, or back.
func swapped(kid [16]byte) [16]byte {
	for _, group := range [][]byte{kid[:4], kid[4:6], kid[6:8]} {
		for i := range len(group) / 2 {
			j := len(group) - 1 - i
			group[i], group[j] = group[j], group[i]
		}
	}
	return kid
}

// Headers by hand from the PlayReady Header Specification, 3.3.3, 3.5.2 and 3.6.2. The KID
// and the check are those of the first vector.
func TestAHeaderHasWhatIsSetInTheLowestVersionThatCan(t *testing.T) {
	keyCheck := []byte{0x31, 0xee, 0x3c, 0xcf, 0xbd, 0x67, 0xba, 0xa6}
	full := signaling.PlayReadySettings{
		LAURL: "https://pr.example.com/rm?a=1&b=2", LUIURL: "https://pr.example.com/buy",
		CustomAttributes: `<a:Né xmlns:a="urn:a" x="1">&amp;𝄞</a:Né>`, DecryptorSetup: "ONDEMAND",
	}
	rest := `<LA_URL>https://pr.example.com/rm?a=1&amp;b=2</LA_URL><LUI_URL>https://pr.example.com/buy</LUI_URL>` +
		`<CUSTOMATTRIBUTES><a:Né xmlns:a="urn:a" x="1">&amp;𝄞</a:Né></CUSTOMATTRIBUTES><DECRYPTORSETUP>ONDEMAND</DECRYPTORSETUP>`
	const info40 = `<PROTECTINFO><KEYLEN>16</KEYLEN><ALGID>AESCTR</ALGID></PROTECTINFO><KID>3kqpi7lunUS0T6W+769DsA==</KID>`
	const info43 = `<PROTECTINFO><KIDS><KID ALGID="AESCBC" VALUE="3kqpi7lunUS0T6W+769DsA=="></KID></KIDS></PROTECTINFO>`
	for _, c := range []struct {
		name, scheme string
		settings     signaling.PlayReadySettings
		check        []byte
		version      string
		want         string
	}{
		{name: "cenc", scheme: "cenc", check: keyCheck, version: "4.0.0.0", want: info40 + "<CHECKSUM>Me48z71nuqY=</CHECKSUM>"},
		{name: "cenc without a check", scheme: "cenc", version: "4.0.0.0", want: info40},
		{
			name: "cenc with everything", scheme: "cenc", settings: full, check: keyCheck, version: "4.1.0.0",
			want: `<PROTECTINFO><KID ALGID="AESCTR" CHECKSUM="Me48z71nuqY=" VALUE="3kqpi7lunUS0T6W+769DsA=="></KID></PROTECTINFO>` + rest,
		},
		{
			name: "cenc on demand without a check", scheme: "cenc", version: "4.1.0.0",
			settings: signaling.PlayReadySettings{DecryptorSetup: "ONDEMAND"},
			want: `<PROTECTINFO><KID ALGID="AESCTR" VALUE="3kqpi7lunUS0T6W+769DsA=="></KID></PROTECTINFO>` +
				`<DECRYPTORSETUP>ONDEMAND</DECRYPTORSETUP>`,
		},
		{name: "cbcs, for which there is no check", scheme: "cbcs", check: keyCheck, version: "4.3.0.0", want: info43},
		{name: "cbcs with everything", scheme: "cbcs", settings: full, version: "4.3.0.0", want: info43 + rest},
	} {
		t.Run(c.name, func(t *testing.T) {
			settings := signaling.Settings{PlayReady: c.settings}
			got, _ := settings.For(signaling.PlayReady, signaling.Key{KID: kid(t, sdKID), Scheme: c.scheme, Check: c.check})
			want := `<WRMHEADER xmlns="http://schemas.microsoft.com/DRM/2007/03/PlayReadyHeader" version="` + c.version + `"><DATA>` +
				c.want + `</DATA></WRMHEADER>`
			if diff := cmp.Diff(want, readObject(t, got.ProtectionHeader)); diff != "" {
				t.Error(diff)
			}
			if problems(settings) != nil {
				t.Errorf("settings are refused: %v", problems(settings))
			}
		})
	}
}

// A wrmHeader is what PlayReady reads of a header of any version.
type wrmHeader struct {
	XMLName xml.Name `xml:"http://schemas.microsoft.com/DRM/2007/03/PlayReadyHeader WRMHEADER"`
	KIDs    []string `xml:"DATA>KID"`
	KID41   []value  `xml:"DATA>PROTECTINFO>KID"`
	KID43   []value  `xml:"DATA>PROTECTINFO>KIDS>KID"`
	LAURL   string   `xml:"DATA>LA_URL"`
	LUIURL  string   `xml:"DATA>LUI_URL"`
	Setup   string   `xml:"DATA>DECRYPTORSETUP"`
	Custom  struct {
		XML string `xml:",innerxml"`
	} `xml:"DATA>CUSTOMATTRIBUTES"`
}

type value struct {
	KID string `xml:"VALUE,attr"`
}

func (h wrmHeader) kids() []string {
	kids := h.KIDs
	for _, v := range append(h.KID41, h.KID43...) {
		kids = append(kids, v.KID)
	}
	return kids
}

func readHeader(t interface{ Fatalf(string, ...any) }, object []byte) wrmHeader {
	var h wrmHeader
	if err := xml.Unmarshal([]byte(readObject(t, object)), &h); err != nil {
		t.Fatalf("%q: %v", readObject(t, object), err)
	}
	return h
}

func TestAPlayReadyObjectNamesItsOwnKIDAndWhatIsSet(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		k, settings := drawKey(t), drawSettings(t)
		k.Scheme = rapid.SampledFrom([]string{"cenc", "cbcs"}).Draw(t, "PlayReady's scheme")
		got, _ := settings.For(signaling.PlayReady, k)
		const limit = 15 << 10 // PlayReady Header Specification, 2
		if len(got.ProtectionHeader) > limit {
			t.Errorf("%d bytes", len(got.ProtectionHeader))
		}
		id, p := swapped(k.KID), settings.PlayReady
		header := readHeader(t, got.ProtectionHeader)
		if diff := cmp.Diff([]string{base64.StdEncoding.EncodeToString(id[:])}, header.kids()); diff != "" {
			t.Error(diff)
		}
		read := signaling.PlayReadySettings{
			LAURL: header.LAURL, LUIURL: header.LUIURL, CustomAttributes: header.Custom.XML, DecryptorSetup: header.Setup,
		}
		if diff := cmp.Diff(p, read); diff != "" {
			t.Error(diff)
		}
	})
}

// The object is the same in the box, in DASH, in HLS and by itself.
func TestThePlayReadyObjectIsTheSameInEveryPlace(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		k := drawKey(t)
		k.Scheme = rapid.SampledFrom([]string{"cenc", "cbcs"}).Draw(t, "PlayReady's scheme")
		got, _ := drawSettings(t).For(signaling.PlayReady, k)
		box := readBox(t, got.PSSH)
		if box.Version != 0 || box.System != "9a04f07998404286ab92e65be0885f95" {
			t.Errorf("version %d of system %s", box.Version, box.System)
		}
		var fragment struct {
			PSSH string `xml:"urn:mpeg:cenc:2013 pssh"`
			Pro  string `xml:"urn:microsoft:playready pro"`
		}
		if err := xml.Unmarshal([]byte("<x>"+string(got.ContentProtectionData)+"</x>"), &fragment); err != nil {
			t.Fatal(err)
		}
		uri, _ := strings.CutPrefix(readAttributes(t, got.HLSMedia)["URI"], "data:text/plain;charset=UTF-16;base64,")
		for place, object := range map[string][]byte{"box": box.Data, "pro": decode(t, fragment.Pro), "HLS": decode(t, uri)} {
			if !bytes.Equal(got.ProtectionHeader, object) {
				t.Errorf("%s: %x is not %x", place, object, got.ProtectionHeader)
			}
		}
		if inside := decode(t, fragment.PSSH); !bytes.Equal(got.PSSH, inside) {
			t.Errorf("cenc:pssh: %x is not %x", inside, got.PSSH)
		}
	})
}
