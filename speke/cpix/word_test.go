package cpix_test

import (
	"strings"
	"testing"

	"github.com/keyrotor/keyrotor/speke/cpix"
)

// Eight bytes are looked at together: each byte must count wherever among them it stands.
func TestEveryByteCountsAtEveryPlace(t *testing.T) {
	const filler = "abcdefghijklmnopqrstuvwxyz"
	for c := range 0x80 {
		for at := range 18 {
			value := filler[:at] + string(rune(c)) + filler[at:]
			read := mustRead(t, string((&cpix.Document{ContentID: cpix.NewText(value)}).Append(nil)))
			want := value
			if c < ' ' && !strings.ContainsRune("\t\n\r", rune(c)) {
				want = filler[:at] + "\ufffd" + filler[at:]
			}
			if read.ContentID.Value != want {
				t.Errorf("byte %#x at %d: %q reads back as %q", c, at, value, read.ContentID.Value)
			}
			_, err := cpix.Read([]byte(pssh(value)))
			if legal := value == want && c != '<' && c != '&'; (err == nil) != legal {
				t.Errorf("byte %#x at %d of a text: %v", c, at, err)
			}
			_, err = cpix.Read([]byte(root(value+`=""`, "")))
			if (err == nil) != nameWith(c, at) {
				t.Errorf("byte %#x at %d of a name: %v", c, at, err)
			}
		}
	}
}

func TestNoByteAboveASCIIPassesAlone(t *testing.T) {
	const filler = "abcdefghijklmnopqrstuvwxyz"
	for c := 0x80; c < 0x100; c++ {
		for at := range 18 {
			value := filler[:at] + string([]byte{byte(c)}) + filler[at:]
			if _, err := cpix.Read([]byte(pssh(value))); err == nil {
				t.Errorf("byte %#x at %d is read", c, at)
			}
			doc := &cpix.Document{ContentID: cpix.NewText(value)}
			if want := filler[:at] + "\ufffd" + filler[at:]; mustRead(t, string(doc.Append(nil))).ContentID.Value != want {
				t.Errorf("byte %#x at %d is written", c, at)
			}
		}
	}
}

// nameWith reports whether a start tag can be read where letters with c among them, at at,
// should be the name of an attribute. Before them, white space and the tag's end can stand.
func nameWith(c, at int) bool {
	letter := c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' || c == '_'
	return letter || at > 0 && (c >= '0' && c <= '9' || c == '-' || c == '.') || at == 0 && strings.ContainsRune(" \t\r\n>", rune(c))
}
