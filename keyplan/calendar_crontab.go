package keyplan

import (
	"sort"
	"strings"
	"time"

	"github.com/robfig/cron/v3"
)

// A crontab is the rhythm of Rotate.Cron: what the five fields schedule on the clocks
// of a zone.
//
// The fields are read by robfig/cron over wall-clock times alone, and the zone turns
// those into instants. (The library's own steps through a zone depend on where they
// start: in Lord Howe's half-hour fold, or where an offset has seconds.) When clocks
// are set, the hour field decides:
//
//   - An open hour, * or ? or either with a step, is due whenever the clock shows it:
//     not at all if a gap swallows it, twice if it comes twice.
//   - A fixed hour, which is everything else, lists and ranges too, is due once: when
//     the clock first shows the scheduled time or, after a gap, a later one.
type crontab struct {
	fields string
	wall   cron.Schedule // given times in UTC that stand for wall-clock times
	zone   zone
	open   bool
}

const wantCron = "a five-field cron expression: minute, hour, day of month, month, day of week"

func newCrontab(spec string, z zone, ps *Problems) crontab {
	fields := strings.Fields(spec)
	// The library takes a descriptor (@every 1h) or a zone (TZ=, CRON_TZ=) for fields.
	if len(fields) != 5 || strings.ContainsAny(spec, "@=") {
		ps.Add("rotate.cron", wantCron)
		return crontab{}
	}
	c := crontab{fields: strings.Join(fields, " "), zone: z, open: openHour(fields[1])}
	wall, err := cron.ParseStandard(c.fields)
	if err != nil {
		ps.Add("rotate.cron", wantCron+" (%v)", err)
		return crontab{}
	}
	c.wall = wall
	if _, ok := c.scheduled(time.Unix(0, 0).UTC()); !ok {
		ps.Add("rotate.cron", "a day that exists")
	}
	return c
}

func openHour(field string) bool {
	every := strings.HasPrefix(field, "*") || strings.HasPrefix(field, "?")
	return every && !strings.Contains(field, ",")
}

// scheduled returns the first wall-clock time after w that the fields name. The
// library looks no further than five years, and the rarest day, a 29 February around
// a year such as 2100, comes after eight: two looks decide whether there is one.
func (c crontab) scheduled(w time.Time) (time.Time, bool) {
	next := c.wall.Next(w)
	if next.IsZero() {
		next = c.wall.Next(w.AddDate(5, 0, 0))
	}
	return next, !next.IsZero()
}

func (c crontab) next(t time.Time) time.Time {
	if c.open {
		return c.nextShown(t)
	}
	w, _ := c.scheduled(c.zone.reached(t))
	return c.zone.first(w)
}

// nextShown returns the first instant after t at which the clock shows a scheduled time.
func (c crontab) nextShown(t time.Time) time.Time {
	for s := c.zone.stretch(t.Add(1)); ; s = c.zone.stretch(s.end) {
		w, _ := c.scheduled(s.clock(s.start).Add(-1))
		if at := s.instant(w); at.Before(s.end) {
			return at
		}
	}
}

// last looks back in doubling steps until a boundary lies between, then halves: the
// last boundary is the first second from which the next one is after t.
func (c crontab) last(t time.Time) time.Time {
	t = t.UTC().Truncate(time.Second)
	back := time.Minute
	for c.next(t.Add(-back)).After(t) {
		back *= 2
	}
	from := t.Add(-back)
	n := sort.Search(int(back/time.Second), func(i int) bool {
		return c.next(from.Add(time.Duration(i) * time.Second)).After(t)
	})
	return from.Add(time.Duration(n) * time.Second)
}

func (c crontab) String() string { return "cron " + c.fields + " " + c.zone.String() }
