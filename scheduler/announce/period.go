package announce

import (
	"time"

	"github.com/keyrotor/keyrotor/keyplan"
	"github.com/keyrotor/keyrotor/speke/signaling"
)

// A Period is what clients are told of a key period.
type Period struct {
	Span
	// FetchWindow is when to fetch the licence: at an instant drawn from what is
	// left of it, so that the licence server is not stormed, or at once if it has passed.
	FetchWindow Window `json:"fetchWindow"`
	Keys        []Key  `json:"keys"`
}

// A Span is a key period without its keys.
type Span struct {
	Start time.Time `json:"start"`
	End   time.Time `json:"end"`
	// Index is Start in seconds since the Unix epoch, as an unsigned 32-bit number.
	Index uint32 `json:"index"`
}

// A Window is the span [Start, End).
type Window struct {
	Start time.Time `json:"start"`
	End   time.Time `json:"end"`
}

// A Key is what clients are told of a content key, which is not the key.
type Key struct {
	Track  keyplan.Track  `json:"track"`
	Scheme keyplan.Scheme `json:"scheme"`
	KID    keyplan.KID    `json:"kid"`
	// Systems are the DRM systems that can play the scheme.
	Systems []System `json:"systems"`
}

// A System is a key's signaling for one DRM system.
type System struct {
	SystemID signaling.System `json:"systemId"`
	Name     string           `json:"name"`
	// PSSH is the whole box, in base64. It is left out where the system has none.
	PSSH []byte `json:"pssh,omitempty"`
	// ContentProtectionData is the XML of the DASH ContentProtection element, in base64. It
	// is left out where the system has none.
	ContentProtectionData []byte `json:"contentProtectionData,omitempty"`
	// HLS is left out where HLS cannot name the system or the scheme.
	HLS *HLS `json:"hls,omitempty"`
}

// HLS holds the lines of the media and the master playlist.
type HLS struct {
	Media  string `json:"media"`
	Master string `json:"master"`
}

// systems are those that are announced if the channel has them, and what people call them.
var systems = []struct {
	id   signaling.System
	name string
}{
	{signaling.Widevine, "Widevine"},
	{signaling.PlayReady, "PlayReady"},
	{signaling.FairPlay, "FairPlay"},
	{signaling.Common, "W3C Common PSSH"},
	{signaling.ClearKey, "ClearKey"},
	{signaling.HLSAES128, "HLS AES-128"},
	{signaling.ClearKeyAES128, "ClearKey AES-128"},
}

// period tells of e with the keys that are not withdrawn at now.
func (f *Feed) period(ch *keyplan.Channel, plan *keyplan.Plan, e *keyplan.Entry, now time.Time) Period {
	p := Period{Span: span(e), FetchWindow: window(ch.Policy, plan, e), Keys: []Key{}}
	for _, k := range e.Keys {
		if !k.IsWithdrawn(now) {
			p.Keys = append(p.Keys, Key{Track: k.Track, Scheme: k.Scheme, KID: k.KID, Systems: f.systems(ch.ID, e, k)})
		}
	}
	return p
}

func span(e *keyplan.Entry) Span { return Span{Start: e.Start, End: e.End, Index: e.Index()} }

// window begins when e is announced.
func window(pol *keyplan.Policy, plan *keyplan.Plan, e *keyplan.Entry) Window {
	start := plan.AnnounceAt(pol, e)
	return Window{Start: start, End: start.Add(keyplan.FetchWindow(pol.Lead))}
}

func (f *Feed) systems(channel string, e *keyplan.Entry, k keyplan.ContentKey) []System {
	made := []System{}
	for _, system := range systems {
		if s, ok := f.Signaling(channel, e, k, system.id); ok {
			made = append(made, System{
				SystemID: system.id, Name: system.name,
				PSSH: s.PSSH, ContentProtectionData: s.ContentProtectionData, HLS: hls(s),
			})
		}
	}
	return made
}

func hls(s signaling.Signaling) *HLS {
	if s.HLSMedia == "" && s.HLSMaster == "" {
		return nil
	}
	return &HLS{Media: s.HLSMedia, Master: s.HLSMaster}
}
