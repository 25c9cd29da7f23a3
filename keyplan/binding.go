package keyplan

import "time"

// A Binding ties the period indexes that a content ID's packagers use to time. It belongs
// to the content ID, since redundant packagers count alike. Indexes are unsigned 32-bit
// numbers that grow by one each Interval and roll over.
type Binding struct {
	ContentID string      `json:"contentId"`
	N         int         `json:"n"`
	Kind      BindingKind `json:"binding"`
	// Index is in force during [At, At + Interval). Not used by BoundUnix.
	Index    uint32        `json:"index"`
	At       time.Time     `json:"at"`
	Interval time.Duration `json:"interval"`
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

// Record is bind/<hex content ID>/<n>.
func (b Binding) Record() Record {
	return encode("bind/"+hexName(b.ContentID)+"/"+number(uint64(b.N)), "bind", b)
}

// IndexAt is the index in force at t.
func (b Binding) IndexAt(t time.Time) uint32 {
	return b.Index + uint32(steps(b.At, t, b.Interval))
}

// Middle is the instant in the middle of the packager's period with this index: of all
// that share the number after rolling over, the one nearest to now.
func (b Binding) Middle(index uint32, now time.Time) time.Time {
	off := int64(int32(index - b.IndexAt(now)))
	n := steps(b.At, now, b.Interval) + off
	return b.At.Add(time.Duration(n)*b.Interval + b.Interval/2)
}

// steps counts whole intervals from at to t, rounded down.
func steps(at, t time.Time, interval time.Duration) int64 {
	d := t.Sub(at)
	n := int64(d / interval)
	if d < 0 && d%interval != 0 {
		n--
	}
	return n
}

// floor rounds t down to a multiple of d since the Unix epoch.
func floor(t time.Time, d time.Duration) time.Time {
	epoch := time.Unix(0, 0).UTC()
	return epoch.Add(time.Duration(steps(epoch, t, d)) * d)
}
