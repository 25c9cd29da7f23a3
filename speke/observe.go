package speke

import (
	"github.com/keyrotor/keyrotor/keyplan"
	"github.com/keyrotor/keyrotor/speke/cpix"
)

// ivSize is the length of an explicitIV in bytes.
const ivSize = 16

// observe gives the records that the plan lacks about a request: that a packager asked for
// these entries, and with which IVs of its own. Tokens and reconciliation look at them.
func (h *Handler) observe(req *request, ch Channel, grants []granted) []keyplan.Record {
	plan := h.ledger.Plan(ch.ID)
	var lacking []keyplan.Record
	note := func(fact keyplan.Fact) {
		if rec := fact.Record(); !plan.Has(rec.Name) {
			lacking = append(lacking, rec)
		}
	}
	seen := map[*keyplan.Entry]bool{}
	for _, g := range grants {
		if !seen[g.entry] && !g.entry.Static() {
			seen[g.entry] = true
			note(keyplan.NewSeen(g.entry.Start, req.caller.Packager, ch.Policy.PackagerInterval, req.now))
		}
		if iv, err := cpix.DecodeBase64(g.key.ExplicitIV.Value); err == nil && len(iv) == ivSize {
			note(keyplan.PackagerIV{KID: g.KID, IV: iv, Start: g.entry.Start})
		}
	}
	return lacking
}
