package announce

import (
	"time"

	"github.com/keyrotor/keyrotor/keyplan"
)

// A Withdrawal says that a KID gets no licence from From on. Nobody fetches one ahead for it.
type Withdrawal struct {
	KID  keyplan.KID `json:"kid"`
	From time.Time   `json:"from"`
}

// withdrawals are all that a plan has, by From.
func withdrawals(plan *keyplan.Plan) []Withdrawal {
	all := []Withdrawal{}
	for _, r := range plan.Revocations() {
		all = append(all, Withdrawal{r.KID, r.From})
	}
	return all
}
