package speke

import (
	"time"

	"github.com/keyrotor/keyrotor/keyplan"
	"github.com/keyrotor/keyrotor/speke/cpix"
)

// ivSize is the length of an explicitIV in bytes.
const ivSize = 16

// A named fact tells its record's name without making the record, which most requests find
// to be there.
type named interface {
	keyplan.Fact
	Name() string
}

// Observations are the records that a plan lacks of what packagers did. Tokens look at them.
type observations struct {
	plan    *keyplan.Plan
	lacking []keyplan.Record
}

func (o *observations) note(fact named) {
	if !o.plan.Has(fact.Name()) {
		o.lacking = append(o.lacking, fact.Record())
	}
}

// observe gives the records that the plan lacks about a request: that a packager asked for
// these entries, and with which IVs of its own.
func (h *Handler) observe(req *request, ch Channel, c *contract, grants []granted) []keyplan.Record {
	o := observations{plan: h.ledger.Plan(ch.ID)}
	seen := map[*keyplan.Entry]bool{}
	for _, g := range grants {
		if !seen[g.entry] && !g.entry.Static() {
			seen[g.entry] = true
			o.note(keyplan.NewSeen(g.entry.Start, req.caller.Packager, ch.Policy.PackagerInterval, req.now))
		}
		if iv, err := cpix.DecodeBase64(c.doc.ContentKeys[g.key].ExplicitIV.Value); err == nil && len(iv) == ivSize {
			o.note(keyplan.PackagerIV{KID: g.KID, IV: iv, Start: g.entry.Start})
		}
	}
	return o.lacking
}

// seen records that a packager asked for entries, each of which stands once among them.
func (h *Handler) seen(ch Channel, packager string, now time.Time, entries []*keyplan.Entry) {
	o := observations{plan: h.ledger.Plan(ch.ID)}
	for _, e := range entries {
		o.note(keyplan.NewSeen(e.Start, packager, ch.Policy.PackagerInterval, now))
	}
	h.recorder.later(ch.ID, o.lacking...)
}
