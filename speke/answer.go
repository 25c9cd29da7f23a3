package speke

import (
	"context"
	"fmt"
	"slices"

	"github.com/keyrotor/keyrotor/speke/cpix"
	"github.com/keyrotor/keyrotor/speke/signaling"
)

// fillIn turns the document of a contract into its answer, in place: KIDs are overridden
// wherever they stand, keys, IVs and the signaling that was asked for are filled in, the
// rest stays.
func (h *Handler) fillIn(ctx context.Context, ch Channel, c *contract, grants []granted) error {
	byKey := make([]*granted, len(c.kids))
	for i := range grants {
		g := &grants[i]
		byKey[g.key] = g
		if err := h.give(ctx, ch, c.doc.ContentKeys[g.key], g); err != nil {
			return err
		}
	}
	for i, s := range c.systems {
		c.doc.DRMSystems[i].KID = c.doc.ContentKeys[s.key].KID
		h.signal(ch, c.doc.DRMSystems[i], s, byKey[s.key], c.version)
	}
	for i, rule := range c.doc.UsageRules {
		rule.KID = c.doc.ContentKeys[c.rules[i]].KID
	}
	if c.version != speke21 {
		strip(c.doc)
	}
	return nil
}

// give fills in a content key.
func (h *Handler) give(ctx context.Context, ch Channel, key *cpix.ContentKey, g *granted) error {
	secret, err := h.sealer.Open(ctx, g.entry.Ref(ch.ID, g.ContentKey), g.KID, g.Sealed)
	if err != nil {
		return fmt.Errorf("open the key of track %s: %w", g.track, err)
	}
	key.KID = cpix.NewText(g.KID.String())
	key.Key = secret.Reveal
	if key.ExplicitIV.Value == "" { // what the packager brought is echoed
		key.ExplicitIV = encoded(g.IV)
	}
	return nil
}

// signal fills the elements of a DRM system that were asked for. What the system cannot
// have is left out: an empty element would be taken for an answer. A system that nobody
// knows stays as it is.
func (h *Handler) signal(ch Channel, s *cpix.DRMSystem, asked system, g *granted, v version) {
	if !asked.known {
		return
	}
	made := h.speller.spell(ch.ID, g.entry, g.ContentKey, asked.is)
	fillPSSH(&s.PSSH, made.pssh, ch.FairPlayPSSH && asked.is == signaling.FairPlay)
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

// playlists fills the lines that were asked for, each once, and leaves out those that there
// are not.
func playlists(asked []*cpix.HLSSignalingData, made *spelled) []*cpix.HLSSignalingData {
	filled := asked[:0]
	for _, data := range asked {
		again := func(before *cpix.HLSSignalingData) bool { return before.Playlist == data.Playlist }
		if line := hlsLine(data.Playlist, made); line.Present && !slices.ContainsFunc(filled, again) {
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
