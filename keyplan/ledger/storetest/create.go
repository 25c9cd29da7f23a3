package storetest

import "github.com/keyrotor/keyrotor/keyplan"

// createLaws say who decides what is stored under a name.
func createLaws() []Law {
	return []Law{
		{"the first writer of a name wins", func(s subject) {
			s.create(channel, record("period/1", "first"))
			s.create(channel, record("period/1", "second"))
			s.same("stored", []keyplan.Record{record("period/1", "first")}, s.get(channel, "period/1"))
		}},
		{"Create returns what is stored, not what it was given", func(s subject) {
			s.same("to the winner", records("period/1"), s.create(channel, records("period/1")...))
			got := s.create(channel, record("period/1", "late"))
			s.same("to the loser", records("period/1"), got)
		}},
		{"Create returns the records of one call in their order", func(s subject) {
			want := records("c", "a", "d", "b")
			s.same("returned", want, s.create(channel, want...))
			s.same("stored", want, s.get(channel, "c", "a", "d", "b"))
		}},
		{"one Create keeps the new records beside those that exist", func(s subject) {
			s.create(channel, record("b", "old"), record("d", "old"))
			want := []keyplan.Record{record("a", "new"), record("b", "old"), record("c", "new"), record("d", "old")}
			got := s.create(channel, record("a", "new"), record("b", "new"), record("c", "new"), record("d", "new"))
			s.same("returned", want, got)
			s.same("stored", want, s.list(channel, "", "", 0))
		}},
		{"of a name twice in one Create the first counts", func(s subject) {
			want := []keyplan.Record{record("a", "first"), record("b", "other"), record("a", "first")}
			s.same("returned", want, s.create(channel, record("a", "first"), record("b", "other"), record("a", "second")))
			s.same("stored", want[:2], s.list(channel, "", "", 0))
		}},
		{"an empty value counts as the first too", func(s subject) {
			want := []keyplan.Record{record("a", ""), record("a", "")}
			s.same("in one call", want, s.create(channel, keyplan.Record{Name: "a"}, record("a", "second")))
			s.same("in the next", want[:1], s.create(channel, record("a", "third")))
		}},
		{"a Create of nothing does nothing", func(s subject) {
			s.same("returned", nil, s.create(channel))
			s.same("stored", nil, s.list(channel, "", "", 0))
		}},
	}
}
