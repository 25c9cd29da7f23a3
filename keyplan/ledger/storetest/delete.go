package storetest

import "github.com/keyrotor/keyrotor/keyplan"

// deleteLaws say what purging leaves.
func deleteLaws() []Law {
	return []Law{
		{"Delete removes what it names and nothing else", func(s subject) {
			s.create(channel, records("a", "ab", "b", "c")...)
			s.create(channel+"0", records("a", "b")...)
			s.delete(channel, "a", "c")
			s.same("found", nil, s.get(channel, "a", "c"))
			s.same("left", records("ab", "b"), s.list(channel, "", "", 0))
			s.same("in the other channel", records("a", "b"), s.list(channel+"0", "", "", 0))
		}},
		{"Delete may be repeated", func(s subject) {
			s.delete(channel, "a")
			s.create(channel, records("a", "b")...)
			s.delete(channel, "a", "a", "missing")
			s.delete(channel, "a")
			s.delete(channel)
			s.same("left", records("b"), s.list(channel, "", "", 0))
		}},
		{"a name that was deleted may be created anew", func(s subject) {
			s.create(channel, record("a", "old"))
			s.delete(channel, "a")
			want := []keyplan.Record{record("a", "new")}
			s.same("returned", want, s.create(channel, want...))
			s.same("stored", want, s.get(channel, "a"))
		}},
	}
}
