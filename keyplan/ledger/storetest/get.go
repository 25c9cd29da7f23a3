package storetest

// getLaws say what Get gives for names that exist, or do not, or come twice.
func getLaws() []Law {
	return []Law{
		{"Get returns records in the order of their names", func(s subject) {
			s.create(channel, records("a", "b", "c")...)
			s.same("found", records("c", "a", "b"), s.get(channel, "c", "a", "b"))
		}},
		{"Get leaves out what does not exist", func(s subject) {
			s.same("in an unknown channel", nil, s.get(channel, "a"))
			s.create(channel, records("a", "c")...)
			s.same("found", records("a", "c"), s.get(channel, "0", "a", "b", "c", "d"))
			s.same("of missing names", nil, s.get(channel, "b"))
		}},
		{"Get returns a record as often as it is named", func(s subject) {
			s.create(channel, records("a", "b")...)
			s.same("found", records("b", "a", "b"), s.get(channel, "b", "a", "b"))
		}},
		{"a Get of nothing finds nothing", func(s subject) {
			s.create(channel, records("a")...)
			s.same("found", nil, s.get(channel))
		}},
	}
}
