package storetest

import "github.com/keyrotor/keyrotor/keyplan"

// ownershipLaws say that the store and its callers share no memory.
func ownershipLaws() []Law {
	return []Law{
		{"what the caller does to its records afterwards changes nothing", func(s subject) {
			recs := records("a", "b")
			s.create(channel, recs...)
			spoil(recs)
			s.same("stored", records("a", "b"), s.list(channel, "", "", 0))
		}},
		{"what Create returns is the caller's own", func(s subject) {
			s.stays(func() []keyplan.Record { return s.create(channel, records("a", "b", "a")...) })
			s.stays(func() []keyplan.Record { return s.create(channel, records("a", "b")...) })
		}},
		{"what Get returns is the caller's own", func(s subject) {
			s.create(channel, records("a", "b")...)
			s.stays(func() []keyplan.Record { return s.get(channel, "a", "b", "a") })
		}},
		{"what List returns is the caller's own", func(s subject) {
			s.create(channel, records("a", "b")...)
			s.stays(func() []keyplan.Record { return s.list(channel, "", "", 0) })
		}},
	}
}

// stays spoils what call returns, and what lies behind it in its arrays, and expects
// records a and b to be as they were.
func (s subject) stays(call func() []keyplan.Record) {
	s.Helper()
	got := call()
	spoil(got)
	for _, r := range got {
		_ = append(r.Value, "overwrites what follows it"...)
	}
	s.same("stored", records("a", "b"), s.list(channel, "", "", 0))
}

// spoil overwrites every byte and name of recs.
func spoil(recs []keyplan.Record) {
	for i := range recs {
		for j := range recs[i].Value {
			recs[i].Value[j] = '!'
		}
		recs[i].Name = "spoilt"
	}
}
