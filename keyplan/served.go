package keyplan

import (
	"strconv"
	"strings"
	"time"
)

// A Served says which entry a packager's period index got. It is kept before the first
// answer, and from then on that index of that content ID keeps that entry, whatever
// happens to policy, plan or binding.
type Served struct {
	ContentID string `json:"contentId"`
	Index     uint32 `json:"index"`
	// N is that of the Binding by which the entry was found (see Plan.LastServed).
	N     int       `json:"n,omitempty"`
	Start time.Time `json:"start"`
}

// Record is served/<hex content ID>/<index>.
func (s Served) Record() Record { return encode(servedName(s.ContentID, s.Index), "served", s) }

func (s Served) sound() bool { return whole(s.Start) && s.N >= 0 }

func servedName(contentID string, index uint32) string {
	return "served/" + hexName(contentID) + "/" + number(uint64(index))
}

// A Seen says that a packager asked for an entry: in the K-th packager_interval after its
// Start, or before it (K = −1). At is the first such ask. It decides nothing, but tells
// which keys may still be on air.
type Seen struct {
	Start    time.Time `json:"start"`
	Packager string    `json:"packager"`
	K        int       `json:"k"`
	At       time.Time `json:"at"`
}

// NewSeen is the observation of one ask at the instant at. Bytes of packager that are not
// UTF-8, which JSON cannot hold, are replaced.
func NewSeen(start time.Time, packager string, interval time.Duration, at time.Time) Seen {
	k := -1
	if !at.Before(start) {
		k = int(at.Sub(start) / interval)
	}
	return Seen{Start: start, Packager: strings.ToValidUTF8(packager, "\ufffd"), K: k, At: at.UTC().Truncate(time.Second)}
}

// LastAsked is the newest instant at which a packager was seen asking, or zero.
func (p *Plan) LastAsked() time.Time { return p.asked }

// Name is seen/<start>/<hex packager>/<k>.
func (s Seen) Name() string {
	return "seen/" + stamp(s.Start) + "/" + hexName(s.Packager) + "/" + strconv.Itoa(s.K)
}

// Record stands under Name.
func (s Seen) Record() Record { return encode(s.Name(), "seen", s) }

func (s Seen) sound() bool { return whole(s.Start, s.At) && s.K >= -1 }
