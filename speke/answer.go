package speke

import (
	"context"
	"fmt"

	"github.com/keyrotor/keyrotor/speke/cpix"
	"github.com/keyrotor/keyrotor/speke/signaling"
)

// fillIn turns the document of a contract into its answer, in place: KIDs are overridden
// wherever they stand, keys, IVs and the signaling that was asked for are filled in, the
// rest stays.
func (h *Handler) fillIn(ctx context.Context, ch Channel, c *contract, grants []granted) error {
	byKey := make(map[*cpix.ContentKey]granted, len(grants))
	for _, g := range grants {
		byKey[g.key] = g
		secret, err := h.sealer.Open(ctx, g.entry.Ref(ch.ID, g.ContentKey), g.KID, g.Sealed)
		if err != nil {
			return fmt.Errorf("open the key of track %s: %w", g.track, err)
		}
		g.key.Key = secret.Reveal
		g.key.ExplicitIV = explicitIV(g)
	}
	for i, s := range c.doc.DRMSystems {
		h.signal(ch, s, byKey[c.systems[i]], c.version)
	}
	c.override(byKey)
	if c.version != speke21 {
		strip(c.doc)
	}
	return nil
}

// override writes our KIDs in the place of the packager's.
func (c *contract) override(byKey map[*cpix.ContentKey]granted) {
	ours := make(map[*cpix.ContentKey]cpix.Text, len(byKey))
	for key, g := range byKey {
		ours[key] = cpix.NewText(g.KID.String())
		key.KID = ours[key]
	}
	for i, system := range c.doc.DRMSystems {
		system.KID = ours[c.systems[i]]
	}
	for i, rule := range c.doc.UsageRules {
		rule.KID = ours[c.rules[i]]
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
// have is left out: an empty element would be taken for an answer. A system that nobody
// knows stays as it is.
func (h *Handler) signal(ch Channel, s *cpix.DRMSystem, g granted, v version) {
	system, known := signaling.ParseSystem(s.SystemID.Value)
	if !known {
		return
	}
	made := h.speller.spell(ch.ID, g.entry, g.ContentKey, system)
	fillPSSH(&s.PSSH, made.pssh, ch.FairPlayPSSH && system == signaling.FairPlay)
	if !made.contentProtection.Present {
		s.ContentProtectionData = nil
	}
	if s.ContentProtectionData != nil {
		s.ContentProtectionData.Value = made.contentProtection.Value
	}
	s.HLSSignalingData = playlists(s.HLSSignalingData, made)
	fill(&s.SmoothStreamingProtectionHeaderData, made.protectionHeader)
	if v != speke10 {
		made = &spelled{}
	}
	fill(&s.URIExtXKey, made.uri)
	fill(&s.KeyFormat, made.keyFormat)
	fill(&s.KeyFormatVersions, made.keyFormatVersions)
	fill(&s.ProtectionHeader, made.protectionHeader)
}

// fill puts what was made in the place of an element that was asked for, or leaves it out.
func fill(asked *cpix.Text, made cpix.Text) {
	if asked.Present {
		*asked = made
	}
}

// fillPSSH is fill, but may leave an empty element for packagers that insist on it.
func fillPSSH(asked *cpix.Text, box cpix.Text, keepEmpty bool) {
	if keepEmpty && asked.Present {
		*asked = cpix.NewText("")
		return
	}
	fill(asked, box)
}

// playlists fills the lines that were asked for, and leaves out those that there are not.
func playlists(asked []*cpix.HLSSignalingData, made *spelled) []*cpix.HLSSignalingData {
	filled := asked[:0]
	for _, data := range asked {
		if line := hlsLine(data.Playlist, made); line.Present {
			data.Value = line.Value
			filled = append(filled, data)
		}
	}
	return filled
}

// hlsLine is the line of the playlist that is named. CPIX 2.4 says multiVariant where SPEKE
// says master; what names none is for the media playlist, which cannot do without.
func hlsLine(playlist cpix.Text, made *spelled) cpix.Text {
	switch playlist.Value {
	case "", "media":
		return made.hlsMedia
	case "master", "multiVariant":
		return made.hlsMaster
	}
	return cpix.Text{}
}

// strip takes out what came with SPEKE 2.1.
func strip(doc *cpix.Document) {
	for _, key := range doc.ContentKeys {
		key.HDCP = nil
	}
	for _, s := range doc.DRMSystems {
		s.HLSAllowedCPC = cpix.Text{}
		if s.ContentProtectionData != nil {
			s.ContentProtectionData.Robustness = cpix.Text{}
		}
	}
}
