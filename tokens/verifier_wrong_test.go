package tokens_test

import (
	"errors"
	"fmt"
	"strings"
	"testing"

	"github.com/golang-jwt/jwt/v5"

	"github.com/keyrotor/keyrotor/tokens"
)

const (
	macHeader   = `{"alg":"HS256","kid":"mac-1"}`
	farExp      = `"exp":9999999999`
	oneKID      = `["00000000-0000-4000-8000-000000000001"]`
	plainClaims = `{` + farExp + `,"keys":` + oneKID + `}`
)

// wrongTokens are tokens that grant nothing, by what is wrong with them. Each would grant a
// key but for that.
func (n *notary) wrongTokens(t testing.TB) map[string]string {
	good := n.mac(t, macHeader, plainClaims)
	signed, signature := good[:strings.LastIndex(good, ".")], good[strings.LastIndex(good, ".")+1:]
	none := raw64(`{"alg":"none","typ":"JWT"}`) + "." + raw64(plainClaims) + "."
	wrong := map[string]string{
		"nothing": "", "dots": "..", "text": "token", "two parts": signed, "four parts": good + ".",
		"alg none":                       none,
		"alg None with a signature":      strings.Replace(none, "none", "None", 1) + signature,
		"no signature":                   signed + ".",
		"truncated":                      good[:len(good)-1],
		"truncated in the middle":        good[:len(good)/2],
		"100 kB":                         n.mac(t, macHeader, `{`+farExp+`,"x":"`+strings.Repeat("x", 100_000)+`","keys":`+oneKID+`}`),
		"padding":                        good + "=",
		"standard base64":                strings.ReplaceAll(strings.ReplaceAll(good, "-", "+"), "_", "/") + "+",
		"bits that mean nothing":         signed + "." + otherSpelling(signature),
		"a line end":                     signed + ".\n" + signature,
		"white space around":             " " + good,
		"a space behind":                 good + " ",
		"another's signature":            signed + "." + raw64(strings.Repeat("x", 32)),
		"a long signature":               signed + "." + raw64(strings.Repeat("x", 4096)),
		"a Bearer":                       "Bearer " + good,
		"claims that are swapped":        raw64(macHeader) + "." + raw64(strings.Replace(plainClaims, "0001", "0002", 1)) + "." + signature,
		"an HMAC by an RSA key's PEM":    n.sign(t, jwt.SigningMethodHS256, n.public["rsa"], `{"alg":"HS256","kid":"rsa-1"}`, `{`+farExp+`,"may":{"play":`+oneKID+`}}`),
		"an HMAC by an EC key's PEM":     n.sign(t, jwt.SigningMethodHS256, n.public["ec"], `{"alg":"HS256","kid":"ec-1"}`, `{`+farExp+`,"authorized_kids":`+oneKID+`}`),
		"an HMAC that says ES256":        n.mac(t, `{"alg":"ES256","kid":"mac-1"}`, plainClaims),
		"HS512 by the right key":         n.sign(t, jwt.SigningMethodHS512, n.private["mac"], `{"alg":"HS512","kid":"mac-1"}`, plainClaims),
		"PS256 by the right key":         n.sign(t, jwt.SigningMethodPS256, n.private["rsa"], `{"alg":"PS256","kid":"rsa-1"}`, `{`+farExp+`,"may":{"play":`+oneKID+`}}`),
		"RS256 that is PS256":            n.sign(t, jwt.SigningMethodPS256, n.private["rsa"], `{"alg":"RS256","kid":"rsa-1"}`, `{`+farExp+`,"may":{"play":`+oneKID+`}}`),
		"another format's key":           n.sign(t, jwt.SigningMethodES256, n.private["ec"], `{"alg":"ES256","kid":"ec-1"}`, plainClaims),
		"the key of Axinom, and its kid": n.sign(t, jwt.SigningMethodHS256, secret(t, sampleKey).Reveal(), `{"alg":"HS256","kid":"`+sampleKeyID+`"}`, axinomClaims("")),
		"the MAC key as Axinom's":        n.mac(t, `{"alg":"HS256"}`, axinomClaims("")),
	}
	for _, kid := range []string{`""`, "null", `["x"]`} {
		header := `{"alg":"HS256","typ":"JWT","kid":` + kid + `}`
		wrong["a message under kid "+kid] = n.sign(t, jwt.SigningMethodHS256, secret(t, sampleKey).Reveal(), header, axinomClaims(""))
	}
	for what, header := range wrongHeaders {
		wrong["a header with "+what] = n.mac(t, header, plainClaims)
	}
	for what, claims := range wrongClaims {
		wrong["claims with "+what] = n.mac(t, macHeader, claims)
	}
	for what, claims := range wrongMessages {
		wrong["a message with "+what] = n.axinom(t, claims)
	}
	return wrong
}

var wrongHeaders = map[string]string{
	"nothing":               `{}`,
	"no alg":                `{"kid":"mac-1"}`,
	"an alg that is a list": `{"alg":["HS256"],"kid":"mac-1"}`,
	"an alg in lower case":  `{"alg":"hs256","kid":"mac-1"}`,
	"alg twice":             `{"alg":"HS256","alg":"HS256","kid":"mac-1"}`,
	"ALG beside alg":        `{"alg":"HS256","ALG":"none","kid":"mac-1"}`,
	"alg twice, escaped":    `{"alg":"HS256","\u0061lg":"HS256","kid":"mac-1"}`,
	"no kid":                `{"alg":"HS256"}`,
	"an empty kid":          `{"alg":"HS256","kid":""}`,
	"a kid of null":         `{"alg":"HS256","kid":null}`,
	"a kid that is unknown": `{"alg":"HS256","kid":"mac-2"}`,
	"another set's kid":     `{"alg":"HS256","kid":"ed-1"}`,
	"a kid that is a path":  `{"alg":"HS256","kid":"../../dev/null"}`,
	"another typ":           `{"alg":"HS256","typ":"JOSE","kid":"mac-1"}`,
	"a typ that is a list":  `{"alg":"HS256","typ":["JWT"],"kid":"mac-1"}`,
	"crit":                  `{"alg":"HS256","kid":"mac-1","crit":["exp"]}`,
	"b64":                   `{"alg":"HS256","kid":"mac-1","b64":false}`,
	"a key of its own":      `{"alg":"HS256","kid":"mac-1","jwk":{"kty":"oct","k":"MDEyMzQ1Njc4OWFiY2RlZjAxMjM0NTY3ODlhYmNkZWY"}}`,
	"a place of its keys":   `{"alg":"HS256","kid":"mac-1","jku":"https://example.com/jwks.json"}`,
	"bytes behind":          macHeader + `{}`,
	"a list around":         `[` + macHeader + `]`,
	"what is not UTF-8":     "{\"alg\":\"HS256\",\"kid\":\"mac-1\",\"typ\":\"JWT\xff\"}",
	"too much":              `{"alg":"HS256","kid":"mac-1"` + strings.Repeat(" ", 1024) + `}`,
	"deep nesting":          strings.Repeat(`{"alg":`, 200) + `1` + strings.Repeat(`}`, 200),
}

var wrongClaims = map[string]string{
	"nothing":                ``,
	"an empty object":        `{}`,
	"null":                   `null`,
	"a list":                 `[` + plainClaims + `]`,
	"bytes behind":           plainClaims + ` 1`,
	"a second object behind": plainClaims + plainClaims,
	"no exp":                 `{"keys":` + oneKID + `}`,
	"an exp of null":         `{"exp":null,"keys":` + oneKID + `}`,
	"an exp of text":         `{"exp":"9999999999","keys":` + oneKID + `}`,
	"an exp below 0":         `{"exp":-1,"keys":` + oneKID + `}`,
	"a huge exp":             `{"exp":1e999,"keys":` + oneKID + `}`,
	"an exp of many digits":  `{"exp":` + strings.Repeat("9", 400) + `,"keys":` + oneKID + `}`,
	"an exp over int64":      `{"exp":9223372036854775808,"keys":` + oneKID + `}`,
	"an exp with a fraction": `{"exp":9999999999.5,"keys":` + oneKID + `}`,
	"an exp of long ago":     `{"exp":1,"keys":` + oneKID + `}`,
	"exp twice":              `{"exp":1,` + farExp + `,"keys":` + oneKID + `}`,
	"EXP in place of exp":    `{"EXP":9999999999,"keys":` + oneKID + `}`,
	"an nbf to come":         `{` + farExp + `,"nbf":9999999998,"keys":` + oneKID + `}`,
	"an nbf after all times": `{` + farExp + `,"nbf":9223372036854775807,"keys":` + oneKID + `}`,
	"an nbf of text":         `{` + farExp + `,"nbf":"0","keys":` + oneKID + `}`,
	"an nbf of null":         `{` + farExp + `,"nbf":null,"keys":` + oneKID + `}`,
	"no KIDs":                `{` + farExp + `}`,
	"no KID in the list":     `{` + farExp + `,"keys":[]}`,
	"KIDs of null":           `{` + farExp + `,"keys":null}`,
	"a KID of null":          `{` + farExp + `,"keys":[null]}`,
	"a KID in place of KIDs": `{` + farExp + `,"keys":"00000000-0000-4000-8000-000000000001"}`,
	"a KID that is none":     `{` + farExp + `,"keys":["00000000-0000-4000-8000-000000000001","x"]}`,
	"a KID that is a number": `{` + farExp + `,"keys":[1]}`,
	"KIDs twice":             `{` + farExp + `,"keys":` + oneKID + `,"keys":` + oneKID + `}`,
	"a name twice inside":    `{` + farExp + `,"keys":` + oneKID + `,"x":[{"a":{"b":1,"b":2}}]}`,
	"KIDs deep in lists":     `{` + farExp + `,"keys":` + strings.Repeat("[", 5000) + strings.Repeat("]", 5000) + `}`,
	"an object 32 deep":      `{` + farExp + `,"x":` + strings.Repeat("[", 32) + strings.Repeat("]", 32) + `,"keys":` + oneKID + `}`,
	"every key there is":     `{` + farExp + `,"kid":["*"]}`,
	"KIDs of no format":      `{` + farExp + `,"hidden":` + oneKID + `}`,
	"what is not UTF-8":      "{" + farExp + ",\"x\":\"\xff\",\"keys\":" + oneKID + "}",
}

// axinomClaims is a message that grants a key, with other members in place of some.
func axinomClaims(change string, by ...string) string {
	const good = `{"version":1,"com_key_id":"` + sampleKeyID + `","message":{"type":"entitlement_message","version":2,` +
		`"license":{"start_datetime":"2026-03-01T00:00:00.000Z","expiration_datetime":"2027-01-01T00:00:00.000Z"},` +
		`"content_keys_source":{"inline":[{"id":"00000000-0000-4000-8000-000000000001"}]}},` +
		`"begin_date":"2026-03-01T00:00:00.000Z","expiration_date":"2026-12-01T00:00:00.000Z"}`
	if change == "" {
		return good
	}
	if !strings.Contains(good, change) {
		panic(fmt.Sprintf("nothing to change: %s", change))
	}
	return strings.Replace(good, change, strings.Join(by, ""), 1)
}

var wrongMessages = map[string]string{
	"another com_key_id":          axinomClaims(sampleKeyID, "00000000-0000-4000-8000-000000000000"),
	"no com_key_id":               axinomClaims(`"com_key_id"`, `"key"`),
	"another type":                axinomClaims("entitlement_message", "entitlement_messages"),
	"another version":             axinomClaims(`"version":2`, `"version":1`),
	"a version of text":           axinomClaims(`"version":2`, `"version":"2"`),
	"no message":                  axinomClaims(`"message"`, `"msg"`),
	"no expiration_date":          axinomClaims(`,"expiration_date":"2026-12-01T00:00:00.000Z"`),
	"an expiration_date of null":  axinomClaims(`"expiration_date":"2026-12-01T00:00:00.000Z"`, `"expiration_date":null`),
	"seconds for a date":          axinomClaims(`"2026-12-01T00:00:00.000Z"`, "1796083200"),
	"a date without a zone":       axinomClaims("2026-12-01T00:00:00.000Z", "2026-12-01T00:00:00"),
	"an expiration_date that was": axinomClaims("2026-12-01", "2026-02-01"),
	"a begin_date to come":        axinomClaims(`"begin_date":"2026-03-01`, `"begin_date":"2026-11-01`),
	"a begin_date that is none":   axinomClaims(`"begin_date":"2026-03-01T`, `"begin_date":"2026-13-01T`),
	"a license that was":          axinomClaims("2027-01-01", "2026-02-01"),
	"a license to come":           axinomClaims(`"start_datetime":"2026-03-01`, `"start_datetime":"2026-11-01`),
	"a license that is a list":    axinomClaims(`"license":{`, `"license":[],"other":{`),
	"no source":                   axinomClaims("content_keys_source", "content_keys"),
	"no keys":                     axinomClaims(`{"id":"00000000-0000-4000-8000-000000000001"}`),
	"a key that is text":          axinomClaims(`{"id":"00000000-0000-4000-8000-000000000001"}`, `"00000000-0000-4000-8000-000000000001"`),
	"a key of null":               axinomClaims(`{"id":"00000000-0000-4000-8000-000000000001"}`, "null"),
	"a key without an id":         axinomClaims(`"id"`, `"ID"`),
	"a key twice":                 axinomClaims(`"id":`, `"id":"00000000-0000-4000-8000-000000000002","id":`),
}

func TestAWrongTokenIsRefusedAndNotRepeated(t *testing.T) {
	n := newNotary(t)
	brackets := `,"x":` + strings.Repeat("[", 31) + `"[[\"[[{{"` + strings.Repeat("]", 31) + `}`
	for _, good := range []string{
		n.mac(t, macHeader, plainClaims), n.axinom(t, axinomClaims("")),
		n.mac(t, macHeader, strings.TrimSuffix(plainClaims, "}")+brackets),
		n.mac(t, `{"\u0061lg":"HS256","kid":"mac\u002d1"}`, strings.Replace(plainClaims, "keys", `key\u0073`, 1)),
		n.mac(t, " {\r\n\t\"alg\" : \"HS256\" , \"kid\":\"mac-1\" } ", strings.NewReplacer("[", " [ ", "]", "\n]", ":", " :\t", ",", " ,\n").Replace(plainClaims)),
		n.axinom(t, strings.NewReplacer("[", " [ ", "]", "\n]", "{", " {\t", "}", "\r\n} ", `":`, `" : `).Replace(axinomClaims(""))),
	} {
		if _, err := n.verifier.Verify(good, morning); err != nil {
			t.Fatalf("what the wrong ones are made of is refused: %v", err)
		}
	}
	for what, token := range n.wrongTokens(t) {
		t.Run(what, func(t *testing.T) {
			g, err := n.verifier.Verify(token, morning)
			if !errors.Is(err, tokens.ErrToken) || g.KIDs != nil {
				t.Fatalf("%v, %v; want ErrToken alone", g, err)
			}
			for _, piece := range strings.FieldsFunc(token, func(r rune) bool { return r == '.' || r == ' ' }) {
				if len(piece) > 8 && strings.Contains(err.Error(), piece) {
					t.Errorf("the error repeats some of it: %v", err)
				}
			}
		})
	}
}

// otherSpelling changes bits of the last letter that do not count.
func otherSpelling(base64url string) string {
	const letters = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_"
	last := len(base64url) - 1
	return base64url[:last] + string(letters[strings.IndexByte(letters, base64url[last])^1])
}
