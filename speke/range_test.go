package speke_test

import (
	"errors"
	"slices"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/keyrotor/keyrotor/keyplan"
	"github.com/keyrotor/keyrotor/speke"
	"github.com/keyrotor/keyrotor/speke/cpix"
	"github.com/keyrotor/keyrotor/speke/signaling"
)

// ranged asks for a range of "live" under cbcs, which must be answered.
func (p *provider) ranged(asked speke.Range) *cpix.Document {
	p.Helper()
	asked.Channel, asked.Scheme = "live", keyplan.CBCS
	body, err := p.handler.Document(p.Context(), asked)
	if err != nil {
		p.Fatal(err)
	}
	return read(p.T, string(body))
}

func TestARangeHasEveryKeyOfItsPeriods(t *testing.T) {
	p := start(t, setup{signaling: &everything})
	doc := p.ranged(speke.Range{From: at("12:05"), To: at("12:20"), Packager: "origin"})
	want := []*cpix.ContentKeyPeriod{
		{ID: cpix.NewText("period_1772366400"), Index: cpix.NewText("1772366400"), Start: cpix.NewText("2026-03-01T12:00:00Z"), End: cpix.NewText("2026-03-01T12:10:00Z")},
		{ID: cpix.NewText("period_1772367000"), Index: cpix.NewText("1772367000"), Start: cpix.NewText("2026-03-01T12:10:00Z"), End: cpix.NewText("2026-03-01T12:20:00Z")},
	}
	if diff := cmp.Diff(want, doc.Periods); diff != "" {
		t.Errorf("periods (-want +got)\n%s", diff)
	}
	if doc.Version.Value != "2.4" || doc.ContentID.Value != "live" {
		t.Errorf("CPIX %q of %q", doc.Version.Value, doc.ContentID.Value)
	}
	for i, at := range []keyplan.KeyRef{
		{Start: noon, Track: "VIDEO"}, {Start: noon, Track: "AUDIO"},
		{Start: at("12:10"), Track: "VIDEO"}, {Start: at("12:10"), Track: "AUDIO"},
	} {
		at.Scheme = keyplan.CBCS
		p.requireKey(doc.ContentKeys[i], at)
		rule := doc.UsageRules[i]
		if rule.KID != doc.ContentKeys[i].KID || rule.IntendedTrackType.Value != string(at.Track) ||
			rule.KeyPeriodFilters[0].PeriodID != doc.Periods[i/2].ID {
			t.Errorf("rule %d: %+v", i, rule)
		}
	}
	if len(doc.ContentKeys) != 4 || len(doc.UsageRules) != 4 {
		t.Errorf("%d keys, %d rules", len(doc.ContentKeys), len(doc.UsageRules))
	}
	p.stop()
	if seen := named(records(t, p.store, "live"), "seen/"); len(seen) != 2 {
		t.Errorf("seen %q", seen)
	}
}

// What a range says of a key is what SPEKE says.
func TestARangeSignalsAsSPEKEDoes(t *testing.T) {
	p := start(t, setup{signaling: &everything})
	doc := p.ranged(speke.Range{From: noon, To: at("12:10")})
	spoken := p.answered(valid)
	if doc.ContentKeys[0].KID != spoken.ContentKeys[0].KID || doc.ContentKeys[0].ExplicitIV != spoken.ContentKeys[0].ExplicitIV {
		t.Error("another KID or IV")
	}
	i := slices.IndexFunc(doc.DRMSystems, func(s *cpix.DRMSystem) bool { return s.SystemID.Value == string(signaling.Widevine) })
	ours, theirs := doc.DRMSystems[i], spoken.DRMSystems[0]
	if ours.PSSH != theirs.PSSH || ours.HLSSignalingData[0].Value != theirs.HLSSignalingData[0].Value ||
		ours.ContentProtectionData.Value != theirs.ContentProtectionData.Value {
		t.Error("another signaling")
	}
	var ids []string
	for _, s := range doc.DRMSystems[:5] {
		ids = append(ids, s.SystemID.Value)
	}
	want := []string{widevine, playReady, fairPlay, string(signaling.Common), string(signaling.ClearKey)}
	if diff := cmp.Diff(want, ids); diff != "" {
		t.Errorf("systems under cbcs (-want +got)\n%s", diff)
	}
}

func TestARangeForOthersIsEncryptedAndNotObserved(t *testing.T) {
	p := start(t, setup{})
	r := newRecipient(t, 2048)
	body, err := p.handler.Document(t.Context(), speke.Range{
		Channel: "live", Scheme: keyplan.CBCS, From: noon, To: at("12:10"), Recipients: []string{r.cert},
	})
	if err != nil {
		t.Fatal(err)
	}
	p.requireNoKey("an encrypted range", string(body))
	doc := read(t, string(body))
	if err := doc.Decrypt(r.private); err != nil {
		t.Fatal(err)
	}
	p.requireKey(doc.ContentKeys[0], keyplan.KeyRef{Start: noon, Track: "VIDEO", Scheme: keyplan.CBCS})
	p.stop()
	if seen := named(records(t, p.store, "live"), "seen/"); seen != nil {
		t.Errorf("seen %q", seen)
	}
}

func TestARangeIsNeverAnsweredShort(t *testing.T) {
	p := start(t, setup{})
	p.starts("live", unixNoon)
	if doc := p.ranged(speke.Range{From: noon, To: noon.Add(5 * time.Hour)}); len(doc.Periods) != 30 {
		t.Errorf("%d periods in five hours", len(doc.Periods))
	}
	for name, asked := range map[string]speke.Range{
		"beyond max_ahead":  {Channel: "live", From: noon, To: noon.Add(48 * time.Hour)},
		"before the plan":   {Channel: "live", From: at("10:00"), To: at("12:10")},
		"no time":           {Channel: "live", From: noon, To: noon},
		"backwards":         {Channel: "live", From: at("12:10"), To: noon},
		"another's channel": {Channel: "nowhere", From: noon, To: at("12:10")},
	} {
		t.Run(name, func(t *testing.T) {
			asked.Scheme = keyplan.CBCS
			if _, err := p.handler.Document(t.Context(), asked); !errors.Is(err, speke.ErrRange) {
				t.Errorf("err %v", err)
			}
		})
	}
}
