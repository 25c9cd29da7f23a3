package keyplan_test

import (
	"archive/zip"
	"iter"
	"maps"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"
)

// A change is an instant at which the clocks of a zone are set.
type change struct {
	zone          *time.Location
	at            time.Time
	before, after int // offsets from UTC in seconds
}

// kind tells changes apart by how far clocks are set, at what time of day, and by the
// seconds in their offsets.
type kind struct{ by, clock, odd int }

func (c change) kind() kind {
	return kind{c.after - c.before, (int(c.at.Unix()%86400) + c.before + 2*86400) % 86400, c.before % 60}
}

// zones loads Go's zone database, each zone under one of its names.
func zones(t *testing.T) []*time.Location {
	t.Helper()
	root, err := exec.CommandContext(t.Context(), "go", "env", "GOROOT").Output()
	if err != nil {
		t.Fatal(err)
	}
	db, err := zip.OpenReader(filepath.Join(strings.TrimSpace(string(root)), "lib", "time", "zoneinfo.zip"))
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	byContent := map[uint32]*time.Location{}
	for _, f := range db.File {
		if f.FileInfo().IsDir() || byContent[f.CRC32] != nil {
			continue
		}
		if byContent[f.CRC32], err = time.LoadLocation(f.Name); err != nil {
			t.Fatal(err)
		}
	}
	t.Logf("%d zones, counted once for all their names", len(byContent))
	if len(byContent) < 300 {
		t.Fatal("the zone database is not complete")
	}
	return slices.SortedFunc(maps.Values(byContent), func(a, b *time.Location) int {
		return strings.Compare(a.String(), b.String())
	})
}

// changes returns of each zone the newest change, or an instant like any other if it
// has none, and at least one change of each kind that there is in any zone from the
// year 1840 to 2045.
func changes(t *testing.T) []change {
	t.Helper()
	var found []change
	seen := map[kind]bool{}
	for _, zone := range zones(t) {
		newest := true
		for c := range history(zone) {
			if newest || !seen[c.kind()] {
				found = append(found, c)
			}
			newest = false
			seen[c.kind()] = true
		}
		if newest {
			found = append(found, change{zone: zone, at: time.Date(2026, 3, 1, 0, 0, 0, 0, time.UTC)})
		}
	}
	t.Logf("%d clock changes, of %d kinds", len(found), len(seen))
	return found
}

// history goes back through the changes of a zone.
func history(zone *time.Location) iter.Seq[change] {
	return func(yield func(change) bool) {
		at := time.Date(2045, 12, 1, 0, 0, 0, 0, zone)
		for start, _ := at.ZoneBounds(); start.Year() >= 1840; start, _ = at.ZoneBounds() {
			at = start.Add(-time.Second)
			_, before := at.Zone()
			_, after := start.Zone()
			if before != after && !yield(change{zone, start.UTC(), before, after}) {
				return
			}
		}
	}
}
