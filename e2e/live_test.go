package e2e_test

import (
	"crypto/aes"
	"crypto/cipher"
	"encoding/base64"
	"encoding/json"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/keyrotor/keyrotor/e2e"
	"github.com/keyrotor/keyrotor/keyplan"
	"github.com/keyrotor/keyrotor/speke/cpix"
)

// demoPeriod is the period of configs/demo.yaml.
const demoPeriod = 30 * time.Second

// comKey is the communication key of configs/demo.yaml, Axinom's documented sample.
const comKey = "RPSdG/fViTkTjcuG3fcRXL2JDchGThWQ/tfSNHAoG+A="

// TestAPackagerEncryptsWithThePlannedKeysAndATokenNamesThem is the whole way once: SPEKE to
// a real packager, whose segments open with the keys of exactly the KIDs in the token.
func TestAPackagerEncryptsWithThePlannedKeysAndATokenNamesThem(t *testing.T) {
	server := e2e.Serve(t, strings.Replace(e2e.Read(t, "../configs/demo.yaml"), "127.0.0.1:8080", "127.0.0.1:0", 1))
	source := e2e.Source(t, sourceSeconds)
	clear := e2e.Package(t, e2e.Job{Source: source})
	for _, scheme := range []keyplan.Scheme{keyplan.CBCS, keyplan.CENC} {
		t.Run(string(scheme), func(t *testing.T) {
			keys := askSPEKE(t, server, scheme)
			encrypted := e2e.Package(t, e2e.Job{Source: source, Scheme: scheme, Keys: keys})
			token := askToken(t, server, scheme)
			for track, key := range keys {
				inToken, named := token[key.KID]
				if !named {
					t.Fatalf("%s: the token does not name KID %s", track, key.KID)
				}
				onlyThat := func(kid keyplan.KID) (keyplan.Secret, bool) { return inToken, kid == key.KID }
				report, err := e2e.CheckSegments(encrypted[track], clear[track], onlyThat)
				if err != nil {
					t.Fatalf("%s: %v", track, err)
				}
				want := slices.Repeat([][]keyplan.KID{{key.KID}}, segmentCount)
				if diff := cmp.Diff(want, report.KIDs); diff != "" {
					t.Errorf("%s: KIDs by segment (-want +got):\n%s", track, diff)
				}
				t.Logf("%s %s: %d segments, %d samples, %d bytes deciphered with the token's key, equal to the clear packaging",
					scheme, track, len(report.KIDs), report.Samples, report.Deciphered)
			}
		})
	}
}

// askSPEKE asks for the keys of the current period with the document of the README.
func askSPEKE(t *testing.T, server *e2e.Server, scheme keyplan.Scheme) map[keyplan.Track]e2e.Key {
	t.Helper()
	index := time.Now().Unix() / int64(demoPeriod.Seconds())
	request := strings.NewReplacer("INDEX", strconv.FormatInt(index, 10), `"cbcs"`, strconv.Quote(string(scheme))).
		Replace(e2e.Read(t, "../docs/tour/request.xml"))
	doc, err := cpix.Read(server.Post(t, "/speke/v2.0/copyProtection", "packager", "packager-demo", request))
	if err != nil {
		t.Fatal(err)
	}
	tracks := map[string]keyplan.Track{}
	for _, rule := range doc.UsageRules {
		tracks[rule.KID.Value] = keyplan.Track(rule.IntendedTrackType.Value)
	}
	keys := map[keyplan.Track]e2e.Key{}
	for _, k := range doc.ContentKeys {
		kid, err := keyplan.ParseKID(k.KID.Value)
		if err != nil {
			t.Fatal(err)
		}
		iv, err := base64.StdEncoding.DecodeString(k.ExplicitIV.Value)
		if err != nil {
			t.Fatal(err)
		}
		keys[tracks[k.KID.Value]] = e2e.Key{KID: kid, Key: keyplan.NewSecret(k.Key()), IV: given(iv)}
	}
	return keys
}

// given is iv, or nil where the answer has none and the packager draws its own.
func given(iv []byte) []byte {
	if len(iv) == 0 {
		return nil
	}
	return iv
}

// askToken asks for a token and gives the keys that are embedded in it.
func askToken(t *testing.T, server *e2e.Server, scheme keyplan.Scheme) map[keyplan.KID]keyplan.Secret {
	t.Helper()
	return keysInToken(t, server.Post(t, "/v1/channels/demo/token", "issuer", "issuer-demo", `{"scheme":"`+string(scheme)+`"}`))
}

// keysInToken gives the keys that are embedded in the token of an answer.
func keysInToken(t *testing.T, body []byte) map[keyplan.KID]keyplan.Secret {
	t.Helper()
	var answer struct{ Token string }
	if err := json.Unmarshal(body, &answer); err != nil {
		t.Fatal(err)
	}
	claims, err := base64.RawURLEncoding.DecodeString(strings.Split(answer.Token, ".")[1])
	if err != nil {
		t.Fatal(err)
	}
	var message struct {
		Message struct {
			Source struct {
				Inline []struct {
					ID           keyplan.KID
					EncryptedKey []byte `json:"encrypted_key"`
				}
			} `json:"content_keys_source"`
		}
	}
	if err := json.Unmarshal(claims, &message); err != nil {
		t.Fatal(err)
	}
	keys := map[keyplan.KID]keyplan.Secret{}
	for _, k := range message.Message.Source.Inline {
		keys[k.ID] = decipher(t, k.ID, k.EncryptedKey)
	}
	return keys
}

// decipher opens an encrypted_key as a licence server does: AES-256-CBC without padding
// under the communication key, with the KID as IV.
func decipher(t *testing.T, kid keyplan.KID, encrypted []byte) keyplan.Secret {
	t.Helper()
	key, err := base64.StdEncoding.DecodeString(comKey)
	if err != nil {
		t.Fatal(err)
	}
	block, err := aes.NewCipher(key)
	if err != nil {
		t.Fatal(err)
	}
	plain := make([]byte, len(encrypted))
	cipher.NewCBCDecrypter(block, kid[:]).CryptBlocks(plain, encrypted)
	return keyplan.NewSecret(plain)
}
