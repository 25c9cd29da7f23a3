package main_test

import (
	"bytes"
	"encoding/base64"
	"encoding/hex"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"testing"
)

// A secretForm is a secret in one of the ways in which it might be written.
type secretForm struct {
	what  string // which secret and which form; never the secret
	bytes []byte
}

// forms are all ways in which a scan looks for a secret. Base64 is looked for at each of
// the three alignments that it may have inside something longer, less the letters that its
// neighbours decide; padding is after what is looked for.
func forms(what string, secret []byte) []secretForm {
	all := []secretForm{
		{what + " raw", secret},
		{what + " hex", []byte(hex.EncodeToString(secret))},
		{what + " upper-case hex", []byte(strings.ToUpper(hex.EncodeToString(secret)))},
		{what + " decimal list with spaces", []byte(decimals(secret, " "))},
		{what + " decimal list with commas", []byte(decimals(secret, ","))},
		{what + " decimal list with both", []byte(decimals(secret, ", "))},
		{what + " Go bytes", []byte(strings.Trim(fmt.Sprintf("%#v", secret), "[]byte{}"))},
		{what + " spaced hex", fmt.Appendf(nil, "% x", secret)},
		{what + " UUID", uuid(secret)},
		{what + " quoted", []byte(strings.Trim(strconv.Quote(string(secret)), `"`))},
		{what + " quoted in ASCII", []byte(strings.Trim(strconv.QuoteToASCII(string(secret)), `"`))},
	}
	for shift := range 3 {
		whole := slices.Concat(make([]byte, shift), secret)
		first := (shift*8 + 5) / 6 // letters that what stands before decides
		last := len(whole) * 8 / 6 // letters that what stands after does not
		for name, enc := range map[string]*base64.Encoding{"base64": base64.RawStdEncoding, "base64url": base64.RawURLEncoding} {
			all = append(all, secretForm{fmt.Sprintf("%s %s shifted by %d", what, name, shift), []byte(enc.EncodeToString(whole)[first:last])})
		}
	}
	return all
}

func decimals(b []byte, separator string) string {
	var words []string
	for _, n := range b {
		words = append(words, strconv.Itoa(int(n)))
	}
	return strings.Join(words, separator)
}

// uuid is how a KID of these bytes would look; longer secrets are cut.
func uuid(b []byte) []byte {
	h := hex.EncodeToString(b[:min(len(b), 16)])
	if len(h) < 32 {
		return []byte(h)
	}
	return []byte(h[:8] + "-" + h[8:12] + "-" + h[12:16] + "-" + h[16:20] + "-" + h[20:])
}

// A scanner knows secrets in all their forms.
type scanner struct{ forms []secretForm }

// add makes it look for one more secret.
func (s *scanner) add(what string, secret []byte) { s.forms = append(s.forms, forms(what, secret)...) }

// scan names the forms that stand in text.
func (s *scanner) scan(text []byte) (found []string) {
	for _, f := range s.forms {
		if bytes.Contains(text, f.bytes) {
			found = append(found, f.what)
		}
	}
	return found
}

func TestTheScannerFindsAPlantedKeyInEachEncoding(t *testing.T) {
	key := []byte{0xfb, 0xef, 0xbe, 0x00, 0x10, 0x7f, 0x80, 0xff, 0x3e, 0x3f, 0x22, 0x5c, 0x0a, 0x41, 0x99, 0xfe}
	planted := map[string]string{
		"raw": string(key), "%x": fmt.Sprintf("%x", key), "%X": fmt.Sprintf("%X", key),
		"%v": fmt.Sprintf("%v", key), "%#v": fmt.Sprintf("%#v", key), "% x": fmt.Sprintf("% x", key),
		"%q": fmt.Sprintf("%q", key), "%+q": fmt.Sprintf("%+q", key), "JSON array": strings.ReplaceAll(strings.Trim(fmt.Sprint(key), "[]"), " ", ","),
		"UUID": string(uuid(key)),
	}
	for name, enc := range map[string]*base64.Encoding{
		"std": base64.StdEncoding, "raw std": base64.RawStdEncoding, "url": base64.URLEncoding, "raw url": base64.RawURLEncoding,
	} {
		for before := range 5 {
			for after := range 3 {
				whole := slices.Concat(bytes.Repeat([]byte{0xa5}, before), key, bytes.Repeat([]byte{0x5a}, after))
				planted[fmt.Sprintf("base64 %s, %d bytes before, %d after", name, before, after)] = enc.EncodeToString(whole)
			}
		}
	}
	var s scanner
	s.add("key", key)
	for name, text := range planted {
		if len(s.scan([]byte("before "+text+" after"))) == 0 {
			t.Errorf("not found in %s", name)
		}
	}
	other := bytes.Clone(key)
	other[0]++
	if found := s.scan([]byte(fmt.Sprintf("%s %x %v %s", other, other, other, base64.StdEncoding.EncodeToString(other)))); len(found) > 0 {
		t.Errorf("found in another key: %v", found)
	}
}
