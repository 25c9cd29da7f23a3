package keyplan_test

import (
	"testing"
	"time"

	"github.com/keyrotor/keyrotor/keyplan"
)

// long is a plan of n one-minute periods of one track; each of packagers was served and
// seen in every one of them.
func long(n int, packagers ...string) *keyplan.Plan {
	recs := append(chain(noon, n), first(1, 0).Record())
	for i := range n {
		start := noon.Add(minutes(i))
		for _, p := range packagers {
			recs = append(recs, records(
				keyplan.Served{ContentID: p, Index: uint32(i), Start: start}, keyplan.NewSeen(start, p, time.Minute, start),
			)...)
		}
	}
	return keyplan.NewPlan(recs...)
}

func BenchmarkWithOnePeriodMoreThan3000(b *testing.B) {
	for name, p := range map[string]*keyplan.Plan{"nobody asks": long(3000), "two packagers": long(3000, "p", "q")} {
		next := made(p.End(), p.End().Add(time.Minute), 0).Record()
		b.Run(name, func(b *testing.B) {
			for b.Loop() {
				p.With(next)
			}
		})
	}
}

func BenchmarkLicensableOf600EntriesAndTwoPackagers(b *testing.B) {
	p, pol := long(600, "p", "q"), live(b, minutely()).Policy
	for b.Loop() {
		p.Licensable(pol, p.End())
	}
}

func BenchmarkDecode(b *testing.B) {
	for name, fact := range map[string]keyplan.Fact{
		"entry": made(noon, noon.Add(time.Minute), 0), "served": keyplan.Served{ContentID: "a", Start: noon},
	} {
		r := fact.Record()
		b.Run(name, func(b *testing.B) {
			for b.Loop() {
				if _, err := keyplan.Decode(r); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}
