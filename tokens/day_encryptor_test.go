package tokens_test

import (
	"slices"
	"time"

	"github.com/keyrotor/keyrotor/keyplan"
	"github.com/keyrotor/keyrotor/speke"
)

// An encryptor is a packager of a day. It counts periods by a clock of its own, asks for
// the keys of each by its index, and goes on with the last key that it got.
type encryptor struct {
	name, contentID string
	first           uint32    // its first index
	start           time.Time // when that begins, as it sees it
	// It asks for batch indexes at once, up to ahead after the current one. If it speaks the
	// Common Encryption API, its first index is the one before the current.
	ahead, batch int
	common       bool
	lag          time.Duration // from the begin of a period to the switch to its key
	silent       keyplan.Period

	next uint32                    // the first index that it has not asked for
	has  map[uint32]*keyplan.Entry // by index
	air  []*keyplan.Entry          // what it had on air, by tick; nil before its first key
}

// counting are packagers that count from the epoch as the policy does. One of two that are
// redundant cannot reach the key provider for an hour.
func counting(begin time.Time) []*encryptor {
	index := uint32(begin.Unix() / int64(interval/time.Second))
	unix := func(name, contentID string, ahead int, lag time.Duration) *encryptor {
		return newEncryptor(name, contentID, index, begin, ahead, lag)
	}
	return []*encryptor{
		unix("punctual", "news-a", 1, 0),
		unix("punctual's twin", "news-a", 1, 0).cutOff(begin),
		unix("early", "news-b", 3, -time.Minute),
		unix("late", "news-c", 1, 4*time.Minute),
	}
}

// anchored are packagers whose numbers say nothing of the time, and whose periods begin up
// to one interval before or after what the first number looks like.
func anchored(begin time.Time) []*encryptor {
	most := interval - tick
	shaka := newEncryptor("prefetching", "sport-c", 40, begin.Add(-interval), 109, 0)
	shaka.batch, shaka.common = 10, true
	return []*encryptor{
		newEncryptor("behind", "sport-a", 7, begin.Add(most), 1, time.Minute),
		newEncryptor("behind's twin", "sport-a", 7, begin.Add(most), 1, time.Minute).cutOff(begin),
		newEncryptor("before", "sport-b", 7, begin.Add(-most), 2, -time.Minute),
		shaka,
		newEncryptor("from the one before on", "sport-d", 99, begin.Add(-interval), 1, 0),
	}
}

func newEncryptor(name, contentID string, first uint32, start time.Time, ahead int, lag time.Duration) *encryptor {
	return &encryptor{
		name: name, contentID: contentID, first: first, start: start, ahead: ahead, batch: 1, lag: lag,
		next: first, has: map[uint32]*keyplan.Entry{},
	}
}

// cutOff silences e for an hour in the middle of the day.
func (e *encryptor) cutOff(begin time.Time) *encryptor {
	e.silent = keyplan.Period{Start: begin.Add(silentFrom), End: begin.Add(silentUntil)}
	return e
}

func contentIDs(encryptors []*encryptor) []string {
	var ids []string
	for _, e := range encryptors {
		ids = append(ids, e.contentID)
	}
	return slices.Compact(ids)
}

// pass lets e ask for what it should have at s.now, and switch.
func (e *encryptor) pass(s *station) {
	current := e.current(s.now)
	if !e.silent.Contains(s.now) {
		e.fetch(s, current)
	}
	e.air = append(e.air, e.newest(current))
}

// current is the index whose key is to be on air. Before the first one it is the first.
func (e *encryptor) current(now time.Time) uint32 {
	since := now.Sub(e.start.Add(e.lag))
	return e.first + uint32(max(since, 0)/interval)
}

// fetch asks for the indexes up to ahead. One that comes back after a while passes over
// those that are no longer to come, and so goes on with its old key until the next begins.
func (e *encryptor) fetch(s *station, current uint32) {
	if current > e.next {
		e.next = current + 1
	}
	for e.next+uint32(e.batch) <= current+uint32(e.ahead)+1 {
		indexes := make([]uint32, e.batch)
		for i := range indexes {
			indexes[i] = e.next + uint32(i)
		}
		for i, entry := range e.ask(s, indexes) {
			e.has[indexes[i]] = entry
		}
		e.next += uint32(e.batch)
	}
}

// ask gets the entries of indexes. By the Common Encryption API the second index is the
// current one at first.
func (e *encryptor) ask(s *station, indexes []uint32) []*keyplan.Entry {
	anchor := indexes[0]
	if e.common {
		anchor++
	}
	entries, err := s.handler.Entries(s.Context(), speke.Indexed{ContentID: e.contentID, Indexes: indexes, Anchor: anchor})
	if err != nil {
		s.Fatalf("%s at %v: %v", e.name, s.now, err)
	}
	s.handler.Observe(e.contentID, e.name, entries)
	s.figures.asks += len(indexes)
	return entries
}

// newest is the entry of the last index up to current that e has, if any.
func (e *encryptor) newest(current uint32) *keyplan.Entry {
	for index := current; index+1 != e.first; index-- {
		if entry, ok := e.has[index]; ok {
			return entry
		}
	}
	return nil
}
