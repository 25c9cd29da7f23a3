package keyplan

import (
	"cmp"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"time"
)

// A PolicyConfig says when a channel's keys change and how long each one counts. Every
// nil field has the default named beside it.
type PolicyConfig struct {
	// Rotate says when keys change.
	Rotate RotateConfig `yaml:"rotate"`
	// Zone is the IANA time zone in which Rotate.Cron is read. Empty means UTC.
	Zone string `yaml:"zone"`
	// From is the first boundary of a plan that begins; there is no period before it. Nil
	// means no limit.
	From *time.Time `yaml:"from"`
	// Ahead is how many periods after the current one are planned, up to 10,000. Nil means 3.
	Ahead *int `yaml:"ahead"`
	// AheadFor is for how long, at least, the plan reaches past now: at most 10,000 periods.
	// Nil means 0.
	AheadFor *time.Duration `yaml:"ahead_for"`
	// MaxAhead bounds how many periods past the current one a packager's request may
	// extend the plan, up to 10,000. Nil means 128, or Ahead if that is more.
	MaxAhead *int `yaml:"max_ahead"`
	// Lead is how long before a key can be on air its period is announced and enters
	// tokens. Nil means half a PackagerInterval, or more if the Audience needs it.
	Lead *time.Duration `yaml:"lead"`
	// Announce is lead or planned: which planned periods the feed tells of. Empty means lead.
	Announce AnnouncePolicy `yaml:"announce"`
	// Audience is how many viewers all channels of the policy have together, at their peak;
	// each asks for one licence in every period. Nil means that nobody knows.
	Audience *int `yaml:"audience"`
	// LicenceCapacity is how many licences a second the licence service can give them. Nil
	// means that nobody knows; together with Audience only.
	LicenceCapacity *int `yaml:"licence_capacity"`
	// DVR is how long after its end a period's keys stay in default tokens. Nil means 0.
	DVR *time.Duration `yaml:"dvr"`
	// Grace is how long a packager that could not reach us may go on with its last key.
	// Nil means one PackagerInterval, at least 2m.
	Grace *time.Duration `yaml:"grace"`
	// Keep is how long after its end a period is served; a day later its keys are purged.
	// Nil means 24h, or the least that the other settings allow.
	Keep *time.Duration `yaml:"keep"`
	// Backfill is how far before now periods are made on demand that nobody had asked for
	// when they were on. Nil means 0: none.
	Backfill *time.Duration `yaml:"backfill"`
	// PackagerInterval is how often packagers switch to a new period index. Nil means
	// Rotate.Every; with Rotate.Cron it must be given.
	PackagerInterval *time.Duration `yaml:"packager_interval"`
}

// A RotateConfig is a fixed interval or a cron expression, not both.
type RotateConfig struct {
	// Every is anchored to the Unix epoch: boundaries are at k·Every. Whole seconds.
	Every *time.Duration `yaml:"every"`
	// Cron is a five-field expression: minute, hour, day of month, month, day of week.
	Cron string `yaml:"cron"`
}

// A Policy is a checked PolicyConfig with its defaults filled in.
type Policy struct {
	Calendar         *Calendar
	Every            time.Duration // 0 under a cron expression
	Ahead, MaxAhead  int
	AheadFor         time.Duration
	Lead, DVR, Grace time.Duration
	Announce         AnnouncePolicy
	Audience         int // 0: unknown, and so is LicenceCapacity
	LicenceCapacity  int // a second
	Keep             time.Duration
	Backfill         time.Duration // at most Keep
	PackagerInterval time.Duration
}

// Bounds of a policy.
const (
	defaultAhead    = 3
	defaultMaxAhead = 128
	minGrace        = 2 * time.Minute
	defaultKeep     = 24 * time.Hour
	maxSpan         = 10 * 366 * 24 * time.Hour
)

// NewPolicy checks c completely. The policy is nil if there is any problem.
func NewPolicy(c PolicyConfig) (*Policy, Problems) {
	var ps Problems
	p := &Policy{
		Calendar: newCalendar(c, &ps),
		Every:    or(c.Rotate.Every, 0),
		Ahead:    or(c.Ahead, defaultAhead),
		MaxAhead: or(c.MaxAhead, max(defaultMaxAhead, or(c.Ahead, 0))),
		AheadFor: or(c.AheadFor, 0),
		DVR:      or(c.DVR, 0),
		Backfill: or(c.Backfill, 0),
		Announce: cmp.Or(c.Announce, AnnounceLead),
		Audience: or(c.Audience, 0), LicenceCapacity: or(c.LicenceCapacity, 0),
	}
	p.PackagerInterval = p.packagerInterval(c, &ps)
	checkAudience(c, &ps)
	if p.Lead = or(c.Lead, 0); c.Lead == nil && len(ps) == 0 {
		p.Lead = p.defaultLead()
	}
	p.Grace = or(c.Grace, max(p.PackagerInterval, minGrace))
	p.Keep = or(c.Keep, max(p.minKeep(), defaultKeep))
	p.check(c, &ps)
	if len(ps) > 0 {
		return nil, ps
	}
	return p, nil
}

func (p *Policy) packagerInterval(c PolicyConfig, ps *Problems) time.Duration {
	switch {
	case c.PackagerInterval != nil:
		checkInterval(ps, "packager_interval", *c.PackagerInterval)
		return *c.PackagerInterval
	case c.Rotate.Every == nil && c.Rotate.Cron != "":
		ps.Add("packager_interval", "a duration: with cron it has no default")
	}
	return p.Every
}

func (p *Policy) check(c PolicyConfig, ps *Problems) {
	if p.Ahead < 1 || p.Ahead > maxPlanned {
		ps.Add("ahead", "1 to %d", maxPlanned)
	}
	if p.MaxAhead < p.Ahead || p.MaxAhead > max(p.Ahead, maxPlanned) {
		ps.Add("max_ahead", "at least ahead, which is %d, and at most %d", p.Ahead, maxPlanned)
	}
	checkSpan(ps, "ahead_for", c.AheadFor)
	p.checkAnnounce(ps)
	checkSpan(ps, "lead", c.Lead)
	checkSpan(ps, "dvr", c.DVR)
	checkSpan(ps, "grace", c.Grace)
	checkSpan(ps, "keep", c.Keep)
	checkSpan(ps, "backfill", c.Backfill)
	// How these compare is known only when everything else is right.
	if len(*ps) == 0 {
		p.compare(ps)
	}
}

func (p *Policy) compare(ps *Problems) {
	if p.Keep < p.minKeep() {
		ps.Add("keep", "at least %v: dvr + slack + grace + 2 × packager_interval", p.minKeep())
	}
	if p.Backfill > p.Keep {
		ps.Add("backfill", "at most keep, which is %v", p.Keep)
	}
	if p.overfull(p.AheadFor) {
		ps.Add("ahead_for", "at most %d periods", maxPlanned)
	}
	if p.overfull(p.Lead) {
		ps.Add("lead", "at most %d periods", maxPlanned)
	}
}

// overfull reports whether a span has more than maxPlanned periods; under a cron expression
// the one that begins with the year 2000, in place of all.
func (p *Policy) overfull(span time.Duration) bool {
	at := time.Date(2000, 1, 1, 0, 0, 0, 0, time.UTC)
	end := at.Add(span)
	for range maxPlanned {
		if at = p.Calendar.rhythm.next(at); at.After(end) {
			return false
		}
	}
	return true
}

// checkSpan judges what was given: a default follows from what has its own check.
func checkSpan(ps *Problems, key string, d *time.Duration) {
	if v := or(d, 0); v < 0 || v > maxSpan {
		ps.Add(key, "a duration from 0s to %v (ten years)", maxSpan)
	}
}

// maxSlack is the widest slack that a binding can bring (see Plan.Slack).
func (p *Policy) maxSlack() time.Duration { return p.PackagerInterval * 3 / 2 }

func (p *Policy) minKeep() time.Duration {
	return p.DVR + p.maxSlack() + p.Grace + 2*p.PackagerInterval
}

// Hash names what decides the periods of a policy; it is kept with every planned one.
func (p *Policy) Hash() string {
	sum := sha256.Sum256(fmt.Append(nil, p.Calendar, p.PackagerInterval))
	return hex.EncodeToString(sum[:6])
}

func or[T any](p *T, otherwise T) T {
	if p == nil {
		return otherwise
	}
	return *p
}
