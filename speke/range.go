package speke

import (
	"context"
	"errors"
	"fmt"
	"strconv"
	"time"

	"github.com/keyrotor/keyrotor/keyplan"
	"github.com/keyrotor/keyrotor/speke/cpix"
	"github.com/keyrotor/keyrotor/speke/signaling"
)

// A Range asks for all content keys of one scheme that a channel uses in a span of time.
type Range struct {
	// Channel has an ID that the Handler knows.
	Channel string
	Scheme  keyplan.Scheme
	// From and To are the ends of a half-open span. Its periods are planned if they are not.
	From, To time.Time
	// Packager is who gets the keys, "" if they are not for packaging: packagers are
	// observed.
	Packager string
	// Recipients are certificates in base64 of DER. If there are any, the keys are encrypted
	// to them.
	Recipients []string
}

// ErrRange says that the channel has no keys for all of a Range and cannot make them, and
// that asking again would not help.
var ErrRange = errors.New("the keys of this range cannot be served")

// Document answers a Range with a CPIX 2.4 document: its key periods with start, end and
// index, and for each the key, usage rule and DRM signaling of every track. Signaling is
// that of all systems which the channel has, the same as packagers get by SPEKE.
func (h *Handler) Document(ctx context.Context, asked Range) ([]byte, error) {
	ch, ok := h.channelOf(asked.Channel)
	if !ok || !asked.From.Before(asked.To) {
		return nil, ErrRange
	}
	if err := h.admitted(ctx, ch); errors.Is(err, ErrContentID) {
		return nil, errors.Join(ErrRange, err)
	} else if err != nil {
		return nil, err
	}
	r := resolver{Handler: h, ch: ch, now: h.clock()}
	entries, err := r.between(ctx, asked.From, asked.To)
	if errors.Is(err, ErrPeriod) {
		return nil, fmt.Errorf("%w: %w", ErrRange, err)
	}
	if err != nil {
		return nil, err
	}
	doc, err := r.document(ctx, asked, entries)
	if err != nil {
		return nil, err
	}
	if err := protect(doc); err != nil {
		return nil, err
	}
	if asked.Packager != "" {
		h.seen(ch, asked.Packager, r.now, entries)
	}
	return doc.Append(nil), nil
}

// between finds the entries that overlap a span, all of which must be servable.
func (r resolver) between(ctx context.Context, from, to time.Time) ([]*keyplan.Entry, error) {
	ctx, cancel := patiently(ctx)
	defer cancel()
	for _, t := range []time.Time{to.Add(-1), from} {
		if _, err := r.at(ctx, t); err != nil {
			return nil, err
		}
	}
	return r.issue(ctx, r.plan().Between(from, to)), nil
}

// document lists the keys of entries.
func (r resolver) document(ctx context.Context, asked Range, entries []*keyplan.Entry) (*cpix.Document, error) {
	doc := &cpix.Document{ContentID: cpix.NewText(asked.Channel), Version: cpix.NewText("2.4")}
	for _, certificate := range asked.Recipients {
		doc.DeliveryData = append(doc.DeliveryData, &cpix.DeliveryData{Certificates: []string{certificate}})
	}
	listed := map[keyplan.KID]bool{}
	for _, e := range entries {
		period := periodOf(e)
		doc.Periods = append(doc.Periods, period)
		for _, k := range e.Keys {
			if k.Scheme != asked.Scheme {
				continue
			}
			doc.UsageRules = append(doc.UsageRules, ruleOf(k, period))
			if listed[k.KID] {
				continue
			}
			listed[k.KID] = true
			if err := r.list(ctx, doc, e, k); err != nil {
				return nil, err
			}
		}
	}
	return doc, nil
}

// list adds a key and its signaling to a document.
func (r resolver) list(ctx context.Context, doc *cpix.Document, e *keyplan.Entry, k keyplan.ContentKey) error {
	secret, err := r.sealer.Open(ctx, e.Ref(r.ch.ID, k), k.KID, k.Sealed)
	if err != nil {
		return fmt.Errorf("open the key of track %s: %w", k.Track, err)
	}
	kid := cpix.NewText(k.KID.String())
	doc.ContentKeys = append(doc.ContentKeys, &cpix.ContentKey{
		KID: kid, Scheme: cpix.NewText(string(k.Scheme)), ExplicitIV: encoded(k.IV), Key: secret.Reveal,
	})
	for _, system := range systems {
		if made := r.speller.spell(r.ch.ID, e, k, system); *made != (spelled{}) {
			doc.DRMSystems = append(doc.DRMSystems, systemOf(kid, system, made))
		}
	}
	return nil
}

// systems are those that a document by time range has, in this order.
var systems = []signaling.System{
	signaling.Widevine, signaling.PlayReady, signaling.FairPlay, signaling.Common, signaling.ClearKey, signaling.ClearKeyAES128,
}

func periodOf(e *keyplan.Entry) *cpix.ContentKeyPeriod {
	index := strconv.FormatUint(uint64(e.Index()), 10)
	return &cpix.ContentKeyPeriod{
		ID: cpix.NewText("period_" + index), Index: cpix.NewText(index),
		Start: cpix.NewText(stamp(e.Start)), End: cpix.NewText(stamp(e.End)),
	}
}

func ruleOf(k keyplan.ContentKey, period *cpix.ContentKeyPeriod) *cpix.ContentKeyUsageRule {
	return &cpix.ContentKeyUsageRule{
		KID: cpix.NewText(k.KID.String()), IntendedTrackType: cpix.NewText(string(k.Track)),
		KeyPeriodFilters: []*cpix.KeyPeriodFilter{{PeriodID: period.ID}},
	}
}

// systemOf is everything that a DRM system has of a key.
func systemOf(kid cpix.Text, system signaling.System, made *spelled) *cpix.DRMSystem {
	s := &cpix.DRMSystem{KID: kid, SystemID: cpix.NewText(string(system)), PSSH: made.pssh}
	if made.contentProtection.Present {
		s.ContentProtectionData = &cpix.ContentProtectionData{Value: made.contentProtection.Value}
	}
	s.HLSSignalingData = playlists([]*cpix.HLSSignalingData{
		{Playlist: cpix.NewText("media")}, {Playlist: cpix.NewText("multiVariant")},
	}, made)
	s.SmoothStreamingProtectionHeaderData = made.protectionHeader
	return s
}
