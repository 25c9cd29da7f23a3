package main

import (
	"github.com/keyrotor/keyrotor/keyplan"
	"github.com/keyrotor/keyrotor/speke/signaling"
)

// A signaler builds the signaling of a channel's keys. SPEKE answers and announcements
// both take it from here, which is why their bytes are identical.
type signaler map[string]signaling.Settings // by channel ID

func newSignaler(channels []ChannelConfig) signaler {
	s := signaler{}
	for _, c := range channels {
		s[c.ID] = c.Signaling
	}
	return s
}

func (s signaler) signaling(channel string, e *keyplan.Entry, k keyplan.ContentKey, system signaling.System) (signaling.Signaling, bool) {
	return s[channel].For(system, signaling.Key{
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
	return s[channel].Supports(system)
}
