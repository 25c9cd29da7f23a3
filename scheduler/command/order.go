package command

import (
	"bytes"
	"context"
	"crypto/rand"
	"crypto/sha256"
	"encoding/json"
	"errors"
	"fmt"
	"time"

	"github.com/keyrotor/keyrotor/keyplan"
)

// An Order is what every command has.
type Order struct {
	// Key names the command: who asks again with it gets the same decision. It is at most
	// keyplan.MaxCommandKey bytes. Empty means that nobody will ask again.
	Key string
	// By is who gives the order, and Reason why. They are kept and logged.
	By, Reason string
}

var (
	// ErrOtherCommand says that a key was used for a command that asks for something else.
	ErrOtherCommand = errors.New("the Idempotency-Key was used for another command")
	// ErrUnfinished says that the store could not be asked, or did not answer. What was begun is
	// finished by a repeat.
	ErrUnfinished = errors.New("the store did not answer: repeat the command with the same Idempotency-Key")
	// ErrOverdue says that a command was begun and not finished, and that it is too late now.
	ErrOverdue = errors.New("the command was not finished in time: order it anew, with another Idempotency-Key")
)

// A decision gives the instant that a command is about, from the plan as the store has it.
type decision func(now time.Time) (time.Time, error)

// begin keeps a command with what was decided, unless there is one with its key, which counts
// then. repeated is true if it was begun before.
func (x *Executor) begin(ctx context.Context, ch *keyplan.Channel, o Order, verb string, asked any, decide decision) (c keyplan.Command, repeated bool, err error) {
	if o.Key == "" {
		o.Key = rand.Text()
	}
	// What other replicas have served of the channel is known only once it is read.
	if err := x.Ledger.Load(ctx, ch.ID); err != nil {
		return c, false, unfinished(err)
	}
	_, repeated = x.plan(ch).Command(o.Key)
	digest := digestOf(asked)
	if !repeated {
		c = keyplan.Command{Key: o.Key, Verb: verb, Digest: digest, Audit: keyplan.Audit{At: x.now(), By: o.By, Reason: o.Reason}}
		if c.Start, err = decide(c.At); err != nil {
			return c, false, err
		}
		if _, err := x.Ledger.Create(ctx, ch.ID, c.Record()); err != nil {
			return c, false, unfinished(err)
		}
	}
	c, ok := x.plan(ch).Command(o.Key)
	switch {
	case !ok:
		return c, repeated, fmt.Errorf("command %q of channel %s is not in the plan", o.Key, ch.ID)
	case c.Verb != verb || !bytes.Equal(c.Digest, digest):
		return c, repeated, ErrOtherCommand
	}
	return c, repeated, nil
}

// decide keeps records that every replica will know of soon.
func (x *Executor) decide(ctx context.Context, ch *keyplan.Channel, recs ...keyplan.Record) error {
	if len(recs) == 0 {
		return nil
	}
	if _, err := x.Ledger.Decide(ctx, ch.ID, recs...); err != nil {
		return unfinished(err)
	}
	return nil
}

func unfinished(err error) error { return fmt.Errorf("%w: %w", ErrUnfinished, err) }

// digestOf is the SHA-256 of what a client asked for, which marshals to JSON.
func digestOf(asked any) []byte {
	text, err := json.Marshal(asked)
	if err != nil {
		panic("command: what was asked does not marshal: " + err.Error())
	}
	sum := sha256.Sum256(text)
	return sum[:]
}
