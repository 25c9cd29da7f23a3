package speke

import (
	"context"
	"encoding/base64"
	"fmt"

	"github.com/keyrotor/keyrotor/keyplan"
	"github.com/keyrotor/keyrotor/speke/cpix"
	"github.com/keyrotor/keyrotor/speke/signaling"
)

// A granted is the content key that an ask gets.
type granted struct {
	ask
	entry *keyplan.Entry
	keyplan.ContentKey
}

// grant finds the key of each ask. Entries are those of the contract's periods, in order.
func (c *contract) grant(entries []*keyplan.Entry) ([]granted, error) {
	of := make(map[*cpix.ContentKeyPeriod]*keyplan.Entry, len(entries))
	for i, period := range c.periods {
		of[period] = entries[i]
	}
	grants := make([]granted, len(c.asks))
	for i, a := range c.asks {
		entry := of[a.period]
		key, ok := entry.Key(a.track, a.scheme)
		if !ok {
			return nil, errUnsupported
		}
		grants[i] = granted{a, entry, key}
	}
	return grants, nil
}

// fill turns the request into its answer, in place: KIDs are overridden wherever they
// stand, keys, IVs and the signaling that was asked for are filled in, the rest stays.
func (h *Handler) fill(ctx context.Context, ch Channel, doc *cpix.Document, grants []granted) error {
	byKID := make(map[keyplan.KID]granted, len(grants))
	for _, g := range grants {
		asked, err := keyplan.ParseKID(g.key.KID.Value)
		if err != nil {
			return err
		}
		byKID[asked] = g
		secret, err := h.sealer.Open(ctx, g.entry.Ref(ch.ID, g.ContentKey), g.KID, g.Sealed)
		if err != nil {
			return fmt.Errorf("open the key of track %s: %w", g.track, err)
		}
		g.key.Key = secret
		g.key.ExplicitIV = explicitIV(g)
		g.key.HDCP = nil // of SPEKE 2.1
	}
	for _, s := range doc.DRMSystems {
		asked, _ := keyplan.ParseKID(s.KID.Value)
		h.signal(ch, s, byKID[asked])
	}
	override(doc, byKID)
	return nil
}

// override writes our KIDs in the place of the packager's.
func override(doc *cpix.Document, byKID map[keyplan.KID]granted) {
	replace := func(text *cpix.Text) {
		asked, _ := keyplan.ParseKID(text.Value)
		*text = cpix.NewText(byKID[asked].KID.String())
	}
	for _, key := range doc.ContentKeys {
		replace(&key.KID)
	}
	for _, system := range doc.DRMSystems {
		replace(&system.KID)
	}
	for _, rule := range doc.UsageRules {
		replace(&rule.KID)
	}
}

// explicitIV echoes what the packager brought, and otherwise gives ours, if there is one.
func explicitIV(g granted) cpix.Text {
	switch {
	case g.key.ExplicitIV.Value != "":
		return g.key.ExplicitIV
	case g.IV != nil:
		return encoded(g.IV)
	}
	return cpix.Text{}
}

// signal fills the elements of a DRM system that were asked for. What the system cannot
// have is left out: an empty element would be taken for an answer.
func (h *Handler) signal(ch Channel, s *cpix.DRMSystem, g granted) {
	system, _ := signaling.ParseSystem(s.SystemID.Value)
	made, _ := h.signaling(ch.ID, g.entry, g.ContentKey, system)
	if s.PSSH.Present {
		s.PSSH = encoded(made.PSSH)
	}
	if len(made.ContentProtectionData) == 0 {
		s.ContentProtectionData = nil
	}
	if s.ContentProtectionData != nil {
		s.ContentProtectionData.Value = base64.StdEncoding.EncodeToString(made.ContentProtectionData)
	}
	s.HLSSignalingData = playlists(s.HLSSignalingData, made)
	s.URIExtXKey, s.SmoothStreamingProtectionHeaderData = cpix.Text{}, cpix.Text{}
}

func playlists(asked []*cpix.HLSSignalingData, made signaling.Signaling) []*cpix.HLSSignalingData {
	var filled []*cpix.HLSSignalingData
	for _, data := range asked {
		if line := hlsLine(data.Playlist, made); line != "" {
			data.Value = base64.StdEncoding.EncodeToString([]byte(line))
			filled = append(filled, data)
		}
	}
	return filled
}

// hlsLine is the line of the playlist that is named. CPIX 2.4 says multiVariant where SPEKE
// says master; what names none is for the media playlist, which cannot do without.
func hlsLine(playlist cpix.Text, made signaling.Signaling) string {
	switch playlist.Value {
	case "", "media":
		return made.HLSMedia
	case "master", "multiVariant":
		return made.HLSMaster
	}
	return ""
}

// encoded is base64 of b, or absent if b is empty.
func encoded(b []byte) cpix.Text {
	if len(b) == 0 {
		return cpix.Text{}
	}
	return cpix.NewText(base64.StdEncoding.EncodeToString(b))
}
