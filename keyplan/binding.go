package keyplan

import "time"

// A Binding ties the period indexes that a content ID's packagers use to time. It belongs
// to the content ID, since redundant packagers count alike. Indexes are unsigned 32-bit
// numbers that grow by one each Interval and roll over.
type Binding struct {
	ContentID string      `json:"contentId"`
	N         int         `json:"n"`
	Kind      BindingKind `json:"binding"`
	// Index is in force during [At, At + Interval): 0 and the Unix epoch for BoundUnix.
	Index uint32    `json:"index"`
	At    time.Time `json:"at"`
	// Interval is whole seconds, in records in nanoseconds.
	Interval time.Duration `json:"interval"`
	// Onward says that the binding holds from Index on (see Holds).
	Onward bool `json:"onward,omitempty"`
}

// A BindingKind says where a binding comes from.
type BindingKind string

const (
	// BoundUnix counts from the epoch: index = floor(unix time / interval).
	BoundUnix BindingKind = "unix"
	// BoundConfigured is fixed in the configuration.
	BoundConfigured BindingKind = "configured"
	// BoundAnchored was made when the first index was asked: that one is the current.
	BoundAnchored BindingKind = "anchored"
)

// unixReach is how far an index may be from the one that counts from the epoch to be
// taken for it: packagers ask one or two periods ahead.
const unixReach = 2

// UnixBinding counts intervals since the Unix epoch. Its N is not set.
func UnixBinding(contentID string, interval time.Duration) Binding {
	return Binding{ContentID: contentID, Kind: BoundUnix, Interval: interval, At: time.Unix(0, 0).UTC()}
}

// Bind makes the first binding of a content ID from the first index that was asked: one
// that counts from the epoch if the index may be meant so, else one that is anchored to it.
// Its N is not set.
func Bind(contentID string, index uint32, interval time.Duration, now time.Time) Binding {
	b := UnixBinding(contentID, interval)
	if off := int32(index - b.IndexAt(now)); off >= -unixReach && off <= unixReach {
		return b
	}
	b.Kind, b.Index, b.At = BoundAnchored, index, floor(now, interval)
	return b
}

// Rebind makes the binding that comes after known: index is the current one at now, and the
// numbering goes on from there.
func Rebind(known Binding, index uint32, now time.Time) Binding {
	next := known
	next.N, next.Kind, next.Onward = known.N+1, BoundAnchored, true
	next.Index, next.At = index, floor(now, known.Interval)
	return next
}

// Holds reports whether b is about an index: any, or if Onward one that is not before its
// Index in the order of numbers that roll over. What is before it belongs to the binding
// that was made before.
func (b Binding) Holds(index uint32) bool {
	return !b.Onward || int32(index-b.Index) >= 0
}

// Record is bind/<hex content ID>/<n>.
func (b Binding) Record() Record { return encode(bindName(b.ContentID, b.N), "bind", b) }

func bindName(contentID string, n int) string {
	return "bind/" + hexName(contentID) + "/" + number(uint64(n))
}

func (b Binding) sound() bool {
	known := b.Kind == BoundUnix || b.Kind == BoundConfigured || b.Kind == BoundAnchored
	return known && b.N > 0 && whole(b.At) &&
		b.Interval >= MinInterval && b.Interval <= MaxInterval && b.Interval%time.Second == 0
}

// IndexAt is the index in force at t.
func (b Binding) IndexAt(t time.Time) uint32 {
	return b.Index + uint32(steps(b.At, t, b.Interval))
}

// Middle is the instant in the middle of the packager's period with this index: of all
// that share the number after rolling over, the one nearest to now.
func (b Binding) Middle(index uint32, now time.Time) time.Time {
	off := int64(int32(index - b.IndexAt(now)))
	return step(b.At, steps(b.At, now, b.Interval)+off, b.Interval).Add(b.Interval / 2)
}

// steps counts whole intervals from at to t, rounded down. It counts in seconds, since a
// Duration ends after 292 years and indexes reach further.
func steps(at, t time.Time, interval time.Duration) int64 {
	seconds, d := t.Unix()-at.Unix(), int64(interval/time.Second)
	n := seconds / d
	if seconds%d < 0 {
		n--
	}
	return n
}

// step is the instant n intervals after at.
func step(at time.Time, n int64, interval time.Duration) time.Time {
	return time.Unix(at.Unix()+n*int64(interval/time.Second), 0).UTC()
}

// floor rounds t down to a multiple of d since the Unix epoch.
func floor(t time.Time, d time.Duration) time.Time {
	epoch := time.Unix(0, 0).UTC()
	return step(epoch, steps(epoch, t, d), d)
}
