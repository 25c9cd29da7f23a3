package storetest

import (
	"cmp"
	"fmt"
	"maps"
	"slices"

	"github.com/keyrotor/keyrotor/keyplan"
	"pgregory.net/rapid"
)

// modelLaws hold a store to a map in whatever order it is called.
func modelLaws() []Law {
	return []Law{{"any run of calls leaves what it leaves in a map", func(s subject) {
		runs := 0
		rapid.Check(s.T, func(t *rapid.T) {
			runs++
			newTwin(subject{t, s.store}, runs).run(t)
		})
	}}}
}

// A twin calls a store and does the same to maps, one a channel.
type twin struct {
	subject
	channels map[string]map[string]string
}

// newTwin begins with channels that no other run of the same store has touched.
func newTwin(s subject, run int) twin {
	m := twin{s, map[string]map[string]string{}}
	for _, ch := range []string{"a", "b"} {
		m.channels[fmt.Sprintf("run-%d-%s", run, ch)] = map[string]string{}
	}
	return m
}

func (m twin) run(t *rapid.T) {
	channels := rapid.SampledFrom(slices.Sorted(maps.Keys(m.channels)))
	call := rapid.SampledFrom([]func(*rapid.T, string){m.creates, m.creates, m.gets, m.lists, m.deletes})
	for range rapid.IntRange(1, 12).Draw(t, "calls") {
		call.Draw(t, "call")(t, channels.Draw(t, "channel"))
	}
	for ch := range m.channels {
		m.same("left in "+ch, m.span(ch, "", "", 0), m.list(ch, "", "", 0))
	}
}

func (m twin) creates(t *rapid.T, channel string) {
	var given, want []keyplan.Record
	for _, name := range aFewNames().Draw(t, "names") {
		r := keyplan.Record{Name: name, Value: rapid.SliceOfN(rapid.Byte(), 0, 8).Draw(t, "value")}
		if _, taken := m.channels[channel][name]; !taken {
			m.channels[channel][name] = string(r.Value)
		}
		given, want = append(given, r), append(want, record(name, m.channels[channel][name]))
	}
	m.same("created", want, m.create(channel, given...))
}

func (m twin) gets(t *rapid.T, channel string) {
	names := aFewNames().Draw(t, "names")
	var want []keyplan.Record
	for _, name := range names {
		if value, ok := m.channels[channel][name]; ok {
			want = append(want, record(name, value))
		}
	}
	m.same("found", want, m.get(channel, names...))
}

func (m twin) lists(t *rapid.T, channel string) {
	bound := rapid.OneOf(rapid.Just(""), aName())
	from, to := bound.Draw(t, "from"), bound.Draw(t, "to")
	limit := rapid.IntRange(-1, 4).Draw(t, "limit")
	m.same("listed", m.span(channel, from, to, limit), m.list(channel, from, to, limit))
}

func (m twin) deletes(t *rapid.T, channel string) {
	names := aFewNames().Draw(t, "names")
	for _, name := range names {
		delete(m.channels[channel], name)
	}
	m.delete(channel, names...)
}

// span is what List must give.
func (m twin) span(channel, from, to string, limit int) []keyplan.Record {
	var recs []keyplan.Record
	for _, name := range slices.Sorted(maps.Keys(m.channels[channel])) {
		if name >= from && (to == "" || name < to) {
			recs = append(recs, record(name, m.channels[channel][name]))
		}
	}
	return recs[:min(len(recs), cmp.Or(max(limit, 0), 1000))]
}

// aName draws from few names, so that calls meet; some begin with another one.
func aName() *rapid.Generator[string] { return rapid.StringMatching(`[aB/]{1,2}`) }

func aFewNames() *rapid.Generator[[]string] { return rapid.SliceOfN(aName(), 0, 4) }
