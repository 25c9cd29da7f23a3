package ledger

import "github.com/keyrotor/keyrotor/keyplan"

// News is what the store-wide feed holds after a sequence number.
type news struct {
	last   uint64              // the newest number there is
	purged uint64              // up to where it was purged; 0: nowhere
	missed bool                // something was purged, or cannot be read
	names  map[string][]string // of records, by channel
}

// readNews reads what was listed after a sequence number.
func readNews(recs []keyplan.Record, after uint64) news {
	n := news{last: after, names: map[string][]string{}}
	for _, r := range recs {
		if purged, ok := sequence(r.Name, forgottenPrefix); ok {
			n.purged = max(n.purged, purged)
			continue
		}
		d, ok := readDecision(r)
		n.missed = n.missed || !ok || d.Seq != n.last+1
		n.last = max(n.last, d.Seq)
		n.names[d.Channel] = append(n.names[d.Channel], d.Names...)
	}
	n.missed = n.missed || n.purged > after
	return n
}

// position is up to where the feed is known; begun is false if it was not looked at yet.
func (d *decisions) position() (last uint64, begun bool) {
	d.mu.Lock()
	defer d.mu.Unlock()
	return d.last, d.begun
}

func (d *decisions) reach(last uint64) {
	d.mu.Lock()
	defer d.mu.Unlock()
	d.last, d.begun = max(d.last, last), true
}

func (d *decisions) next() uint64 {
	d.mu.Lock()
	defer d.mu.Unlock()
	return d.last + 1
}

// note keeps that the feed names the records of a decision. It forgets older ones, of which
// another decision is harmless.
func (d *decisions) note(made decision) {
	d.mu.Lock()
	defer d.mu.Unlock()
	if len(d.in) > keptDecisions {
		clear(d.in)
	}
	for _, name := range made.Names {
		d.in[made.Channel+"/"+name] = true
	}
}

// forget makes that records are named again if they are decided again.
func (d *decisions) forget(channel string, names []string) {
	d.mu.Lock()
	defer d.mu.Unlock()
	for _, name := range names {
		delete(d.in, channel+"/"+name)
	}
}

// name reports whether the feed is known to name every record of a decision.
func (d *decisions) name(made decision) bool {
	d.mu.Lock()
	defer d.mu.Unlock()
	for _, name := range made.Names {
		if !d.in[made.Channel+"/"+name] {
			return false
		}
	}
	return true
}

// begin follows a channel from now on.
func (d *decisions) begin(channel string) {
	d.mu.Lock()
	defer d.mu.Unlock()
	d.follow[channel] = true
}

func (d *decisions) follows(channel string) bool {
	d.mu.Lock()
	defer d.mu.Unlock()
	return d.follow[channel]
}

func (d *decisions) following() []string {
	d.mu.Lock()
	defer d.mu.Unlock()
	all := make([]string, 0, len(d.follow))
	for channel := range d.follow {
		all = append(all, channel)
	}
	return all
}
