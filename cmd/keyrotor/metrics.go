package main

import (
	"log/slog"
	"net/http"
	"slices"
	"strconv"
	"time"

	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/client_golang/prometheus/collectors"
	"github.com/prometheus/client_golang/prometheus/promhttp"

	"github.com/keyrotor/keyrotor/tokens"
)

// metrics are what /metrics shows. Labels are channels, routes and statuses; never a KID,
// a subject or anything that a client chose.
type metrics struct {
	log       *slog.Logger
	now       func() time.Time
	registry  *prometheus.Registry
	requests  *prometheus.CounterVec
	durations *prometheus.HistogramVec
	speke     *prometheus.CounterVec
	widevine  *prometheus.CounterVec
	rebound   *prometheus.CounterVec
	created   *prometheus.CounterVec
	rotated   *prometheus.CounterVec
	revoked   *prometheus.CounterVec
	steps     *prometheus.CounterVec
	announced *prometheus.CounterVec
	late      *prometheus.GaugeVec
	tokens    *prometheus.CounterVec
	leftOut   *prometheus.CounterVec
	licenses  *prometheus.CounterVec
	limited   *prometheus.CounterVec
	followers *prometheus.GaugeVec
	dropped   *prometheus.CounterVec
}

func newMetrics(log *slog.Logger, now func() time.Time) *metrics {
	m := &metrics{log: log, now: now, registry: prometheus.NewRegistry()}
	m.requests = m.counter("keyrotor_http_requests_total", "Requests answered.", "route", "method", "status")
	m.durations = prometheus.NewHistogramVec(prometheus.HistogramOpts{
		Name: "keyrotor_http_request_seconds", Help: "How long answers took; event streams are not in it.",
		Buckets: []float64{.0005, .001, .0025, .005, .01, .025, .05, .1, .25, .5, 1, 2.5},
	}, []string{"route"})
	m.speke = m.counter("keyrotor_speke_requests_total", "SPEKE requests answered.", "channel", "status")
	m.widevine = m.counter("keyrotor_widevine_requests_total", "Calls of the Common Encryption API answered.", "channel", "status")
	m.rebound = m.counter("keyrotor_content_ids_rebound_total", "Content IDs whose period indexes were bound anew.", "channel")
	m.created = m.counter("keyrotor_channels_created_total", "Channels that packagers created.", "pattern")
	m.rotated = m.counter("keyrotor_rotations_total", "Rotations by command.", "channel")
	m.revoked = m.counter("keyrotor_revocations_total", "KIDs revoked by command.", "channel")
	m.steps = m.counter("keyrotor_scheduler_steps_total", "Times that a channel was looked after.", "channel", "result")
	m.announced = m.counter("keyrotor_announced_periods_total", "Periods announced.", "channel")
	m.late = prometheus.NewGaugeVec(prometheus.GaugeOpts{
		Name: "keyrotor_announcement_late_seconds", Help: "How late the newest announcement was.",
	}, []string{"channel"})
	m.tokens = m.counter("keyrotor_tokens_issued_total", "Tokens issued.", "channel")
	m.leftOut = m.counter("keyrotor_token_keys_left_out_total", "Keys that were wanted in a token and left out.", "channel", "reason")
	m.licenses = m.counter("keyrotor_license_requests_total", "License requests answered.", "system", "channel", "status")
	m.limited = m.counter("keyrotor_calls_limited_total", "Calls that were too many.", "limit")
	m.followers = prometheus.NewGaugeVec(prometheus.GaugeOpts{
		Name: "keyrotor_event_streams", Help: "Clients that follow a channel's events.",
	}, []string{"channel"})
	m.dropped = m.counter("keyrotor_event_streams_dropped_total", "Clients that did not accept an event in time.", "channel")
	m.registry.MustRegister(m.durations, m.late, m.followers,
		collectors.NewGoCollector(), collectors.NewProcessCollector(collectors.ProcessCollectorOpts{}))
	return m
}

func (m *metrics) counter(name, help string, labels ...string) *prometheus.CounterVec {
	c := prometheus.NewCounterVec(prometheus.CounterOpts{Name: name, Help: help}, labels)
	m.registry.MustRegister(c)
	return c
}

// handler answers GET /metrics.
func (m *metrics) handler() http.Handler {
	return promhttp.HandlerFor(m.registry, promhttp.HandlerOpts{})
}

// route counts and times what h answers under the path's pattern.
func (m *metrics) route(path string, h http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		began := m.now()
		seen := &statusWriter{ResponseWriter: w, status: http.StatusOK}
		h.ServeHTTP(seen, r)
		m.requests.WithLabelValues(path, r.Method, strconv.Itoa(seen.status)).Inc()
		if w.Header().Get("Content-Type") != "text/event-stream" {
			m.durations.WithLabelValues(path).Observe(m.now().Sub(began).Seconds())
		}
	})
}

// unrouted counts what no route answered: unknown paths and methods, and panics.
func (m *metrics) unrouted(method string, status int) {
	known := []string{
		http.MethodGet, http.MethodHead, http.MethodPost, http.MethodPut, http.MethodPatch,
		http.MethodDelete, http.MethodConnect, http.MethodOptions, http.MethodTrace,
	}
	if !slices.Contains(known, method) {
		method = "other"
	}
	m.requests.WithLabelValues("", method, strconv.Itoa(status)).Inc()
}

func (m *metrics) spekeAnswered(channel string, status int) {
	m.speke.WithLabelValues(channel, strconv.Itoa(status)).Inc()
}

func (m *metrics) widevineAnswered(channel, status string) {
	m.widevine.WithLabelValues(channel, status).Inc()
}

func (m *metrics) contentIDRebound(channel string) { m.rebound.WithLabelValues(channel).Inc() }

func (m *metrics) channelCreated(pattern string) { m.created.WithLabelValues(pattern).Inc() }
func (m *metrics) channelRotated(channel string) { m.rotated.WithLabelValues(channel).Inc() }

func (m *metrics) kidRevoked(channel string) { m.revoked.WithLabelValues(channel).Inc() }

func (m *metrics) stepped(channel string, err error) {
	result := "ok"
	if err != nil {
		result = "error"
	}
	m.steps.WithLabelValues(channel, result).Inc()
}

func (m *metrics) periodAnnounced(channel string, late time.Duration) {
	m.announced.WithLabelValues(channel).Inc()
	m.late.WithLabelValues(channel).Set(late.Seconds())
}

func (m *metrics) channelFollowed(channel string, by int) {
	m.followers.WithLabelValues(channel).Add(float64(by))
}

func (m *metrics) clientDropped(channel string) { m.dropped.WithLabelValues(channel).Inc() }

func (m *metrics) tokenIssued(channel string, a tokens.Answer) {
	m.tokens.WithLabelValues(channel).Inc()
	for _, left := range a.LeftOut {
		m.leftOut.WithLabelValues(channel, string(left.Reason)).Inc()
	}
}

func (m *metrics) licenseAnswered(system, channel string, status int) {
	m.licenses.WithLabelValues(system, channel, strconv.Itoa(status)).Inc()
}

func (m *metrics) callLimited(limit string) { m.limited.WithLabelValues(limit).Inc() }

// A statusWriter remembers the status of an answer.
type statusWriter struct {
	http.ResponseWriter
	status int
}

func (w *statusWriter) WriteHeader(status int) {
	w.status = status
	w.ResponseWriter.WriteHeader(status)
}

// Unwrap lets http.ResponseController reach what flushes.
func (w *statusWriter) Unwrap() http.ResponseWriter { return w.ResponseWriter }
