package keyplan

import "time"

// beginning is what a plan lacks before its next period can be drafted.
func beginning(pol *Policy, p *Plan, now time.Time) (rec Record, lacking bool) {
	switch {
	case p.Empty() || p.closed:
		return begin(pol, p, now, p.end).Record(), true
	case p.newest.Start.After(now):
		f := begin(pol, p, now, p.reaches(p.newest.Start))
		return f.Record(), f.Start.Before(p.newest.Start)
	case p.end.Before(now.Add(-pol.Keep)) && begin(pol, p, now, p.end).Start.After(p.end):
		return Closed{Start: p.end}.Record(), true
	}
	return Record{}, false
}

// reaches is where the plan ends, or has been purged to, before an instant: where a clock
// that was ahead has begun a plan beyond now, that is the hole before it.
func (p *Plan) reaches(before time.Time) time.Time {
	end := p.gone.End
	for _, e := range p.entries {
		if !e.End.After(before) {
			end = latest(end, e.End)
		}
	}
	return end
}

// begin is the start of a new plan: far enough back for players that are behind live and
// for packagers that ask late. It is never before an instant, where an older plan ends, and
// after it where that was closed, since the name of a period that begins there is taken. If
// it lies within a period that a clock which was ahead has planned, it is the start of that.
func begin(pol *Policy, p *Plan, now, end time.Time) First {
	if _, closed := p.fact(periodName(end)).(Closed); closed {
		end = end.Add(time.Second)
	}
	back := now.Add(-max(pol.DVR, 2*pol.PackagerInterval))
	start := pol.Calendar.Next(back)
	if period, ok := pol.Calendar.Containing(back); ok {
		start = period.Start
	}
	start = latest(start, end)
	if e, ok := p.At(start); ok {
		start = p.uncut(e).Start
	}
	return First{N: p.newest.N + 1, Start: start}
}
