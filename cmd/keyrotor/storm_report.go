package main

import (
	"fmt"
	"text/tabwriter"
	"time"

	"github.com/keyrotor/keyrotor/keyplan"
	"github.com/keyrotor/keyrotor/scheduler/storm"
)

// A stormReport is what was simulated, and what came of it.
type stormReport struct {
	rotation storm.Rotation
	capacity int // of the licence service; 0 if unknown
	loads    map[storm.Scenario]storm.Load
	overload storm.Overload
	outcomes map[storm.Retry]storm.Outcome
}

func (c simulateStormCommand) simulate() stormReport {
	r := stormReport{
		rotation: c.rotation(), capacity: c.Capacity, overload: c.overload(),
		loads: map[storm.Scenario]storm.Load{}, outcomes: map[storm.Retry]storm.Outcome{},
	}
	for _, scenario := range storm.Scenarios() {
		r.loads[scenario] = r.rotation.Requests(scenario)
	}
	for _, retry := range storm.Retries() {
		r.outcomes[retry] = r.overload.Under(retry)
	}
	return r
}

func (r stormReport) print(term terminal) error {
	rot := r.rotation
	fmt.Fprintf(term.out, "%s viewers, periods of %v, announced %v before the rotation, fetch window of %v\n",
		storm.Grouped(rot.Viewers), rot.Period, rot.Lead, keyplan.FetchWindow(rot.Lead))
	for _, scenario := range storm.Scenarios() {
		fmt.Fprintf(term.out, "\n%s: licence requests a second\n%s", scenario, r.loads[scenario].Plot(70, 4))
	}
	fmt.Fprintln(term.out)
	if err := r.printPeaks(term); err != nil {
		return err
	}
	return r.printOverload(term)
}

func (r stormReport) printPeaks(term terminal) error {
	w := tabwriter.NewWriter(term.out, 0, 0, 2, ' ', tabwriter.AlignRight)
	fmt.Fprint(w, "PEAK A SECOND\tAT\t")
	if r.capacity > 0 {
		fmt.Fprintf(w, "WAIT AT %s A SECOND\t", storm.Grouped(r.capacity))
	}
	fmt.Fprintln(w)
	for _, scenario := range storm.Scenarios() {
		load := r.loads[scenario]
		peak, second := load.Peak()
		fmt.Fprintf(w, "%s\t%+d s\t", storm.Grouped(peak), second)
		if r.capacity > 0 {
			fmt.Fprintf(w, "%v\t", load.Wait(r.capacity).Round(100*time.Millisecond))
		}
		fmt.Fprintf(w, "  %s\n", scenario)
	}
	return w.Flush()
}

func (r stormReport) printOverload(term terminal) error {
	o := r.overload
	fmt.Fprintf(term.out, "\n%s requests within %v to a service that gives %s licences a second: %v at the best\n",
		storm.Grouped(o.Requests), o.Within, storm.Grouped(o.Capacity), o.Ideal().Round(100*time.Millisecond))
	w := tabwriter.NewWriter(term.out, 0, 0, 2, ' ', tabwriter.AlignRight)
	fmt.Fprintln(w, "LICENCES\tLAST AFTER\tREQUESTS\t  ASKED AGAIN")
	for _, retry := range storm.Retries() {
		out := r.outcomes[retry]
		last := "never"
		if out.Licences == o.Requests {
			last = out.Last.String()
		}
		fmt.Fprintf(w, "%s\t%s\t%s\t  %s\n", storm.Grouped(out.Licences), last, storm.Grouped(out.Requests), retry)
	}
	return w.Flush()
}
