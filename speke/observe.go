package speke

import (
	"encoding/base64"

	"github.com/keyrotor/keyrotor/keyplan"
)

// observe notes that a packager asked for these entries, and with which IVs of its own. It
// is kept after the answer has left; tokens and reconciliation look at it.
func (h *Handler) observe(req *request, ch Channel, grants []granted) {
	plan := h.ledger.Plan(ch.ID)
	var lacking []keyplan.Record
	note := func(fact keyplan.Fact) {
		if rec := fact.Record(); !plan.Has(rec.Name) {
			lacking = append(lacking, rec)
		}
	}
	seen := map[*keyplan.Entry]bool{}
	for _, g := range grants {
		if !seen[g.entry] {
			seen[g.entry] = true
			note(keyplan.NewSeen(g.entry.Start, req.caller.Packager, ch.Policy.PackagerInterval, req.now))
		}
		if iv, err := base64.StdEncoding.DecodeString(g.key.ExplicitIV.Value); err == nil && len(iv) == 16 {
			note(keyplan.PackagerIV{KID: g.KID, IV: iv, Start: g.entry.Start})
		}
	}
	if len(lacking) > 0 {
		h.recorder.later(ch.ID, lacking...)
	}
}
