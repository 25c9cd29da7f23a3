package main

import (
	"time"

	"github.com/prometheus/client_golang/prometheus"
)

// A plannedUntil shows how far each channel is planned, as a figure to alert on. Channels of
// which nothing is planned yet are left out.
type plannedUntil struct {
	desc *prometheus.Desc
	ends func() map[string]time.Time // by channel; zero: nothing is planned
}

func newPlannedUntil(ends func() map[string]time.Time) plannedUntil {
	return plannedUntil{
		prometheus.NewDesc("keyrotor_planned_until_timestamp_seconds", "End of the last planned period.", []string{"channel"}, nil),
		ends,
	}
}

// Describe is prometheus.Collector's.
func (p plannedUntil) Describe(to chan<- *prometheus.Desc) { to <- p.desc }

// Collect is prometheus.Collector's.
func (p plannedUntil) Collect(to chan<- prometheus.Metric) {
	for channel, end := range p.ends() {
		if !end.IsZero() {
			to <- prometheus.MustNewConstMetric(p.desc, prometheus.GaugeValue, float64(end.Unix()), channel)
		}
	}
}

// planEnds are the ends of all plans, by channel. A channel that nobody asks for any more is
// not among them.
func (a *app) planEnds() map[string]time.Time {
	ends := map[string]time.Time{}
	for _, s := range a.schedule.Status() {
		ends[s.Channel] = s.PlannedUntil
	}
	return ends
}
