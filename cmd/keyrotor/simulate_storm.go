package main

import (
	"cmp"
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"time"

	"github.com/keyrotor/keyrotor/keyplan"
	"github.com/keyrotor/keyrotor/scheduler/storm"
)

type simulateStormCommand struct {
	Config      string         `type:"path" placeholder:"FILE" help:"Take viewers, period, lead and capacity from a policy of this configuration file. Flags that are given count before it."`
	Policy      string         `placeholder:"NAME" help:"Which policy; default the only one."`
	Viewers     int            `placeholder:"N" help:"How many viewers; default 1000000."`
	Period      time.Duration  `placeholder:"DURATION" help:"How long a key is on air; default 300s."`
	Lead        *time.Duration `placeholder:"DURATION" help:"How long before the rotation the key is announced; default 240s. The fetch window ends 5s (at most a quarter of this) before the rotation."`
	Capacity    int            `placeholder:"N" help:"Licences a second that the licence service gives; default unknown, and 1000 for the overload."`
	Burst       int            `placeholder:"N" help:"Requests of the overload; default fifty times the capacity."`
	RefusalCost float64        `default:"0.02" help:"What a refusal costs the service, as part of a licence."`
	Seed        uint64         `default:"1" help:"What decides everything that is drawn."`
	JSON        bool           `name:"json" help:"Print JSON."`
}

// Help is the player model; it stands in the command's --help.
func (simulateStormCommand) Help() string {
	return `Every viewer needs one licence for the key after the rotation. Other rotations are not counted, whose fetch windows overlap with this one if the lead is longer than the period. The player model:

no preloading: a player meets the new key when it refreshes the manifest, uniformly within 2 s after the rotation, and asks |N(0,1)| s later.

all at the announcement: it hears of the key when it refreshes, uniformly within 2 s after the announcement, and asks at once.

fetch window: it hears of the key like that, and asks at an instant drawn uniformly from what is left of the fetch window, which ends 5 s before the rotation.

next key in every token: it asks when it needs a token anyway, uniformly over the whole period before the rotation.

WAIT is how long the last in the queue waits if the service answers CAPACITY a second and refuses nobody.

The overload: requests come uniformly within 2 s. The service lets as many wait as it can answer in a second and refuses the others; a refusal costs it a fiftieth of a licence (--refusal-cost) and goes first. A refused player asks again 0.2 s later; or after a pause of 1 s that doubles up to 64 s, each time between half and one and a half of it; or in the second that Retry-After gave it, which no more share than the service can answer. "never" is that nobody got a licence for a minute.`
}

// Bounds of what is simulated: ten seconds of computing.
const (
	maxViewers     = 20_000_000
	maxStormPeriod = 31 * 24 * time.Hour
	maxBurst       = 1_000_000
	maxBurstTime   = 100 // seconds of work
)

// Validate is called by the parser, so that what it refuses is wrong usage.
func (c simulateStormCommand) Validate() error {
	switch {
	case c.Policy != "" && c.Config == "":
		return fmt.Errorf("--policy: want --config too")
	case !(c.RefusalCost >= 0 && c.RefusalCost < 1): // which NaN is not
		return fmt.Errorf("--refusal-cost: want 0 to less than 1")
	case c.Config == "":
		return c.check()
	}
	return nil
}

// check holds what is simulated to its bounds.
func (c simulateStormCommand) check() error {
	r, o := c.rotation(), c.overload()
	switch {
	case r.Viewers < 1 || r.Viewers > maxViewers:
		return fmt.Errorf("--viewers: want 1 to %d", maxViewers)
	case r.Period < time.Second || r.Period > maxStormPeriod:
		return fmt.Errorf("--period: want 1s to %v", maxStormPeriod)
	case r.Lead < 0 || r.Lead > maxStormPeriod:
		return fmt.Errorf("--lead: want 0s to %v", maxStormPeriod)
	case o.Capacity < 1 || o.Capacity > maxBurst:
		return fmt.Errorf("--capacity: want 1 to %d", maxBurst)
	case o.Requests < 1 || o.Requests > min(maxBurst, maxBurstTime*o.Capacity):
		return fmt.Errorf("--burst: want 1 to %d", min(maxBurst, maxBurstTime*o.Capacity))
	}
	return nil
}

// Run draws every viewer.
func (c simulateStormCommand) Run(term terminal) error {
	if c.Config != "" {
		if err := c.configure(); err != nil {
			return err
		}
		if err := c.check(); err != nil {
			return err
		}
	}
	report := c.simulate()
	if c.JSON {
		return json.NewEncoder(term.out).Encode(report.view())
	}
	return report.print(term)
}

// configure takes from the policy what no flag gives.
func (c *simulateStormCommand) configure() error {
	config, err := loadConfig(c.Config)
	if err != nil {
		return err
	}
	policy, err := c.policy(config)
	if err != nil {
		return err
	}
	if c.Viewers == 0 && policy.Audience == 0 {
		return fmt.Errorf("--viewers: want a number, for the policy has no audience")
	}
	c.Viewers = cmp.Or(c.Viewers, policy.Audience)
	c.Period = cmp.Or(c.Period, policy.Shortest())
	c.Capacity = cmp.Or(c.Capacity, policy.LicenceCapacity)
	if c.Lead == nil {
		c.Lead = &policy.Lead
	}
	return nil
}

func (c *simulateStormCommand) policy(config *Config) (*keyplan.Policy, error) {
	names := slices.Sorted(maps.Keys(config.Policies))
	if c.Policy == "" && len(names) == 1 {
		c.Policy = names[0]
	}
	section, ok := config.Policies[c.Policy]
	if !ok {
		return nil, fmt.Errorf("--policy: want one of %q", names)
	}
	policy, _ := keyplan.NewPolicy(section) // loadConfig has checked it
	return policy, nil
}

func (c simulateStormCommand) rotation() storm.Rotation {
	r := storm.Rotation{
		Viewers: cmp.Or(c.Viewers, 1_000_000), Period: cmp.Or(c.Period, 300*time.Second), Lead: 240 * time.Second, Seed: c.Seed,
	}
	if c.Lead != nil {
		r.Lead = *c.Lead
	}
	return r
}

func (c simulateStormCommand) overload() storm.Overload {
	capacity := cmp.Or(c.Capacity, 1000)
	burst := cmp.Or(c.Burst, min(maxBurst, 50*capacity))
	return storm.Overload{Requests: burst, Within: 2 * time.Second, Capacity: capacity, RefusalCost: c.RefusalCost, Seed: c.Seed}
}
