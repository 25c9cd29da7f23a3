package cpix

import (
	"bytes"
	"encoding/binary"
	"strings"
	"unicode/utf16"
	"unicode/utf8"
)

// An encoding is how a document's characters are stored. The names are those of an XML
// declaration, in upper case.
type encoding string

const (
	utf8Text    encoding = "UTF-8"
	utf16Little encoding = "UTF-16LE"
	utf16Big    encoding = "UTF-16BE"
)

// declaredAs reports whether an XML declaration may call e by that name.
func (e encoding) declaredAs(name string) bool {
	name = strings.ToUpper(name)
	return name == string(e) || name == "UTF-16" && e != utf8Text
}

// detect tells the encoding by byte-order mark or, for UTF-16 without one, by how
// "<?" is stored (XML 1.0, appendix F). It returns what follows the mark.
func detect(data []byte) (encoding, []byte) {
	for _, known := range []struct {
		first string
		enc   encoding
		mark  int
	}{
		{"\xef\xbb\xbf", utf8Text, 3},
		{"\xff\xfe", utf16Little, 2},
		{"\xfe\xff", utf16Big, 2},
		{"<\x00?\x00", utf16Little, 0},
		{"\x00<\x00?", utf16Big, 0},
	} {
		if bytes.HasPrefix(data, []byte(known.first)) {
			return known.enc, data[known.mark:]
		}
	}
	return utf8Text, data
}

// decode gives the document as UTF-8 in which every character is legal in XML 1.0 and
// every line ends in "\n" (XML 1.0, sections 2.2, 2.11 and 4.3.3).
func decode(data []byte) (string, encoding, error) {
	enc, data := detect(data)
	text := ""
	switch enc {
	case utf8Text:
		text = string(data)
	case utf16Little:
		text = fromUTF16(data, binary.LittleEndian)
	case utf16Big:
		text = fromUTF16(data, binary.BigEndian)
	}
	if strings.Contains(text, "\r") {
		text = strings.ReplaceAll(strings.ReplaceAll(text, "\r\n", "\n"), "\r", "\n")
	}
	if at := illegal(text); at >= 0 {
		return "", enc, malformed(text[:at], "a character that XML 1.0 does not allow, or no %s", enc)
	}
	return text, enc, nil
}

// fromUTF16 gives data as UTF-8, with a NUL, which is illegal, for an unpaired surrogate
// or the last byte of an odd number.
func fromUTF16(data []byte, order binary.ByteOrder) string {
	out := make([]byte, 0, len(data)/2+len(data)/8)
	for ; len(data) >= 2; data = data[2:] {
		r := rune(order.Uint16(data))
		if utf16.IsSurrogate(r) {
			low := utf8.RuneError
			if len(data) >= 4 {
				low = rune(order.Uint16(data[2:]))
				data = data[2:]
			}
			if r = utf16.DecodeRune(r, low); r == utf8.RuneError {
				r = 0
			}
		}
		out = utf8.AppendRune(out, r)
	}
	if len(data) > 0 {
		out = append(out, 0)
	}
	return string(out)
}
