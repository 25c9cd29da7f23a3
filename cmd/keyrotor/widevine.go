package main

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"time"

	"github.com/keyrotor/keyrotor/keyplan"
	"github.com/keyrotor/keyrotor/speke"
	"github.com/keyrotor/keyrotor/speke/widevine"
)

// widevinePatience is for how long a call of the Common Encryption API is held while the
// store is away: longer than shaka-packager waits before it calls again.
const widevinePatience = 90 * time.Second

// wireWidevine makes the Common Encryption API. Periods, what was served and who asked are
// those of SPEKE: one plan, whichever protocol a packager speaks.
func (a *app) wireWidevine(signals signaler) {
	signers, _ := widevine.NewSigners(a.config.Widevine) // Validate has seen its problems
	a.widevine = widevine.New(widevine.Config{
		Signers: signers, Channel: a.roster.packaged, Entries: a.widevineEntries,
		Open: a.planner.Sealer.Open, Signaling: signals.signaling,
		Patience: widevinePatience, Packager: packagerOf, Served: a.widevineServed,
		Answered: a.watch.widevineAnswered, Unsigned: a.unsigned, Log: a.log,
	})
}

// unsigned counts a call that nobody signed like any bad credential.
func (a *app) unsigned(r *http.Request) time.Duration {
	return a.throttle.Failed(a.config.Server.proxies().Remote(r), a.now())
}

func (a *app) widevineEntries(ctx context.Context, ask widevine.Ask) ([]*keyplan.Entry, error) {
	entries, err := a.speke.Entries(ctx, speke.Indexed{
		ContentID: ask.ContentID, Indexes: ask.Indexes, Anchor: ask.Anchor, Tracks: ask.Tracks, Scheme: ask.Scheme,
	})
	return entries, forWidevine(err)
}

func (a *app) widevineServed(ask widevine.Ask, entries []*keyplan.Entry) {
	a.speke.Observe(ask.ContentID, ask.Packager, entries)
}

// forWidevine says of an error whether calling again would help.
func forWidevine(err error) error {
	for never, as := range map[error]error{
		speke.ErrPeriod: widevine.ErrPeriod, keyplan.ErrTooFarAhead: widevine.ErrPeriod,
		keyplan.ErrTooManyTracks: widevine.ErrTrack, keyplan.ErrTrackName: widevine.ErrTrack,
		speke.ErrContentID: widevine.ErrChannel,
	} {
		if errors.Is(err, never) {
			return fmt.Errorf("%w: %w", as, err)
		}
	}
	return err
}

// checkWidevine checks the configuration of signers against the channels that there are.
func (c *Config) checkWidevine(ps *keyplan.Problems, channels []string) {
	_, problems := widevine.NewSigners(c.Widevine)
	ps.Under("widevine", problems)
	for i, signer := range c.Widevine.Signers {
		var sub keyplan.Problems
		signer.Channels.CheckKnown(&sub, channels)
		ps.Under(fmt.Sprintf("widevine.signers[%d]", i), sub)
	}
}
