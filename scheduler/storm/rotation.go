package storm

import (
	"math"
	"math/rand/v2"
	"time"

	"github.com/keyrotor/keyrotor/keyplan"
)

// refresh is how often players look for news, in seconds.
const refresh = 2.0

// A Rotation is one key change and the viewers who need a licence for it, one each. Of others
// it knows nothing, though their requests add to its own if Lead is longer than Period.
type Rotation struct {
	Viewers int
	// Period is how long the key before it is on air; Lead how long before the rotation the
	// new one is announced.
	Period, Lead time.Duration
	// Seed decides what is drawn.
	Seed uint64
}

// A Scenario is what viewers know of the coming key, and when they ask for its licence.
type Scenario string

// The scenarios.
const (
	// NoPreloading: they meet the new key in the manifest after the rotation.
	NoPreloading Scenario = "no preloading"
	// AtAnnouncement: they ask as soon as they hear of it, at the latest 2 s after it was announced.
	AtAnnouncement Scenario = "all at the announcement"
	// InFetchWindow: they hear of it like that, and ask at an instant drawn from what is left
	// of the fetch window.
	InFetchWindow Scenario = "fetch window"
	// InEveryToken: the next key is in every token of the period before, and they ask when
	// they need a token for some other reason, at any time in it.
	InEveryToken Scenario = "next key in every token"
)

// Scenarios are all of them, from the worst on.
func Scenarios() []Scenario {
	return []Scenario{NoPreloading, AtAnnouncement, InFetchWindow, InEveryToken}
}

// Requests draws when each viewer asks. The seed and the scenario decide it.
func (r Rotation) Requests(s Scenario) Load {
	load := newLoad(max(r.Period, r.Lead))
	rng := rand.New(rand.NewPCG(r.Seed, 0))
	ask := r.asks(s)
	for range r.Viewers {
		load.add(ask(rng))
	}
	return load
}

// asks draws an instant in seconds after the rotation, negative before it.
func (r Rotation) asks(s Scenario) func(*rand.Rand) float64 {
	lead, period := r.Lead.Seconds(), r.Period.Seconds()
	closing := keyplan.FetchWindow(r.Lead).Seconds() - lead
	heard := func(rng *rand.Rand) float64 { return refresh*rng.Float64() - lead }
	switch s {
	case NoPreloading:
		return func(rng *rand.Rand) float64 { return refresh*rng.Float64() + math.Abs(rng.NormFloat64()) }
	case AtAnnouncement:
		return heard
	case InFetchWindow:
		return func(rng *rand.Rand) float64 {
			from := heard(rng)
			return from + rng.Float64()*max(0, closing-from)
		}
	}
	return func(rng *rand.Rand) float64 { return period * (rng.Float64() - 1) }
}
