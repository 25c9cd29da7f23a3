package webhook

import (
	"bytes"
	"context"
	"fmt"
	"maps"
	"slices"
	"time"

	"github.com/keyrotor/keyrotor/keyplan"
)

// A Standing is how far a target has been told: the record delivered/<target>/<n>, of which
// the newest counts.
type Standing struct {
	head
	N uint64 `json:"n"`
	// Begun is from when on events are for the target: since it was first configured.
	Begun time.Time `json:"begun"`
	// Told are the sequence numbers, by channel, up to which the target was told or need not be.
	Told map[string]uint64 `json:"told"`
	// Again are those of dead letters that are tried once more, by channel.
	Again map[string][]uint64 `json:"again,omitempty"`
	// Renewed is when something was last replayed. No event is given up before max_age after it.
	Renewed time.Time `json:"renewed,omitzero"`
	// Gone is the fingerprint of the URL that answered 410, which is not asked any more.
	Gone string `json:"gone,omitempty"`
	// Delivered is when something was last delivered.
	Delivered time.Time `json:"delivered,omitzero"`
	// Failure is what went wrong last, until nothing does.
	Failure *Failure `json:"failure,omitempty"`
}

// A Failure is why a target is not told what there is to tell.
type Failure struct {
	Since   time.Time `json:"since"`
	At      time.Time `json:"at"`
	Channel string    `json:"channel"`
	Error   string    `json:"error"`
}

// newStanding is that of a target that nothing is known of.
func newStanding(begun time.Time) Standing {
	return Standing{head: headOf(kindDelivered), Begun: begun, Told: map[string]uint64{}, Again: map[string][]uint64{}}
}

// clone shares nothing with s that changes.
func (s Standing) clone() Standing {
	told := make(map[string]uint64, len(s.Told))
	maps.Copy(told, s.Told)
	s.Told = told
	again := make(map[string][]uint64, len(s.Again))
	for channel, seqs := range s.Again {
		again[channel] = slices.Clone(seqs)
	}
	s.Again = again
	if s.Failure != nil {
		s.Failure = new(*s.Failure)
	}
	return s
}

// from is the instant before which events of a channel are not for a target that has no place
// in its feed: it was not configured, or the channel was not one of its.
func (s Standing) from(now time.Time, maxAge time.Duration) time.Time {
	if oldest := now.Add(-maxAge); oldest.After(s.Begun) {
		return oldest
	}
	return s.Begun
}

// standings keeps the standing of one target.
type standings struct {
	records
	target string
	old    []string // names, of which the last is the newest one's
}

// keptStandings is how many standings pile up before the old ones are deleted.
const keptStandings = 16

// newest gives the one that counts; ok is false if there is none.
func (s *standings) newest(ctx context.Context) (newest Standing, ok bool, err error) {
	all, err := s.listed(ctx, s.target)
	if err != nil || len(all) == 0 {
		return Standing{}, false, err
	}
	s.old = nil
	for _, r := range all {
		s.old = append(s.old, r.Name)
	}
	newest, err = read[Standing](kindDelivered, all[len(all)-1])
	return newest.clone(), err == nil, err
}

// keep keeps a standing under the next number, and is false if that was another's: the number
// after it is then the next.
func (s *standings) keep(ctx context.Context, standing *Standing) (bool, error) {
	standing.N++
	rec := standing.record(s.target)
	stored, err := s.create(ctx, rec)
	s.old = append(s.old, rec.Name) // also if it may not be there
	if err != nil || !bytes.Equal(stored.Value, rec.Value) {
		return false, err
	}
	return true, s.forget(ctx)
}

// forget deletes all names but the last, a number of them at a time.
func (s *standings) forget(ctx context.Context) error {
	last := len(s.old) - 1
	if last < keptStandings {
		return nil
	}
	if err := s.remove(ctx, s.old[:last]...); err != nil {
		return err
	}
	s.old = s.old[last:]
	return nil
}

// record has the target's name in hex and twenty digits, so that names sort by number.
func (s *Standing) record(target string) keyplan.Record {
	return record(prefix(kindDelivered, target)+fmt.Sprintf("%020d", s.N), s)
}
