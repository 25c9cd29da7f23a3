package storetest

import (
	"slices"
	"strings"

	"github.com/keyrotor/keyrotor/keyplan"
)

// Bounds that every store must bear.
const (
	maxName  = 1000     // bytes
	maxValue = 64 << 10 // bytes
)

// shapeLaws say what channels, names and values may look like.
func shapeLaws() []Law {
	return []Law{
		{"channels are apart", func(s subject) {
			for _, ch := range oddChannels() {
				s.create(ch, record("period/1", "of "+ch))
			}
			for _, ch := range oddChannels() {
				want := []keyplan.Record{record("period/1", "of "+ch)}
				s.same("stored in "+ch, want, s.list(ch, "", "", 0))
			}
		}},
		{"no join of channel and name is taken for another", func(s subject) {
			for _, sep := range []string{"/", ":", "\x00", "|", "#"} {
				s.create("a"+sep+"b", record("c", "1"))
				s.create("a", record("b"+sep+"c", "2"))
				s.same("of the long channel", []keyplan.Record{record("c", "1")}, s.list("a"+sep+"b", "", "", 0))
				s.same("of the long name", []keyplan.Record{record("b"+sep+"c", "2")}, s.get("a", "b"+sep+"c"))
			}
		}},
		{"values hold any bytes", func(s subject) {
			every := make([]byte, 256)
			for i := range every {
				every[i] = byte(i)
			}
			want := []keyplan.Record{{Name: "every", Value: every}, record("zeros", "\x00\x00"),
				record("not UTF-8", "\xff\xfe"), record("crlf", "\r\n")}
			s.same("returned", want, s.create(channel, want...))
			s.same("stored", want, s.get(channel, "every", "zeros", "not UTF-8", "crlf"))
		}},
		{"a value may be empty", func(s subject) {
			s.create(channel, keyplan.Record{Name: "nil"}, keyplan.Record{Name: "none", Value: []byte{}})
			want := []keyplan.Record{record("nil", ""), record("none", "")}
			s.same("found", want, s.get(channel, "nil", "none"))
			s.same("listed", want, s.list(channel, "", "", 0))
		}},
		{"a value may have 64 KiB", func(s subject) {
			want := []keyplan.Record{record("large", strings.Repeat("0123456789abcdef", maxValue/16))}
			s.same("returned", want, s.create(channel, want...))
			s.same("found", want, s.get(channel, "large"))
			s.same("listed", want, s.list(channel, "", "", 0))
		}},
		{"a name may have 1,000 bytes and counts to the last", func(s subject) {
			long := strings.Repeat("n", maxName-1)
			want := records(long, long+"1", long+"2")
			s.same("returned", want, s.create(channel, want...))
			s.same("found", want, s.get(channel, long, long+"1", long+"2"))
		}},
		{"names differ by case, spaces and separators", func(s subject) {
			names := []string{"a", "A", " a", "a ", "a/", "/a", "a//", "a:b", "a/b", "a%2Fb", "*", "~"}
			s.create(channel, records(names...)...)
			slices.Sort(names)
			s.same("listed", records(names...), s.list(channel, "", "", 0))
		}},
	}
}

// oddChannels are pairwise different; several begin with another one.
func oddChannels() []string {
	return []string{"a", "ab", "A", "a/b", "a/", "a:b", "a:", "a b", "a ", "a{b}", "{a}", "a*", "a#b", "a%62",
		"~channels", "über", "u\u0308ber", "频道", "🎬", strings.Repeat("c", 256)}
}
