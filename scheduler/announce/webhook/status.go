package webhook

import (
	"context"
	"fmt"
	"time"

	"github.com/keyrotor/keyrotor/keyplan"
)

// A Status is how a target stands, as the store knows it: at most some seconds old, on every
// replica.
type Status struct {
	*Target
	Standing
	// Places are those of the target's channels, in their order.
	Places []Place
	// DeadLetters are by when they were given up.
	DeadLetters []DeadLetter
}

// A Place is how far a target was told of a channel.
type Place struct {
	Channel string
	// Told is the sequence number of the event up to which it was; 0 is none.
	Told uint64
	// Waiting is how many events are to be told, Oldest when the first of them came into the
	// feed.
	Waiting int
	Oldest  time.Time
}

// Status gives every target, in the order of the configuration.
func (d *Deliverer) Status(ctx context.Context) ([]Status, error) {
	all := make([]Status, 0, len(d.targets))
	for _, t := range d.targets {
		s, err := d.status(ctx, t)
		if err != nil {
			return nil, fmt.Errorf("status of webhook %s: %w: %w", t.Name, ErrUnavailable, err)
		}
		all = append(all, s)
	}
	return all, nil
}

func (d *Deliverer) status(ctx context.Context, t *Target) (Status, error) {
	kept := standings{records: records{d.store, kindDelivered}, target: t.Name}
	standing, known, err := kept.newest(ctx)
	if err != nil {
		return Status{}, err
	}
	if !known {
		standing = newStanding(d.began)
	}
	if standing.Gone != t.fingerprint() {
		standing.Gone = ""
	}
	letters, err := deadLetters{records{d.store, kindDead}, t.Name}.all(ctx)
	if err != nil {
		return Status{}, err
	}
	s := Status{Target: t, Standing: standing, DeadLetters: letters}
	for _, channel := range d.channelsOf(t) {
		s.Places = append(s.Places, d.placeIn(s, channel))
	}
	return s, nil
}

func (d *Deliverer) placeIn(s Status, channel string) Place {
	told, known := s.Told[channel]
	from := s.from(d.now(), s.MaxAge)
	p := Place{Channel: channel, Told: told}
	for _, event := range d.since(channel, told) {
		if s.wants(event.Type) && (known || !event.At.Before(from)) {
			p.add(event)
		}
	}
	return p
}

func (p *Place) add(event keyplan.Event) {
	if p.Waiting == 0 {
		p.Oldest = event.At
	}
	p.Waiting++
}
