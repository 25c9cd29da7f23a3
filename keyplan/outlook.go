package keyplan

import (
	"sync"
	"time"
)

// An outlook is what follows from a plan and a policy, whatever the time: slack, and when
// first asked for, licensing.
type outlook struct {
	policy    *Policy
	slack     time.Duration
	licensing func() *licensing
}

// under is the outlook under a policy. The plan remembers the last one, so that who asks
// again and again under the same policy, as everybody does, waits once.
func (p *Plan) under(pol *Policy) *outlook {
	if o := p.outlook.Load(); o != nil && o.policy == pol {
		return o
	}
	o := &outlook{policy: pol, slack: p.slack(pol)}
	o.licensing = sync.OnceValue(func() *licensing { return newLicensing(p, pol, o.slack) })
	p.outlook.Store(o)
	return o
}
