package main

import (
	"time"

	"github.com/prometheus/client_golang/prometheus"

	"github.com/keyrotor/keyrotor/scheduler/announce/webhook"
)

// webhooks are the metrics of deliveries. They are there once one is made or looked after.
func (m *metrics) webhooks() webhook.Observer {
	tries := m.counter("keyrotor_webhook_deliveries_total", "Requests to webhooks.", "target", "result")
	lag := m.gauge("keyrotor_webhook_lag_seconds", "How old the oldest event is that a webhook is to be told.", "target")
	dead := m.gauge("keyrotor_webhook_dead_letters", "Events that a webhook was not told in time, and which can be replayed.", "target")
	return webhook.Observer{
		Tried: func(target string, r webhook.Result) { tries.WithLabelValues(target, string(r)).Inc() },
		Stands: func(target string, behind time.Duration, letters int) {
			lag.WithLabelValues(target).Set(behind.Seconds())
			dead.WithLabelValues(target).Set(float64(letters))
		},
	}
}

func (m *metrics) gauge(name, help string, labels ...string) *prometheus.GaugeVec {
	g := prometheus.NewGaugeVec(prometheus.GaugeOpts{Name: name, Help: help}, labels)
	m.registry.MustRegister(g)
	return g
}
