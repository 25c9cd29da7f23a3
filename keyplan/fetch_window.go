package keyplan

import (
	"fmt"
	"math"
	"time"
)

// guard is the longest time between the end of the fetch window and the first instant at
// which the key can be on air: what a licence takes to arrive.
const guard = 5 * time.Second

// heard is how long after an announcement players know of it, on average: they look for
// news every two seconds, and draw their instant from what is then left of the window.
const heard = time.Second

// FetchWindow is how long players have to fetch the licences of a period that is announced
// lead before its key can be on air. It begins with the announcement and ends 5 s before
// the key can be on air; a lead too short for that keeps a quarter of itself back.
func FetchWindow(lead time.Duration) time.Duration { return lead - min(guard, lead/4) }

// leadFor is the shortest lead, in whole seconds, whose fetch window is at least window.
func leadFor(window time.Duration) time.Duration {
	lead := window + min(guard, (window+2)/3)
	return (lead + time.Second - 1).Truncate(time.Second)
}

// maxAudience bounds Audience and LicenceCapacity, far beyond any.
const maxAudience = 1_000_000_000

func checkAudience(c PolicyConfig, ps *Problems) {
	audience, capacity := or(c.Audience, 1), or(c.LicenceCapacity, 1)
	if audience < 1 || audience > maxAudience {
		ps.Add("audience", "1 to %d viewers", maxAudience)
	}
	if capacity < 1 || capacity > maxAudience {
		ps.Add("licence_capacity", "1 to %d licences a second", maxAudience)
	}
	ps.Need("licence_capacity", c.Audience == nil || c.LicenceCapacity != nil, "licences a second: audience alone says nothing")
	ps.Need("audience", c.LicenceCapacity == nil || c.Audience != nil, "a number of viewers: licence_capacity alone says nothing")
}

// defaultLead is half a packager_interval, or what spreads the audience's requests enough
// if that is more.
func (p *Policy) defaultLead() time.Duration {
	half := p.PackagerInterval / 2
	if p.Audience == 0 {
		return half
	}
	if lead, ok := p.sufficientLead(); ok {
		return max(half, lead)
	}
	return half
}

// sufficientLead is the shortest lead that keeps the licence requests of the busiest second
// within LicenceCapacity. There is none if the fetch windows of consecutive periods would
// have to overlap for that: each viewer asks once in each period, however long before.
func (p *Policy) sufficientLead() (time.Duration, bool) {
	if p.Audience <= p.LicenceCapacity {
		return 0, true
	}
	// mean + 3·√mean = capacity, solved for mean.
	root := (math.Sqrt(9+4*float64(p.LicenceCapacity)) - 3) / 2
	seconds := math.Ceil(float64(p.Audience) / (root * root))
	if seconds > p.Shortest().Seconds() {
		return 0, false
	}
	lead := leadFor(time.Duration(seconds)*time.Second + heard)
	return lead, FetchWindow(lead) <= p.Shortest()
}

// busiest is how many licence requests come in the busiest second: three standard deviations
// more than in the mean one, of as many windows as overlap.
func (p *Policy) busiest() int {
	window, shortest := FetchWindow(p.Lead), p.Shortest()
	overlapping := (window + shortest - 1) / shortest
	asking := float64(p.Audience) * float64(max(1, overlapping))
	mean := asking / max(1, (window-heard).Seconds())
	return int(min(asking, math.Ceil(mean+3*math.Sqrt(mean)-1e-6)))
}

// Shortest is the shortest period: under a cron expression of those in the year 2000, at
// most a thousand of them; ten years if there is none.
func (p *Policy) Shortest() time.Duration {
	if p.Every > 0 {
		return p.Every
	}
	shortest := time.Duration(maxSpan)
	at := p.Calendar.rhythm.next(time.Date(2000, 1, 1, 0, 0, 0, 0, time.UTC))
	for range 1000 {
		next := p.Calendar.rhythm.next(at)
		if next.Year() != 2000 {
			break
		}
		shortest, at = min(shortest, next.Sub(at)), next
	}
	return shortest
}

// Warnings are what is allowed in p and is hardly meant: lines that begin with a key.
func (p *Policy) Warnings() []string {
	if p.Audience == 0 {
		return nil
	}
	window := FetchWindow(p.Lead)
	peak := p.busiest()
	if peak <= p.LicenceCapacity {
		return nil
	}
	cure := fmt.Sprintf("no lead would do, because keys change every %v", p.Shortest())
	if lead, ok := p.sufficientLead(); ok {
		cure = fmt.Sprintf("%v would do", lead)
	}
	return []string{fmt.Sprintf("lead: %v spreads the licence requests of %d viewers over %v, about %d in the busiest second, "+
		"and licence_capacity is %d; %s", p.Lead, p.Audience, window, peak, p.LicenceCapacity, cure)}
}
