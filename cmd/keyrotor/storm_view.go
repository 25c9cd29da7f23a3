package main

import (
	"github.com/keyrotor/keyrotor/keyplan"
	"github.com/keyrotor/keyrotor/scheduler/storm"
)

// A stormView is a stormReport as JSON. Spans are in seconds.
type stormView struct {
	Viewers     int            `json:"viewers"`
	Period      float64        `json:"period"`
	Lead        float64        `json:"lead"`
	FetchWindow float64        `json:"fetchWindow"`
	Capacity    int            `json:"capacity,omitempty"` // left out if unknown
	Seed        uint64         `json:"seed"`
	Scenarios   []scenarioView `json:"scenarios"`
	Overload    overloadView   `json:"overload"`
}

// A scenarioView is a Load. Requests are those of Step seconds each, from First on, which is
// counted from the rotation.
type scenarioView struct {
	Name     storm.Scenario `json:"name"`
	Peak     int            `json:"peak"`
	PeakAt   int            `json:"peakAt"`
	Wait     *float64       `json:"wait,omitempty"` // left out if the capacity is unknown
	First    int            `json:"first"`
	Step     int            `json:"step"`
	Requests []int          `json:"requests"`
}

type overloadView struct {
	Requests    int           `json:"requests"`
	Within      float64       `json:"within"`
	Capacity    int           `json:"capacity"`
	RefusalCost float64       `json:"refusalCost"`
	Ideal       float64       `json:"ideal"`
	Outcomes    []outcomeView `json:"outcomes"`
}

type outcomeView struct {
	Retry    storm.Retry `json:"retry"`
	Licences int         `json:"licences"`
	Last     *float64    `json:"last"` // null if not all viewers got one
	Requests int         `json:"requests"`
}

func (r stormReport) view() stormView {
	v := stormView{
		Viewers: r.rotation.Viewers, Period: r.rotation.Period.Seconds(), Lead: r.rotation.Lead.Seconds(),
		FetchWindow: keyplan.FetchWindow(r.rotation.Lead).Seconds(), Capacity: r.capacity, Seed: r.rotation.Seed,
		Overload: r.viewOverload(),
	}
	for _, scenario := range storm.Scenarios() {
		v.Scenarios = append(v.Scenarios, r.viewScenario(scenario))
	}
	return v
}

// maxSteps bounds a series, which else has a number for each second of a month.
const maxSteps = 1000

func (r stormReport) viewScenario(s storm.Scenario) scenarioView {
	load := r.loads[s]
	v := scenarioView{Name: s, First: load.First, Step: (len(load.PerSecond) + maxSteps - 1) / maxSteps}
	v.Peak, v.PeakAt = load.Peak()
	v.Requests = load.Every(v.Step)
	if r.capacity > 0 {
		v.Wait = new(load.Wait(r.capacity).Seconds())
	}
	return v
}

func (r stormReport) viewOverload() overloadView {
	o := r.overload
	v := overloadView{
		Requests: o.Requests, Within: o.Within.Seconds(), Capacity: o.Capacity,
		RefusalCost: o.RefusalCost, Ideal: o.Ideal().Seconds(),
	}
	for _, retry := range storm.Retries() {
		out := r.outcomes[retry]
		view := outcomeView{Retry: retry, Licences: out.Licences, Requests: out.Requests}
		if out.Licences == o.Requests {
			view.Last = new(out.Last.Seconds())
		}
		v.Outcomes = append(v.Outcomes, view)
	}
	return v
}
