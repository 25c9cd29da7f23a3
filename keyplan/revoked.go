package keyplan

import (
	"slices"
	"strings"
	"time"
)

// A Revoked withdraws a KID: from From on it is in no token, no licence and no announcement.
// Packagers that were served its key, and redundant ones, still get it by SPEKE.
type Revoked struct {
	KID KID `json:"kid"`
	// From is in whole seconds.
	From time.Time `json:"from"`
	// Start is that of the period in which the KID is used; zero: of none (see Static).
	Start time.Time `json:"start"`
	// Immediate says that From is when it was decided, whoever airs the key still. It can be
	// decided after another Revoked, of which the earlier From counts.
	Immediate bool `json:"immediate,omitempty"`
	Audit
}

// Record is revoked/<kid>, or revoked/<kid>/immediate.
func (r Revoked) Record() Record {
	name := "revoked/" + r.KID.String()
	if r.Immediate {
		name += "/immediate"
	}
	return encode(name, "revoked", r)
}

// note keeps, of what withdraws a KID, the earliest.
func (p *Plan) note(r Revoked) {
	known, ok := p.revoked[r.KID]
	if !ok || r.From.Before(known.From) || r.From.Equal(known.From) && r.Immediate {
		p.revoked[r.KID] = r
	}
}

func (r Revoked) sound() bool { return whole(r.From, r.Start, r.At) }

// Revoked finds what withdraws a KID, now or later.
func (p *Plan) Revoked(kid KID) (Revoked, bool) {
	r, ok := p.revoked[kid]
	return r, ok
}

// Withdrawn reports whether a KID must be in no licence at now.
func (p *Plan) Withdrawn(kid KID, now time.Time) bool {
	r, ok := p.revoked[kid]
	return ok && !now.Before(r.From)
}

// Revocations are all that withdraws KIDs, now or later, by From.
func (p *Plan) Revocations() []Revoked {
	all := make([]Revoked, 0, len(p.revoked))
	for _, r := range p.revoked {
		all = append(all, r)
	}
	slices.SortFunc(all, func(a, b Revoked) int {
		if c := a.From.Compare(b.From); c != 0 {
			return c
		}
		return strings.Compare(string(a.KID[:]), string(b.KID[:]))
	})
	return all
}

// withdraw says of the keys of e from when on they are withdrawn.
func (p *Plan) withdraw(e *Entry) {
	if !slices.ContainsFunc(e.Keys, func(k ContentKey) bool { return !p.revoked[k.KID].From.IsZero() }) {
		return
	}
	e.Keys = slices.Clone(e.Keys)
	for i, k := range e.Keys {
		e.Keys[i].Withdrawn = p.revoked[k.KID].From
	}
}

// IsWithdrawn reports whether k, a key of a Plan's entry, must be in no token, licence or
// announcement at now.
func (k ContentKey) IsWithdrawn(now time.Time) bool {
	return !k.Withdrawn.IsZero() && !now.Before(k.Withdrawn)
}
