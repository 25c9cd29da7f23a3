package keyplan

import "time"

// A Period is a crypto-period: the half-open span [Start, End) in which a channel
// uses one content key per track and scheme (CPIX 2.4, ContentKeyPeriod). Both ends
// are whole seconds in UTC. A period is identified by its channel and Start.
type Period struct {
	Start time.Time `json:"start"`
	End   time.Time `json:"end"`
}

// Index is the number that keyrotor itself prints for a period: its Start in seconds
// since the Unix epoch, as an unsigned 32-bit number. Packagers count otherwise.
func (p Period) Index() uint32 { return uint32(p.Start.Unix()) }

// Contains reports whether t lies in [Start, End).
func (p Period) Contains(t time.Time) bool {
	return !t.Before(p.Start) && t.Before(p.End)
}

// Duration is End − Start.
func (p Period) Duration() time.Duration { return p.End.Sub(p.Start) }
