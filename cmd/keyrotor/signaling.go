package main

import (
	"github.com/keyrotor/keyrotor/keyplan"
	"github.com/keyrotor/keyrotor/speke/signaling"
)

// A signaler builds the signaling of a channel's keys by the settings that it finds for the
// channel's ID. SPEKE answers and announcements both take it from here, which is why their
// bytes are identical.
type signaler func(channel string) signaling.Settings

func (s signaler) signaling(channel string, e *keyplan.Entry, k keyplan.ContentKey, system signaling.System) (signaling.Signaling, bool) {
	return s(channel).For(system, signaling.Key{
		KID:           k.KID,
		Scheme:        string(k.Scheme),
		PeriodIndex:   e.Index(),
		PeriodSeconds: uint32(e.Duration().Seconds()),
		Channel:       channel,
		IV:            k.IV,
		Check:         k.Check,
	})
}

func (s signaler) supports(channel string, system signaling.System) bool {
	return s(channel).Supports(system)
}
