package keyplan_test

import (
	"errors"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"
	"pgregory.net/rapid"

	"github.com/keyrotor/keyrotor/keyplan"
)

func drawStart(t *rapid.T) time.Time {
	return time.Unix(rapid.Int64Range(0, 250_000_000_000).Draw(t, "start"), 0).UTC()
}

func drawPeriod(t *rapid.T) keyplan.Period {
	start := drawStart(t)
	return keyplan.Period{Start: start, End: start.Add(time.Duration(rapid.Int64Range(1, 1e8).Draw(t, "seconds")) * time.Second)}
}

func drawKID(t *rapid.T) keyplan.KID {
	return keyplan.KID(rapid.SliceOfN(rapid.Byte(), 16, 16).Draw(t, "kid"))
}

func drawKey(t *rapid.T, generations int) keyplan.ContentKey {
	return keyplan.ContentKey{
		Track:      keyplan.Track(rapid.String().Draw(t, "track")),
		Scheme:     rapid.SampledFrom([]keyplan.Scheme{keyplan.CENC, keyplan.CBCS}).Draw(t, "scheme"),
		Generation: rapid.IntRange(0, generations).Draw(t, "generation"),
		KID:        drawKID(t),
		IV:         rapid.SliceOf(rapid.Byte()).Draw(t, "iv"),
		Check:      rapid.SliceOf(rapid.Byte()).Draw(t, "check"),
		Sealed:     rapid.SliceOf(rapid.Byte()).Draw(t, "sealed"),
	}
}

func drawEntry(t *rapid.T) keyplan.Entry {
	e := keyplan.Entry{Period: drawPeriod(t), Back: rapid.Bool().Draw(t, "back"), Policy: rapid.String().Draw(t, "policy")}
	for range rapid.IntRange(0, 3).Draw(t, "keys") {
		e.Keys = append(e.Keys, drawKey(t, 9))
	}
	return e
}

func drawAudit(t *rapid.T) keyplan.Audit {
	return keyplan.Audit{At: drawStart(t), By: rapid.String().Draw(t, "by"), Reason: rapid.String().Draw(t, "reason")}
}

// drawFact draws a fact of any kind.
func drawFact(t *rapid.T) keyplan.Fact {
	name, count := rapid.String(), rapid.IntRange(0, 1<<40)
	draw := []func() keyplan.Fact{
		func() keyplan.Fact { return keyplan.First{N: 1 + count.Draw(t, "n"), Start: drawStart(t)} },
		func() keyplan.Fact { return drawEntry(t) },
		func() keyplan.Fact { return keyplan.Closed{Start: drawStart(t)} },
		func() keyplan.Fact { return keyplan.Gone{Period: drawPeriod(t)} },
		func() keyplan.Fact {
			return keyplan.Served{ContentID: name.Draw(t, "id"), Index: rapid.Uint32().Draw(t, "index"), N: count.Draw(t, "n"), Start: drawStart(t)}
		},
		func() keyplan.Fact {
			p := drawPeriod(t)
			return keyplan.ServedSpan{ContentID: name.Draw(t, "id"), From: p.Start, To: p.End, Start: drawStart(t)}
		},
		func() keyplan.Fact { return keyplan.AddedKey{Start: drawStart(t), ContentKey: drawKey(t, 0)} },
		func() keyplan.Fact {
			return keyplan.Created{ID: name.Draw(t, "id"), Pattern: name.Draw(t, "pattern"), At: drawStart(t)}
		},
		func() keyplan.Fact { return keyplan.Static{ContentKey: drawKey(t, 9)} },
		func() keyplan.Fact {
			return keyplan.Adopted{KID: drawKID(t), Start: drawStart(t), Check: rapid.SliceOf(rapid.Byte()).Draw(t, "check"), Sealed: rapid.SliceOf(rapid.Byte()).Draw(t, "sealed")}
		},
		func() keyplan.Fact {
			return keyplan.AdoptedUse{Start: drawStart(t), KID: drawKID(t), Track: keyplan.Track(name.Draw(t, "track")), Scheme: keyplan.CBCS}
		},
		func() keyplan.Fact {
			b := drawBinding(t)
			b.N += count.Draw(t, "n")
			b.Onward = rapid.Bool().Draw(t, "onward")
			return b
		},
		func() keyplan.Fact {
			packager := string(rapid.SliceOf(rapid.Byte()).Draw(t, "packager"))
			return keyplan.NewSeen(drawStart(t), packager, time.Minute, drawStart(t).Add(time.Millisecond))
		},
		func() keyplan.Fact {
			return keyplan.PackagerIV{KID: keyplan.KID{1}, IV: rapid.SliceOfN(rapid.Byte(), 16, 16).Draw(t, "iv"), Start: drawStart(t)}
		},
		func() keyplan.Fact {
			return keyplan.Split{Start: drawStart(t), Policy: name.Draw(t, "policy"), Keys: drawEntry(t).Keys, Audit: drawAudit(t)}
		},
		func() keyplan.Fact {
			replaced := rapid.SliceOf(rapid.Custom(drawKID)).Draw(t, "replaced")
			return keyplan.Renewed{Start: drawStart(t), N: 1 + count.Draw(t, "n"), Keys: drawEntry(t).Keys, Replaced: replaced, Audit: drawAudit(t)}
		},
		func() keyplan.Fact { return keyplan.Issued{Start: drawStart(t), N: 1 + count.Draw(t, "n")} },
		func() keyplan.Fact {
			return keyplan.Revoked{KID: drawKID(t), From: drawStart(t), Start: drawStart(t), Immediate: rapid.Bool().Draw(t, "immediate"), Audit: drawAudit(t)}
		},
		func() keyplan.Fact {
			key := rapid.StringN(1, 60, keyplan.MaxCommandKey).Draw(t, "key")
			return keyplan.Command{Key: key, Verb: name.Draw(t, "verb"), Digest: rapid.SliceOf(rapid.Byte()).Draw(t, "digest"), Start: drawStart(t), Audit: drawAudit(t)}
		},
		func() keyplan.Fact {
			e := keyplan.Announce(drawStart(t), drawStart(t).Add(1))
			e.Seq = 1 + rapid.Uint64Max(1<<63).Draw(t, "seq")
			return e
		},
	}
	return rapid.SampledFrom(draw).Draw(t, "kind")()
}

func TestEveryFactIsReadAsItWasWritten(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		want := drawFact(t)
		got, err := keyplan.Decode(want.Record())
		if diff := cmp.Diff(want, got, cmpopts.EquateEmpty()); err != nil || diff != "" {
			t.Fatalf("%v\n%s", err, diff)
		}
		if diff := cmp.Diff(want.Record(), got.Record()); diff != "" {
			t.Fatal(diff)
		}
	})
}

func TestARecordUnderAnotherNameIsUnknown(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		r, other := drawFact(t).Record(), drawFact(t).Record()
		if r.Name == other.Name {
			return
		}
		r.Name = other.Name
		if fact, err := keyplan.Decode(r); fact != nil || !errors.Is(err, keyplan.ErrUnknownRecord) {
			t.Fatalf("%v, %v", fact, err)
		}
	})
}

func TestRecordsHaveTheNamesAndContentsThatStoresHold(t *testing.T) {
	announced := keyplan.Announce(noon, noon.Add(time.Nanosecond))
	announced.Seq = 12
	anchored := keyplan.Bind("a/b", 7, time.Minute, noon)
	anchored.N = 1
	back := made(noon, noon.Add(time.Minute), 3)
	back.Back = true
	key := keyplan.ContentKey{Track: "A/V", Scheme: keyplan.CENC, Check: []byte("check"), Sealed: []byte{3}}
	const kid = "00000000-0000-0000-0000-000000000000"
	why := keyplan.Audit{At: noon, By: "op", Reason: "r"}
	const audit = `"at":"2026-11-21T12:00:00Z","by":"op","reason":"r"}`
	tests := []struct {
		fact        keyplan.Fact
		name, value string
	}{
		{
			keyplan.Split{Start: noon, Policy: "p", Keys: []keyplan.ContentKey{key}, Audit: why}, "split/2026-11-21T12:00:00Z",
			`{"v":1,"kind":"split","start":"2026-11-21T12:00:00Z","policy":"p","keys":[{"track":"A/V","scheme":"cenc","kid":"` + kid + `","check":"Y2hlY2s=","sealed":"Aw=="}],` + audit,
		},
		{
			keyplan.Renewed{Start: noon, N: 1, Replaced: []keyplan.KID{{}}, Audit: why}, "generation/2026-11-21T12:00:00Z/00000000000000000001",
			`{"v":1,"kind":"renewed","start":"2026-11-21T12:00:00Z","n":1,"keys":null,"replaced":["` + kid + `"],` + audit,
		},
		{
			keyplan.Issued{Start: noon, N: 1}, "generation/2026-11-21T12:00:00Z/00000000000000000001",
			`{"v":1,"kind":"issued","start":"2026-11-21T12:00:00Z","n":1}`,
		},
		{
			keyplan.Revoked{From: noon, Start: noon, Audit: why}, "revoked/" + kid,
			`{"v":1,"kind":"revoked","kid":"` + kid + `","from":"2026-11-21T12:00:00Z","start":"2026-11-21T12:00:00Z",` + audit,
		},
		{
			keyplan.Revoked{From: noon, Immediate: true, Audit: keyplan.Audit{At: noon}}, "revoked/" + kid + "/immediate",
			`{"v":1,"kind":"revoked","kid":"` + kid + `","from":"2026-11-21T12:00:00Z","start":"0001-01-01T00:00:00Z","immediate":true,"at":"2026-11-21T12:00:00Z"}`,
		},
		{
			keyplan.Command{Key: "a/b", Verb: "rotate", Digest: []byte{3}, Start: noon, Audit: why}, "command/612f62",
			`{"v":1,"kind":"command","key":"a/b","verb":"rotate","digest":"Aw==","start":"2026-11-21T12:00:00Z",` + audit,
		},
		{keyplan.First{N: 1, Start: noon}, "first/00000000000000000001", `{"v":1,"kind":"first","n":1,"start":"2026-11-21T12:00:00Z"}`},
		{keyplan.Closed{Start: noon}, "period/2026-11-21T12:00:00Z", `{"v":1,"kind":"closed","start":"2026-11-21T12:00:00Z"}`},
		{
			made(noon, noon.Add(time.Minute), 3), "period/2026-11-21T12:00:00Z",
			`{"v":1,"kind":"period","start":"2026-11-21T12:00:00Z","end":"2026-11-21T12:01:00Z","policy":"made","keys":[` +
				`{"track":"VIDEO","scheme":"cbcs","kid":"00000000-6b01-87c0-0000-000000000003","iv":"tgmFaK85YN2AxjNmJE586g==","sealed":"Aw=="}]}`,
		},
		{
			back, "back/2026-11-21T12:01:00Z",
			`{"v":1,"kind":"period","start":"2026-11-21T12:00:00Z","end":"2026-11-21T12:01:00Z","back":true,"policy":"made","keys":[` +
				`{"track":"VIDEO","scheme":"cbcs","kid":"00000000-6b01-87c0-0000-000000000003","iv":"tgmFaK85YN2AxjNmJE586g==","sealed":"Aw=="}]}`,
		},
		{
			keyplan.AddedKey{Start: noon, ContentKey: key}, "key/2026-11-21T12:00:00Z/412f56/cenc/00000000000000000000",
			`{"v":1,"kind":"key","start":"2026-11-21T12:00:00Z","track":"A/V","scheme":"cenc","kid":"` + kid + `","check":"Y2hlY2s=","sealed":"Aw=="}`,
		},
		{keyplan.Static{ContentKey: key}, "static/412f56/cenc", `{"v":1,"kind":"static","track":"A/V","scheme":"cenc","kid":"` + kid + `","check":"Y2hlY2s=","sealed":"Aw=="}`},
		{keyplan.Adopted{Start: noon, Check: []byte("check"), Sealed: []byte{3}}, "adopted/" + kid, `{"v":1,"kind":"adopted","kid":"` + kid + `","start":"2026-11-21T12:00:00Z","check":"Y2hlY2s=","sealed":"Aw=="}`},
		{keyplan.AdoptedUse{Start: noon, Track: "A/V", Scheme: keyplan.CENC}, "used/2026-11-21T12:00:00Z/" + kid + "/412f56/cenc", `{"v":1,"kind":"used","start":"2026-11-21T12:00:00Z","kid":"` + kid + `","track":"A/V","scheme":"cenc"}`},
		{keyplan.AdoptedUse{Track: "A/V", Scheme: keyplan.CENC}, "used/0001-01-01T00:00:00Z/" + kid + "/412f56/cenc", `{"v":1,"kind":"used","start":"0001-01-01T00:00:00Z","kid":"` + kid + `","track":"A/V","scheme":"cenc"}`},
		{
			keyplan.NewServedSpan("a/b", noon.Add(999), noon.Add(time.Minute+1), noon), "served/612f62/2026-11-21T12:00:00Z-2026-11-21T12:01:00Z",
			`{"v":1,"kind":"span","contentId":"a/b","from":"2026-11-21T12:00:00Z","to":"2026-11-21T12:01:00Z","start":"2026-11-21T12:00:00Z"}`,
		},
		{keyplan.Gone{Period: keyplan.Period{Start: noon, End: noon.Add(time.Minute)}}, "gone/2026-11-21T12:00:00Z", `{"v":1,"kind":"gone","start":"2026-11-21T12:00:00Z","end":"2026-11-21T12:01:00Z"}`},
		{keyplan.Served{ContentID: "a/b", Index: 7, N: 2, Start: noon}, "served/612f62/00000000000000000007", `{"v":1,"kind":"served","contentId":"a/b","index":7,"n":2,"start":"2026-11-21T12:00:00Z"}`},
		{keyplan.Rebind(anchored, 0, noon.Add(time.Minute)), "bind/612f62/00000000000000000002", `{"v":1,"kind":"bind","contentId":"a/b","n":2,"binding":"anchored","index":0,"at":"2026-11-21T12:01:00Z","interval":60000000000,"onward":true}`},
		{anchored, "bind/612f62/00000000000000000001", `{"v":1,"kind":"bind","contentId":"a/b","n":1,"binding":"anchored","index":7,"at":"2026-11-21T12:00:00Z","interval":60000000000}`},
		{keyplan.NewSeen(noon, "p", time.Minute, noon.Add(-1)), "seen/2026-11-21T12:00:00Z/70/-1", `{"v":1,"kind":"seen","start":"2026-11-21T12:00:00Z","packager":"p","k":-1,"at":"2026-11-21T11:59:59Z"}`},
		{keyplan.NewSeen(noon, "\xff", time.Minute, noon.Add(2*time.Minute)), "seen/2026-11-21T12:00:00Z/efbfbd/2", `{"v":1,"kind":"seen","start":"2026-11-21T12:00:00Z","packager":"` + "\ufffd" + `","k":2,"at":"2026-11-21T12:02:00Z"}`},
		{keyplan.PackagerIV{IV: make([]byte, 16), Start: noon}, "iv/00000000-0000-0000-0000-000000000000", `{"v":1,"kind":"iv","kid":"00000000-0000-0000-0000-000000000000","iv":"AAAAAAAAAAAAAAAAAAAAAA==","start":"2026-11-21T12:00:00Z"}`},
		{keyplan.Created{ID: "live-1", Pattern: "live-*", At: noon}, "channel/6c6976652d31", `{"v":1,"kind":"channel","id":"live-1","pattern":"live-*","at":"2026-11-21T12:00:00Z"}`},
		{announced, "feed/00000000000000000012", `{"v":1,"kind":"event","seq":12,"id":"announced/2026-11-21T12:00:00Z","type":"announced","at":"2026-11-21T12:00:00.000000001Z","start":"2026-11-21T12:00:00Z"}`},
	}
	for _, tt := range tests {
		if diff := cmp.Diff(keyplan.Record{Name: tt.name, Value: []byte(tt.value)}, tt.fact.Record()); diff != "" {
			t.Error(diff)
		}
	}
}

func TestADamagedRecordIsUnknown(t *testing.T) {
	first := keyplan.First{N: 1, Start: noon}.Record().Name
	period := made(noon, noon.Add(time.Minute), 0).Record().Name
	bind := keyplan.Binding{N: 1}.Record().Name
	tests := []struct{ name, record, value string }{
		{"empty", first, ""},
		{"no object", first, "null"},
		{"cut off", first, `{"v":1,"kind":"first","n":1,"start":"2026-11-2`},
		{"no version", first, `{"kind":"first","n":1,"start":"2026-11-21T12:00:00Z"}`},
		{"another version", first, `{"v":2,"kind":"first","n":1,"start":"2026-11-21T12:00:00Z"}`},
		{"another kind", first, `{"v":1,"kind":"last","n":1,"start":"2026-11-21T12:00:00Z"}`},
		{"another type", first, `{"v":1,"kind":"first","n":"1","start":"2026-11-21T12:00:00Z"}`},
		{"number 0", "first/00000000000000000000", `{"v":1,"kind":"first","n":0,"start":"2026-11-21T12:00:00Z"}`},
		{"a negative number", "first/18446744073709551615", `{"v":1,"kind":"first","n":-1,"start":"2026-11-21T12:00:00Z"}`},
		{"part of a second", first, `{"v":1,"kind":"first","n":1,"start":"2026-11-21T12:00:00.5Z"}`},
		{"another zone", period, `{"v":1,"kind":"closed","start":"2026-11-21T13:00:00+01:00"}`},
		{"a period without end", period, `{"v":1,"kind":"period","start":"2026-11-21T12:00:00Z","keys":[]}`},
		{"a period without length", period, `{"v":1,"kind":"period","start":"2026-11-21T12:00:00Z","end":"2026-11-21T12:00:00Z"}`},
		{"an end in part of a second", period, `{"v":1,"kind":"period","start":"2026-11-21T12:00:00Z","end":"2026-11-21T12:01:00.5Z"}`},
		{"a KID that is none", period, `{"v":1,"kind":"period","start":"2026-11-21T12:00:00Z","end":"2026-11-21T12:01:00Z","keys":[{"kid":"1"}]}`},
		{"a tombstone of nothing", "gone/2026-11-21T12:00:00Z", `{"v":1,"kind":"gone","start":"2026-11-21T12:00:00Z","end":"2026-11-21T11:00:00Z"}`},
		{"a binding without interval", bind, `{"v":1,"kind":"bind","n":1,"binding":"unix","at":"1970-01-01T00:00:00Z"}`},
		{"a binding of half a second", bind, `{"v":1,"kind":"bind","n":1,"binding":"unix","at":"1970-01-01T00:00:00Z","interval":500000000}`},
		{"a binding of a kind to come", bind, `{"v":1,"kind":"bind","n":1,"binding":"guessed","at":"1970-01-01T00:00:00Z","interval":1000000000}`},
		{"a period before the plan under its start", period, `{"v":1,"kind":"period","start":"2026-11-21T12:00:00Z","end":"2026-11-21T12:01:00Z","back":true}`},
		{"a key of a second generation", "key/2026-11-21T12:00:00Z/41/cenc/00000000000000000001", `{"v":1,"kind":"key","start":"2026-11-21T12:00:00Z","track":"A","scheme":"cenc","generation":1}`},
		{"a static key of a second generation", "static/41/cenc", `{"v":1,"kind":"static","track":"A","scheme":"cenc","generation":1}`},
		{"a use in part of a second", "used/2026-11-21T12:00:00Z/00000000-0000-0000-0000-000000000000/41/cenc", `{"v":1,"kind":"used","start":"2026-11-21T12:00:00.5Z","track":"A","scheme":"cenc"}`},
		{"a KID adopted in another zone", "adopted/00000000-0000-0000-0000-000000000000", `{"v":1,"kind":"adopted","start":"2026-11-21T13:00:00+01:00"}`},
		{"a span that ends before it begins", "served//2026-11-21T12:00:00Z-2026-11-21T11:00:00Z", `{"v":1,"kind":"span","from":"2026-11-21T12:00:00Z","to":"2026-11-21T11:00:00Z","start":"2026-11-21T12:00:00Z"}`},
		{"an IV of 15 bytes", "iv/00000000-0000-0000-0000-000000000000", `{"v":1,"kind":"iv","iv":"AAAAAAAAAAAAAAAAAAAA","start":"2026-11-21T12:00:00Z"}`},
		{"seen too early", "seen/2026-11-21T12:00:00Z//-2", `{"v":1,"kind":"seen","start":"2026-11-21T12:00:00Z","k":-2,"at":"2026-11-21T12:00:00Z"}`},
		{"a channel created in part of a second", "channel/61", `{"v":1,"kind":"channel","id":"a","at":"2026-11-21T12:00:00.5Z"}`},
		{"event 0", "feed/00000000000000000000", `{"v":1,"kind":"event","id":"a"}`},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			fact, err := keyplan.Decode(keyplan.Record{Name: tt.record, Value: []byte(tt.value)})
			if fact != nil || !errors.Is(err, keyplan.ErrUnknownRecord) || !strings.HasPrefix(err.Error(), tt.record) {
				t.Errorf("%v, %v", fact, err)
			}
		})
	}
}

func FuzzWhatDecodesIsEncodedUnderTheSameName(f *testing.F) {
	for _, fact := range []keyplan.Fact{
		keyplan.First{N: 1, Start: noon}, made(noon, noon.Add(time.Minute), 1), keyplan.Closed{Start: noon},
		keyplan.Served{ContentID: "a", Start: noon}, keyplan.NewSeen(noon, "p", time.Minute, noon),
		keyplan.PackagerIV{IV: make([]byte, 16), Start: noon}, keyplan.Binding{N: 1, Kind: keyplan.BoundUnix, Interval: time.Second},
		keyplan.AddedKey{Start: noon, ContentKey: keyplan.ContentKey{Track: "A", Scheme: keyplan.CBCS}},
		keyplan.Static{ContentKey: keyplan.ContentKey{Track: "A", Scheme: keyplan.CBCS}}, keyplan.Adopted{Start: noon},
		keyplan.AdoptedUse{Track: "A", Scheme: keyplan.CBCS}, keyplan.NewServedSpan("a", noon, noon.Add(1), noon),
	} {
		f.Add(fact.Record().Name, fact.Record().Value)
	}
	f.Fuzz(func(t *testing.T, name string, value []byte) {
		fact, err := keyplan.Decode(keyplan.Record{Name: name, Value: value})
		if err != nil {
			if fact != nil || !errors.Is(err, keyplan.ErrUnknownRecord) {
				t.Fatalf("%v, %v", fact, err)
			}
			return
		}
		again := fact.Record()
		same, err := keyplan.Decode(again)
		if diff := cmp.Diff(fact, same, cmpopts.EquateEmpty()); again.Name != name || err != nil || diff != "" {
			t.Fatalf("%q, then %q: %v\n%s", name, again.Name, err, diff)
		}
		keyplan.NewPlan(again)
	})
}
