package main

import (
	"context"
	"encoding/json"
	"fmt"
	"text/tabwriter"
	"time"

	"github.com/keyrotor/keyrotor/cmd/keyrotor/api"
	"github.com/keyrotor/keyrotor/keyplan"
	"github.com/keyrotor/keyrotor/keyplan/source"
)

type planCommand struct {
	Config  string    `required:"" type:"path" placeholder:"FILE" help:"The configuration file."`
	Channel string    `placeholder:"ID" help:"Only this channel."`
	From    time.Time `placeholder:"TIME" help:"From the period that contains this instant (RFC 3339); default now."`
	Periods int       `default:"10" help:"How many periods of each channel."`
	JSON    bool      `name:"json" help:"Print JSON."`
}

// A plannedChannel is what GET /v1/channels/{channel}/periods answers, too.
type plannedChannel struct {
	Channel string           `json:"channel"`
	Periods []api.PeriodView `json:"periods"`
}

// maxPeriods bounds what is printed: two years of ten-minute periods fit.
const maxPeriods = 100_000

// Validate is called by the parser, so that what it refuses is wrong usage.
func (c planCommand) Validate() error {
	if c.Periods < 1 || c.Periods > maxPeriods {
		return fmt.Errorf("--periods: want 1 to %d", maxPeriods)
	}
	return nil
}

// Run unrolls the policies. KIDs are known ahead only if keys are derived; those of random
// keys are drawn when the server plans them.
func (c planCommand) Run(term terminal) error {
	config, err := loadConfig(c.Config)
	if err != nil {
		return err
	}
	if c.From.IsZero() {
		c.From = time.Now()
	}
	config.printWarnings(term)
	channels, err := chosenChannels(config, c.Config, c.Channel)
	if err != nil {
		return err
	}
	var planned []plannedChannel
	for _, ch := range channels {
		periods, err := c.periods(config, ch)
		if err != nil {
			return err
		}
		planned = append(planned, plannedChannel{ch.ID, periods})
	}
	if c.JSON {
		return json.NewEncoder(term.out).Encode(map[string]any{"channels": planned})
	}
	return printPlan(term, planned)
}

func (c planCommand) periods(config *Config, ch *keyplan.Channel) ([]api.PeriodView, error) {
	start := ch.Policy.Calendar.Next(c.From)
	if current, ok := ch.Policy.Calendar.Containing(c.From); ok {
		start = current.Start
	}
	var views []api.PeriodView
	for period := range ch.Policy.Calendar.After(start) {
		if len(views) == c.Periods {
			break
		}
		keys, err := knownKeys(config, ch, period)
		if err != nil {
			return nil, err
		}
		views = append(views, api.PeriodView{Period: period, Index: period.Index(), Keys: keys})
	}
	return views, nil
}

// knownKeys are the KIDs that can be told before anything is planned.
func knownKeys(config *Config, ch *keyplan.Channel, period keyplan.Period) ([]api.KeyView, error) {
	keys := []api.KeyView{}
	if config.Keys.Kind != "derived" || ch.KID == keyplan.Adopt {
		return keys, nil
	}
	derived, err := source.New(config.Keys)
	if err != nil {
		return nil, err
	}
	for _, track := range ch.Tracks {
		for _, scheme := range ch.Schemes {
			at := keyplan.KeyRef{Channel: ch.ID, Start: period.Start, Track: track, Scheme: scheme}
			kid, _, err := derived.Draw(context.Background(), at)
			if err != nil {
				return nil, err
			}
			keys = append(keys, api.KeyView{Track: track, Scheme: scheme, KID: kid})
		}
	}
	return keys, nil
}

func printPlan(term terminal, planned []plannedChannel) error {
	w := tabwriter.NewWriter(term.out, 0, 0, 2, ' ', 0)
	fmt.Fprintln(w, "CHANNEL\tSTART\tEND\tINDEX\tTRACK\tSCHEME\tKID")
	for _, ch := range planned {
		for _, p := range ch.Periods {
			span := fmt.Sprintf("%s\t%s\t%s\t%d", ch.Channel, p.Start.Format(time.RFC3339), p.End.Format(time.RFC3339), p.Index)
			for _, k := range p.Keys {
				fmt.Fprintf(w, "%s\t%s\t%s\t%s\n", span, k.Track, k.Scheme, k.KID)
			}
			if len(p.Keys) == 0 {
				fmt.Fprintf(w, "%s\t-\t-\tdrawn when planned\n", span)
			}
		}
	}
	return w.Flush()
}
