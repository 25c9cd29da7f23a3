package main

import (
	"encoding/json"
	"fmt"
	"text/tabwriter"
	"time"

	"github.com/keyrotor/keyrotor/keyplan"
	"github.com/keyrotor/keyrotor/scheduler/forecast"
)

type simulateCommand struct {
	Periods simulatePeriodsCommand `cmd:"" default:"withargs" help:"Print what a policy does in a range of dates: periods, clock changes, keys (the default)."`
	Storm   simulateStormCommand   `cmd:"" help:"Print the licence requests of a rotation, second by second."`
}

type simulatePeriodsCommand struct {
	Config  string `required:"" type:"path" placeholder:"FILE" help:"The configuration file."`
	Channel string `placeholder:"ID" help:"Only this channel."`
	From    string `placeholder:"TIME" help:"From the period that contains this instant, a date or RFC 3339; default now."`
	To      string `placeholder:"TIME" help:"To the period before this instant; default a week after --from."`
	Zone    string `placeholder:"ZONE" help:"The time zone of dates, times and clock changes; default that of the policy."`
	JSON    bool   `name:"json" help:"Print JSON."`
}

// A simulatedChannel is what a channel's policy does in a range of dates.
type simulatedChannel struct {
	channel *keyplan.Channel
	zone    *time.Location
	forecast.Timeline
}

// Validate is called by the parser, so that what it refuses is wrong usage.
func (c simulatePeriodsCommand) Validate() error {
	if _, err := time.LoadLocation(c.Zone); err != nil {
		return fmt.Errorf("--zone: want an IANA time zone such as Europe/Berlin")
	}
	_, _, err := c.span(time.UTC, time.Time{})
	return err
}

// Run unrolls the policies, offline.
func (c simulatePeriodsCommand) Run(term terminal) error {
	config, err := loadConfig(c.Config)
	if err != nil {
		return err
	}
	config.printWarnings(term)
	channels, err := chosenChannels(config, c.Config, c.Channel)
	if err != nil {
		return err
	}
	now := time.Now().Truncate(time.Second)
	var simulated []simulatedChannel
	for _, ch := range channels {
		s, err := c.simulate(ch, now)
		if err != nil {
			return fmt.Errorf("channel %q: %w", ch.ID, err)
		}
		simulated = append(simulated, s)
	}
	if c.JSON {
		return json.NewEncoder(term.out).Encode(map[string]any{"channels": timelineViews(simulated)})
	}
	return printTimelines(term, simulated)
}

func (c simulatePeriodsCommand) simulate(ch *keyplan.Channel, now time.Time) (s simulatedChannel, err error) {
	s = simulatedChannel{channel: ch, zone: ch.Policy.Calendar.Zone()}
	if c.Zone != "" {
		s.zone, _ = time.LoadLocation(c.Zone) // Validate has loaded it
	}
	from, to, err := c.span(s.zone, now)
	if err != nil {
		return s, err
	}
	s.Timeline, err = forecast.New(ch.Policy, from, to, s.zone)
	return s, err
}

// span reads the range of dates in a zone.
func (c simulatePeriodsCommand) span(zone *time.Location, now time.Time) (from, to time.Time, err error) {
	from = now
	if c.From != "" {
		if from, err = parseInstant(c.From, zone); err != nil {
			return from, to, fmt.Errorf("--from: %w", err)
		}
	}
	to = from.AddDate(0, 0, 7)
	if c.To != "" {
		if to, err = parseInstant(c.To, zone); err != nil {
			return from, to, fmt.Errorf("--to: %w", err)
		}
	}
	if !from.Before(to) {
		return from, to, fmt.Errorf("--to: want an instant after %s", from.Format(time.RFC3339))
	}
	return from, to, nil
}

// parseInstant reads RFC 3339, or a date, which is its first instant in a zone.
func parseInstant(text string, zone *time.Location) (time.Time, error) {
	if at, err := time.ParseInLocation(time.DateOnly, text, zone); err == nil {
		return at, nil
	}
	at, err := time.Parse(time.RFC3339, text)
	if err != nil {
		return at, fmt.Errorf("want a date such as 2026-03-29, or RFC 3339")
	}
	return at, nil
}

func printTimelines(term terminal, simulated []simulatedChannel) error {
	for i, s := range simulated {
		if i > 0 {
			fmt.Fprintln(term.out)
		}
		fmt.Fprintf(term.out, "%s: %v, times in %s\n", s.channel.ID, s.channel.Policy.Calendar, s.zone)
		w := tabwriter.NewWriter(term.out, 0, 0, 2, ' ', 0)
		fmt.Fprintln(w, "FROM\tTO\tPERIODS\tLENGTH\tCLOCKS")
		for _, run := range s.Runs {
			fmt.Fprintf(w, "%s\t%s\t%d\t%v\t%s\n", s.local(run.Start), s.local(run.End), run.Periods, run.Length, s.clocks(run))
		}
		if err := w.Flush(); err != nil {
			return err
		}
		fmt.Fprintln(term.out, s.summary())
	}
	return nil
}
