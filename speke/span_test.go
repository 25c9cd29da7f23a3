package speke_test

import (
	"fmt"
	"net/http"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/keyrotor/keyrotor/keyplan"
	"github.com/keyrotor/keyrotor/speke"
)

// period asks for the video key of a period of SPEKE 2.1 with these attributes.
func period(contentID, attributes string) string {
	return fmt.Sprintf(`<CPIX xmlns="urn:dashif:org:cpix" contentId="%s" version="2.4"><ContentKeyList><ContentKey kid="%s" commonEncryptionScheme="cbcs"/></ContentKeyList>`+
		`<DRMSystemList><DRMSystem kid="%[2]s" systemId="%s"><PSSH/></DRMSystem></DRMSystemList>`+
		`<ContentKeyPeriodList><ContentKeyPeriod id="p0" %s/></ContentKeyPeriodList>`+
		`<ContentKeyUsageRuleList><ContentKeyUsageRule kid="%[2]s" intendedTrackType="VIDEO"><KeyPeriodFilter periodId="p0"/></ContentKeyUsageRule></ContentKeyUsageRuleList></CPIX>`,
		contentID, videoKID, widevine, attributes)
}

// clocked are the attributes of a period from one time to another on the day of the tests.
func clocked(from, to string) string {
	return fmt.Sprintf(`start="2026-03-01T%s" end="2026-03-01T%s"`, from, to)
}

// gets tells the start of the period whose key is answered to a document of SPEKE 2.1.
func (p *provider) gets(document string) time.Time {
	p.Helper()
	got := p.post("2.1", document)
	if got.status != http.StatusOK {
		p.Fatalf("status %d: %s", got.status, got.body)
	}
	key := read(p.T, got.body).ContentKeys[0]
	kid, err := keyplan.ParseKID(key.KID.Value)
	if err != nil {
		p.Fatal(err)
	}
	e, _, ok := p.replica.Plan(p.channel.ID).KID(kid)
	if !ok {
		p.Fatalf("KID %s is not in the plan", kid)
	}
	p.requireKey(key, keyplan.KeyRef{Start: e.Start, Track: "VIDEO", Scheme: keyplan.CBCS})
	return e.Start
}

func TestAPeriodWithStartAndEndGetsTheEntryItOverlapsMost(t *testing.T) {
	for _, tc := range []struct{ name, attributes, start string }{
		{"exactly one", clocked("12:10:00Z", "12:20:00Z"), "12:10"},
		{"most of the first", clocked("12:04:00Z", "12:14:00Z"), "12:00"},
		{"most of the second", clocked("12:06:00Z", "12:16:00Z"), "12:10"},
		{"half of each: the earlier", clocked("12:05:00Z", "12:15:00Z"), "12:00"},
		{"part of one", clocked("12:12:00Z", "12:13:00Z"), "12:10"},
		{"several: the first whole one", clocked("12:09:00Z", "12:35:00Z"), "12:10"},
		{"without zone", clocked("12:10:00", "12:20:00"), "12:10"},
		{"in another zone", clocked("13:10:00+01:00", "13:20:00+01:00"), "12:10"},
		{"with fractions", clocked("12:09:59.960Z", "12:19:59.960Z"), "12:10"},
		{"beyond the plan", clocked("16:10:00Z", "16:20:00Z"), "16:10"},
		{"and an index, which loses", `index="2953944" ` + clocked("12:10:00Z", "12:20:00Z"), "12:10"},
		{"and an index from nowhere, which loses", `index="1" ` + clocked("12:10:00Z", "12:20:00Z"), "12:10"},
	} {
		t.Run(tc.name, func(t *testing.T) {
			p := start(t, setup{})
			if got := p.gets(period("live", tc.attributes)); !got.Equal(at(tc.start)) {
				t.Errorf("the period from %s, want from %s", got, tc.start)
			}
			if bound := bindings(t, p); bound != nil {
				t.Errorf("bound %q although no index counted", bound)
			}
		})
	}
}

func TestAPeriodThatCannotBeOverlappedIsRefused(t *testing.T) {
	p := start(t, setup{})
	p.gets(period("live", clocked("12:00:00Z", "12:10:00Z")))
	for name, attributes := range map[string]string{
		"no end":                     `start="2026-03-01T12:00:00Z"`,
		"no start":                   `end="2026-03-01T12:00:00Z"`,
		"an end before the start":    clocked("12:10:00Z", "12:00:00Z"),
		"no time":                    clocked("12:10:00Z", "12:10:00Z"),
		"a start that is no time":    `start="noon" end="2026-03-01T12:10:00Z"`,
		"an index that is no number": `index="-1" ` + clocked("12:10:00Z", "12:20:00Z"),
		"before the plan":            clocked("08:00:00Z", "08:10:00Z"),
		"from before the plan on":    clocked("08:00:00Z", "12:10:00Z"),
		"too far ahead":              `start="2026-03-09T12:00:00Z" end="2026-03-09T12:10:00Z"`,
		"reaching too far ahead":     `start="2026-03-01T12:00:00Z" end="2026-03-09T12:10:00Z"`,
		"offsets":                    `startOffset="PT0S" endOffset="PT10M"`,
		"nothing":                    "",
	} {
		t.Run(name, func(t *testing.T) {
			if got := p.post("2.1", period("live", attributes)); got.status != 422 || got.body != unsupportedP0 {
				t.Errorf("%d %q", got.status, got.body)
			}
		})
	}
}

func TestASpanOnceServedKeepsItsEntry(t *testing.T) {
	p := start(t, setup{})
	document := period("live", clocked("13:25:00Z", "13:33:00Z"))
	want := p.gets(document)
	if !want.Equal(at("13:20")) {
		t.Fatalf("the period from %s", want)
	}
	// Under the changed policy the plan goes on from its end at 13:30 with other periods.
	for _, pol := range []string{"rotate: {every: 7m}", "rotate: {every: 1h}"} {
		p = start(t, setup{store: p.store, clock: p.clock, channels: []speke.Channel{liveChannel(t, pol)}})
		if got := p.gets(document); !got.Equal(want) {
			t.Errorf("under %s the period from %s", pol, got)
		}
	}
	want2 := []string{keyplan.NewServedSpan("live", at("13:25"), at("13:33"), want).Record().Name}
	if diff := cmp.Diff(want2, named(records(t, p.store, "live"), "served/")); diff != "" {
		t.Errorf("-want +got\n%s", diff)
	}
}

func TestBeforeThePlanPeriodsAreMadeAsFarAsBackfillSays(t *testing.T) {
	p := start(t, setup{channels: []speke.Channel{liveChannel(t, "{rotate: {every: 10m}, backfill: 2h}")}})
	p.starts("live", unixNoon)
	if diff := cmp.Diff([]time.Time{at("10:10"), at("11:30")}, p.starts("live", unixNoon-11, unixNoon-3)); diff != "" {
		t.Errorf("-want +got\n%s", diff)
	}
	if got := p.gets(period("live", clocked("10:23:00Z", "10:33:00Z"))); !got.Equal(at("10:20")) {
		t.Errorf("by start and end: the period from %s", got)
	}
	p.refused(documentOf("live", ask{index: unixNoon - 13}), http.StatusUnprocessableEntity, unsupportedP0)
}
