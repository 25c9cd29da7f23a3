package keyplan

import "time"

// A ServedSpan says which entry a packager's period got that was asked for by its start and
// end instead of an index. It is kept before the first answer, and from then on that span
// of that content ID keeps that entry.
type ServedSpan struct {
	ContentID string `json:"contentId"`
	// From and To are the start and end that the packager named, in whole seconds.
	From  time.Time `json:"from"`
	To    time.Time `json:"to"`
	Start time.Time `json:"start"`
}

// NewServedSpan says that [from, to) got the entry that begins at start. Fractions of a
// second are cut off: spans that differ by less are the same one.
func NewServedSpan(contentID string, from, to, start time.Time) ServedSpan {
	return ServedSpan{ContentID: contentID, From: seconds(from), To: seconds(to), Start: start}
}

// Record is served/<hex content ID>/<from>-<to>.
func (s ServedSpan) Record() Record { return encode(s.name(), "span", s) }

func (s ServedSpan) name() string {
	return "served/" + hexName(s.ContentID) + "/" + stamp(s.From) + "-" + stamp(s.To)
}

func (s ServedSpan) sound() bool {
	return whole(s.From, s.To, s.Start) && !s.To.Before(s.From)
}

// ServedSpan finds which entry the span [from, to) of a content ID got, if it was served.
func (p *Plan) ServedSpan(contentID string, from, to time.Time) (ServedSpan, bool) {
	s, ok := p.ask(NewServedSpan(contentID, from, to, time.Time{}).name()).(ServedSpan)
	return s, ok
}

// MostOverlapped finds the entry that [from, to) overlaps most, the earlier one of equals,
// or the one that contains from if the span is empty. What is not planned yet does not
// count: the plan must reach to to.
func (p *Plan) MostOverlapped(from, to time.Time) (*Entry, bool) {
	if !from.Before(to) {
		return p.At(from)
	}
	var found *Entry
	var most time.Duration
	for _, e := range p.Between(from, to) {
		if d := earliest(e.End, to).Sub(latest(e.Start, from)); d > most {
			found, most = e, d
		}
	}
	return found, found != nil
}

// seconds cuts off fractions of a second.
func seconds(t time.Time) time.Time { return t.UTC().Truncate(time.Second) }

func earliest(a, b time.Time) time.Time {
	if b.Before(a) {
		return b
	}
	return a
}
