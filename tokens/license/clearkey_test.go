package license_test

import (
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/keyrotor/keyrotor/keyplan"
	"github.com/keyrotor/keyrotor/tokens"
)

func TestARequestForFiftyKeysGetsThoseThatTheTokenNames(t *testing.T) {
	s := newStage(t)
	var all []keyplan.KID
	for _, ch := range s.channels {
		for _, e := range s.plans[ch.ID].Entries() {
			for _, k := range e.Keys {
				all = append(all, k.KID)
			}
		}
	}
	for n := byte(1); len(all) < 50; n++ {
		all = append(all, keyplan.KID{n})
	}
	named := s.kids("news")[:3]
	token := s.token(tokens.Request{Wish: tokens.Wish{KIDs: named}})
	want := map[keyplan.KID]string{}
	for _, kid := range named {
		want[kid] = s.want("news", kid)
	}
	got := s.granted(s.post("news", token, clearKeyBody(append(all, named...)...)))
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("KIDs (-named +granted):\n%s", diff)
	}
}

func TestATokenNamesKeysOfTheNextPeriodAndTheyAreGranted(t *testing.T) {
	s := newStage(t)
	next, ok := s.plans["news"].At(morning.Add(10 * time.Minute))
	if !ok {
		t.Fatal("nothing is planned")
	}
	kid := next.Keys[0].KID
	got := s.granted(s.post("news", s.token(tokens.Request{}), clearKeyBody(kid)))
	if got[kid] != s.want("news", kid) {
		t.Error("it is not granted, or another key")
	}
}

func TestATokenForAnotherChannelGrantsNothingOfThisOne(t *testing.T) {
	s := newStage(t)
	body := clearKeyBody(append(s.kids("news"), s.kids("sports")...)...)
	foreign := s.token(tokens.Request{}, 1)
	if a := s.post("news", foreign, body); a.Code != 403 {
		t.Errorf("status %d", a.Code)
	}
	if got := s.granted(s.post("sports", foreign, body)); len(got) != len(s.kids("sports")) {
		t.Errorf("of its own channel it grants %d keys", len(got))
	}
}

func TestAKeyIsRefusedOnceItIsWithdrawn(t *testing.T) {
	s := newStage(t)
	kids := s.kids("news")
	revoked := keyplan.Revoked{KID: kids[0], From: morning.Add(time.Minute), Audit: keyplan.Audit{At: morning}}
	s.plans["news"] = s.plans["news"].With(revoked.Record())
	token := s.token(tokens.Request{})
	for at, want := range map[time.Duration]int{time.Minute - 1: 4, time.Minute: 3} {
		s.now = morning.Add(at)
		got := s.granted(s.post("news", token, clearKeyBody(kids...)))
		if _, there := got[kids[0]]; len(got) != want || there != (want == 4) {
			t.Errorf("after %v: %d keys, want %d", at, len(got), want)
		}
	}
	s.now = morning.Add(time.Minute)
	if a := s.post("news", token, clearKeyBody(kids[0])); a.Code != 403 {
		t.Errorf("asked for alone: %d", a.Code)
	}
}

func TestAKeyIsServedUntilKeepAfterItsPeriod(t *testing.T) {
	s := newStage(t)
	kid := s.kids("news")[0]
	s.handler.Verify = func(string, time.Time) (tokens.Grant, error) { return tokens.Grant{KIDs: []keyplan.KID{kid}}, nil }
	over := morning.Add(10*time.Minute + 2*time.Hour)
	for at, want := range map[time.Time]int{over: 200, over.Add(1): 403} {
		s.now = at
		if a := s.post("news", "t", clearKeyBody(kid)); a.Code != want {
			t.Errorf("at %v: %d, want %d", at, a.Code, want)
		}
	}
}

func TestTheChannelMayBeLeftOutWhereThereIsOne(t *testing.T) {
	s := newStage(t)
	token, body := s.token(tokens.Request{}), clearKeyBody(s.kids("news")...)
	if a := s.post("", token, body); a.Code != 400 || !strings.HasPrefix(a.Body.String(), "channel: want") {
		t.Errorf("of two: %d", a.Code)
	}
	s.channels = s.channels[:1]
	if got := s.granted(s.post("", token, body)); len(got) != 4 {
		t.Errorf("of one: %d keys", len(got))
	}
}

func TestAWrongLicenseRequestIsToldWhatIsWanted(t *testing.T) {
	s := newStage(t)
	token := s.token(tokens.Request{})
	kid := s.kids("news")[0]
	one := clearKeyBody(kid)
	many := make([]keyplan.KID, 1001)
	for i := range many {
		many[i] = keyplan.KID{byte(i), byte(i >> 8)}
	}
	for _, tc := range []struct {
		body, want string
		status     int
	}{
		{"", "body: want", 400},
		{"{", "body: want", 400},
		{one + one, "body: want", 400},
		{`{"kids":{}}`, "body: want", 400},
		{strings.Replace(one, "temporary", "persistent-license", 1), "type: want temporary", 400},
		{`{"kids":[],"type":"temporary"}`, "kids: want 1 to 1000", 400},
		{clearKeyBody(many...), "kids: want 1 to 1000", 400},
		{`{"kids":["` + kid.String() + `"]}`, "kids[0]: want", 400},
		{strings.Replace(one, `"]`, `="]`, 1), "kids[0]: want", 400},
		{strings.Replace(one, `"]`, `","x"]`, 1), "kids[1]: want", 400},
		{strings.Replace(one, `["`, `["\n`, 1), "kids[0]: want", 400},
		{`{"kids":["AAAAAAAAAAAAAAAAAAAAAB"]}`, "kids[0]: want", 400},
		{one + strings.Repeat(" ", 64<<10), "", 413},
		{clearKeyBody(many[1:]...), "want a token", 403},
		{strings.Replace(one, `,"type":"temporary"`, "", 1), "", 200},
		{strings.Replace(one, `"type"`, `"extra":1,"type"`, 1), "", 200},
	} {
		a := s.post("news", token, tc.body)
		if a.Code != tc.status || !strings.HasPrefix(a.Body.String(), tc.want) {
			t.Errorf("%.60q: %d, want %d %s", tc.body, a.Code, tc.status, tc.want)
		}
	}
}

func TestEachAnswerIsTold(t *testing.T) {
	s := newStage(t)
	token, kids := s.token(tokens.Request{}), s.kids("news", keyplan.CBC1)
	s.post("news", token, clearKeyBody(kids...))
	s.post("news", token, "")
	s.post("nowhere", token, clearKeyBody(kids...))
	s.post("news", "", "")
	s.get("news", kids[0].String(), token)
	s.get("sports", kids[0].String(), token)
	want := []string{"clearkey news 200", "clearkey news 400", "clearkey  403", "clearkey  403", "aes128 news 200", "aes128 sports 403"}
	if diff := cmp.Diff(want, s.answered); diff != "" {
		t.Error(diff)
	}
}

func FuzzALicenseRequest(f *testing.F) {
	s := newStage(f)
	kids := s.kids("news")
	token := s.token(tokens.Request{Wish: tokens.Wish{KIDs: kids[:1]}})
	f.Add(clearKeyBody(kids...))
	f.Add(`{"kids":["AAAA"],"type":"temporary"}`)
	f.Add(`{"kids":[null],"TYPE":1}`)
	f.Fuzz(func(t *testing.T, body string) {
		s.TB, s.answered = t, nil
		s.log.Reset()
		switch a := s.post("news", token, body); a.Code {
		case 200:
			if got := s.granted(a); len(got) != 1 || got[kids[0]] != s.want("news", kids[0]) {
				t.Fatalf("%q gets %d keys", body, len(got))
			}
		case 400, 403, 413:
		default:
			t.Fatalf("%q: %d", body, a.Code)
		}
	})
}
