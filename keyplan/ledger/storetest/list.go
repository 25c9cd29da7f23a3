package storetest

import (
	"fmt"
	"slices"

	"github.com/keyrotor/keyrotor/keyplan"
)

// listLaws say what List gives: a half-open span of names, in byte order, in pages.
func listLaws() []Law {
	return []Law{
		{"List has from in it and to not", func(s subject) {
			s.create(channel, records("a", "b", "c", "d")...)
			s.same("[b, d)", records("b", "c"), s.list(channel, "b", "d", 0))
			s.same("[aa, cc)", records("b", "c"), s.list(channel, "aa", "cc", 0))
			s.same("[b, b)", nil, s.list(channel, "b", "b", 0))
			s.same("[c, b)", nil, s.list(channel, "c", "b", 0))
			s.same("[e, f)", nil, s.list(channel, "e", "f", 0))
		}},
		{"List without an end goes to the last name", func(s subject) {
			s.create(channel, records("a", "b", "~", "\x7f")...)
			s.same("from b", records("b", "~", "\x7f"), s.list(channel, "b", "", 0))
			s.same("from the first", records("a", "b", "~", "\x7f"), s.list(channel, "", "", 0))
		}},
		{"List goes by bytes", func(s subject) {
			names := []string{"b", "B", "a/1", "a", "a-1", "a0", "A", "10", "9", "-1", "~", " ", "a/"}
			s.create(channel, records(names...)...)
			slices.Sort(names)
			s.same("listed", records(names...), s.list(channel, "", "", 0))
		}},
		{"List of an unknown channel is empty", func(s subject) {
			s.create(channel, records("a")...)
			s.same("listed", nil, s.list(channel+"0", "", "", 0))
		}},
		{"List stops at its limit", func(s subject) {
			s.create(channel, records("a", "b", "c")...)
			s.same("one", records("a"), s.list(channel, "", "", 1))
			s.same("two from b", records("b", "c"), s.list(channel, "b", "", 2))
			s.same("more than there are", records("a", "b", "c"), s.list(channel, "", "", 4))
			s.same("a span shorter than the limit", records("a"), s.list(channel, "", "b", 2))
		}},
		{"pages that begin after the last name give every record once", func(s subject) {
			want := numbered(100)
			s.create(channel, want...)
			for _, limit := range []int{1, 7, 50, 99, 100, 101} {
				s.same(fmt.Sprintf("in pages of %d", limit), want, s.pages(limit))
			}
		}},
		{"a limit below 1 means 1,000", func(s subject) {
			want := numbered(1001)
			for part := range slices.Chunk(want, 100) {
				s.create(channel, part...)
			}
			s.same("limit 0", want[:1000], s.list(channel, "", "", 0))
			s.same("limit -1", want[:1000], s.list(channel, "", "", -1))
			s.same("limit 1,001", want, s.list(channel, "", "", 1001))
			s.same("in pages", want, s.pages(0))
		}},
	}
}

// pages lists the channel page by page. The name after one is that name and a zero byte.
func (s subject) pages(limit int) []keyplan.Record {
	s.Helper()
	var all []keyplan.Record
	for from := ""; ; {
		page := s.list(channel, from, "", limit)
		if len(page) == 0 {
			return all
		}
		all = append(all, page...)
		if next := page[len(page)-1].Name + "\x00"; next > from {
			from = next
		} else {
			s.Fatalf("a page from %q ends at %q", from, next)
		}
	}
}

// numbered gives n records whose names sort by their number.
func numbered(n int) []keyplan.Record {
	names := make([]string, n)
	for i := range names {
		names[i] = fmt.Sprintf("feed/%08d", i)
	}
	return records(names...)
}
