package scheduler_test

import (
	"context"
	"fmt"
	"log/slog"
	"strings"
	"time"

	"github.com/keyrotor/keyrotor/keyplan"
	"github.com/keyrotor/keyrotor/scheduler/announce"
	"github.com/keyrotor/keyrotor/scheduler/command"
)

// executor is what carries out operators' commands on the running process.
func (d *day) executor() *command.Executor {
	x, err := command.New(command.Config{
		Ledger: d.running.Replica, Planner: planner(d.t), Now: d.clock.now, Log: slog.New(slog.DiscardHandler),
		Rebind: func(context.Context, string, uint32, time.Time) (keyplan.Binding, error) {
			return keyplan.Binding{}, nil
		},
	})
	if err != nil {
		d.t.Fatal(err)
	}
	return x
}

var byOperator = command.Order{By: "operator", Reason: "a timeline"}

// rotate [TIME]: an operator has the channel rotated, as early as possible or then.
func (d *day) rotate(at string) {
	var when time.Time
	if at != "" {
		when = d.instant(at)
	}
	r, err := d.executor().Rotate(d.t.Context(), d.channel, byOperator, when)
	if err != nil {
		d.write("refused", err.Error())
		return
	}
	d.write("rotated", switches(r))
}

// switches is "12:20:00 for 10m0s, news from 12:20:00".
func switches(r command.Rotation) string {
	text := r.Entry.Start.Format(instant) + " for " + r.Entry.Duration().String()
	for _, s := range r.Switches {
		airs := "unknown"
		if !s.At.IsZero() {
			airs = "from " + s.At.Format(time.TimeOnly)
		}
		text += ", " + s.ContentID + " " + airs
	}
	return text
}

// revoke START [immediate]: an operator withdraws the KID of the period that begins at START.
func (d *day) revoke(args string) {
	start, immediate := strings.CutSuffix(args, " immediate")
	e, ok := d.running.Plan("news").Starting(d.instant(start))
	if !ok {
		d.t.Fatalf("no period begins at %s", start)
	}
	r, err := d.executor().Revoke(d.t.Context(), d.channel, byOperator, e.Keys[0].KID, immediate)
	if err != nil {
		d.write("refused", err.Error())
		return
	}
	text := start + " from " + r.From.Format(time.TimeOnly)
	if r.Renewed.KID != (keyplan.KID{}) {
		text += ", renewed"
	}
	for _, on := range r.Airing {
		text += fmt.Sprintf(", %s airs it until %s", on.ContentID, on.End.Format(time.TimeOnly))
	}
	if r.Rotation != nil {
		text += ", rotated " + switches(*r.Rotation)
	}
	d.write("revoked", text)
}

func (d *day) instant(text string) time.Time {
	at, err := time.Parse(instant, text)
	if err != nil {
		d.t.Fatal(err)
	}
	return at
}

// hear writes what clients are told.
func (d *day) hear(m announce.Message, plan *keyplan.Plan) {
	switch m.Type {
	case announce.Begun:
		e, _ := plan.At(d.clock.now())
		d.write("begun", e.Start.Format(instant))
	case announce.Rotated, announce.Revoked:
		d.write("told", string(m.Type))
	}
}
