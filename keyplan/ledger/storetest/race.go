package storetest

import (
	"bytes"
	"errors"
	"fmt"
	"slices"
	"sync"

	"github.com/keyrotor/keyrotor/keyplan"
)

// raceLaws say what callers at the same time may rely on.
func raceLaws() []Law {
	return []Law{
		{"everyone who races for a name gets the same record", func(s subject) {
			for round := range 4 {
				s.raceFor(fmt.Sprintf("period/%d", round), 32)
			}
		}},
		{"List sees every Create that returned before it began", func(s subject) {
			var told board
			s.together(8, func(racer int) error {
				for i := range 8 {
					if err := s.createAndList(&told, fmt.Sprintf("feed/%d-%d", racer, i)); err != nil {
						return err
					}
				}
				return nil
			})
		}},
	}
}

// raceFor has racers create name, each with a value of its own, and expects one winner.
func (s subject) raceFor(name string, racers int) {
	s.Helper()
	got := make([][]keyplan.Record, racers)
	s.together(racers, func(racer int) (err error) {
		got[racer], err = s.store.Create(s.Context(), channel, record(name, fmt.Sprint("of racer ", racer)))
		return err
	})
	stored := s.get(channel, name)
	if len(stored) != 1 || !bytes.HasPrefix(stored[0].Value, []byte("of racer ")) {
		s.Fatalf("stored after the race: %q", brief(stored))
	}
	for racer := range racers {
		s.same(fmt.Sprintf("returned to racer %d", racer), stored, got[racer])
	}
}

// createAndList creates name, tells it, and expects List to have all that was told before.
func (s subject) createAndList(told *board, name string) error {
	if _, err := s.store.Create(s.Context(), channel, records(name)...); err != nil {
		return err
	}
	want := told.add(name)
	page, err := s.store.List(s.Context(), channel, "", "", 0)
	if err != nil {
		return err
	}
	seen := map[string]bool{}
	for _, r := range page {
		seen[r.Name] = true
	}
	for _, name := range want {
		if !seen[name] {
			return fmt.Errorf("List does not have %s, whose Create had returned", name)
		}
	}
	return nil
}

// together starts racers at once, waits for them and fails the law with their errors.
func (s subject) together(racers int, run func(racer int) error) {
	s.Helper()
	errs := make([]error, racers)
	start := make(chan struct{})
	var wg sync.WaitGroup
	for racer := range racers {
		wg.Go(func() {
			<-start
			errs[racer] = run(racer)
		})
	}
	close(start)
	wg.Wait()
	if err := errors.Join(errs...); err != nil {
		s.Fatalf("%v", err)
	}
}

// A board holds the names whose Create has returned.
type board struct {
	mu    sync.Mutex // guards names
	names []string
}

// add puts name on the board and returns all that are there.
func (b *board) add(name string) []string {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.names = append(b.names, name)
	return slices.Clone(b.names)
}
