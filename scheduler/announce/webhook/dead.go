package webhook

import (
	"cmp"
	"context"
	"encoding/hex"
	"fmt"
	"slices"
	"time"

	"github.com/keyrotor/keyrotor/keyplan"
	"github.com/keyrotor/keyrotor/scheduler/announce"
)

// A DeadLetter is an event that a target was not told before it was too old: the record
// dead/<target>/<channel>/<seq>. It says what the event was, and the feed still has it for a
// while, from where it can be replayed.
type DeadLetter struct {
	head
	Channel string        `json:"channel"`
	Seq     uint64        `json:"seq"`
	ID      string        `json:"id"` // see MessageID
	Type    announce.Type `json:"type"`
	At      time.Time     `json:"at"`    // when it came into the feed
	Start   time.Time     `json:"start"` // of the period that it is about
	GivenUp time.Time     `json:"givenUp"`
	// Error is why the last try failed; empty if there was none.
	Error string `json:"error"`
}

// mostDead is how many dead letters of a target are kept: the newest.
const mostDead = 1000

func newDeadLetter(channel string, event keyplan.Event, now time.Time, failure string) DeadLetter {
	return DeadLetter{
		head: headOf(kindDead), Channel: channel, Seq: event.Seq, ID: MessageID(channel, event.ID),
		Type: announce.Type(event.Type), At: event.At, Start: event.Start, GivenUp: now, Error: failure,
	}
}

func (d DeadLetter) name(target string) string { return deadName(target, d.Channel, d.Seq) }

func deadName(target, channel string, seq uint64) string {
	return prefix(kindDead, target) + hex.EncodeToString([]byte(channel)) + fmt.Sprintf("/%020d", seq)
}

// older orders dead letters by when they were given up, and then by channel and place.
func older(a, b DeadLetter) int {
	return cmp.Or(a.GivenUp.Compare(b.GivenUp), cmp.Compare(a.Channel, b.Channel), cmp.Compare(a.Seq, b.Seq))
}

// deadLetters keeps those of one target. One that cannot be read is not shown.
type deadLetters struct {
	records
	target string
}

func (d deadLetters) all(ctx context.Context) ([]DeadLetter, error) {
	recs, err := d.listed(ctx, d.target)
	if err != nil {
		return nil, err
	}
	var all []DeadLetter
	for _, r := range recs {
		if letter, err := read[DeadLetter](kindDead, r); err == nil {
			all = append(all, letter)
		}
	}
	slices.SortFunc(all, older)
	return all, nil
}

func (d deadLetters) keep(ctx context.Context, letter DeadLetter) error {
	_, err := d.create(ctx, record(letter.name(d.target), letter))
	return err
}
