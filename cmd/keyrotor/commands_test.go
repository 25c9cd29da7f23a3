package main_test

import (
	"net/http"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"
)

var periodsOfDocument = regexp.MustCompile(`(?s)<cpix:ContentKeyPeriodList>.*?</cpix:ContentKeyPeriodList>|<cpix:KeyPeriodFilter [^>]*/>`)

// staticKID is that of a channel's static key, which it has from now on.
func (s *server) staticKID(channel string) string {
	s.t.Helper()
	document := periodsOfDocument.ReplaceAllString(spekeFor(s.t, channel), "")
	return parse(s.t, s.send(s.speke("packager", document)).body).keys[0].KID
}

// A told is what an operator is told of a command.
type told struct {
	At, WithdrawnFrom time.Time
	Period            period
	Renewed           *struct{ KID string }
	Rotation          *told
	Airing            []struct{ ContentID string }
	ContentIDs        []struct {
		ContentID string
		AirsAt    *time.Time
	}
}

// order sends a command of the operator's with an Idempotency-Key.
func (s *server) order(verb, key, body string) answer {
	s.t.Helper()
	r := s.request("POST", "/v1/channels/open/"+verb, "operator", body)
	r.Header.Set("Idempotency-Key", key)
	return s.send(r)
}

// issued are the KIDs of a token.
func (s *server) issued(wish string) []string {
	s.t.Helper()
	var issued struct{ KIDs []string }
	s.decode(s.token(wish), &issued)
	return issued.KIDs
}

func TestARotatedChannelHasNewKeysAtOnceInEveryFace(t *testing.T) {
	s := serve(t, fixture)
	before := s.periods("open", "")[0]
	var rotated told
	answered := s.order("rotate", "a", `{"reason":"a test"}`)
	s.decode(answered, &rotated)
	after := s.periods("open", "")
	if !after[0].End.Equal(rotated.At) || !after[1].Start.Equal(rotated.At) || !after[1].End.Equal(before.End) {
		t.Fatalf("rotated at %s: %v", rotated.At, after[:2])
	}
	if until := time.Until(rotated.At); until > 16*time.Second || until < 10*time.Second {
		t.Errorf("the earliest rotation is %v ahead", until)
	}
	s.await(func() bool {
		return strings.Contains(s.get("/v1/channels/open/announcement", "").body, after[1].Keys[0].KID)
	})
	var again told
	if repeated := s.order("rotate", "a", `{"reason":"a test"}`); repeated.body != answered.body {
		t.Errorf("the second time: %s", repeated.body)
	}
	s.decode(s.order("rotate", "b", `{"reason":"a test"}`), &again)
	if again.At.Before(rotated.At) || strings.TrimSpace(s.metrics("keyrotor_rotations_total")) != `keyrotor_rotations_total{channel="open"} 2` {
		t.Errorf("another one at %s; %s", again.At, s.metrics("keyrotor_rotations_total"))
	}
	s.expectLine("channel rotated by command", `reason="a test"`)
}

func TestARevokedKIDIsInNoFaceOfTheServer(t *testing.T) {
	s := serve(t, fixture)
	kid := s.periods("open", "")[0].Keys[0].KID
	var revoked told
	s.decode(s.order("revoke", "a", `{"kid":"`+kid+`","reason":"a test"}`), &revoked)
	if revoked.Renewed == nil || revoked.Rotation != nil && revoked.Rotation.At.Before(time.Now()) {
		t.Fatalf("no packager was served it: %+v", revoked)
	}
	var issued struct {
		KIDs    []string
		LeftOut []struct{ KID, Reason string }
	}
	s.decode(s.token(`{}`), &issued)
	if slices.Contains(issued.KIDs, kid) || !slices.Contains(issued.KIDs, revoked.Renewed.KID) {
		t.Errorf("a token names %v", issued.KIDs)
	}
	s.decode(s.token(`{"kids":["`+kid+`","`+revoked.Renewed.KID+`"]}`), &issued)
	if len(issued.LeftOut) != 1 || issued.LeftOut[0].Reason != "revoked" {
		t.Errorf("left out %v", issued.LeftOut)
	}
	var doc struct {
		Current period
		Revoked []struct{ KID string }
	}
	s.decode(s.get("/v1/channels/open/announcement", ""), &doc)
	if doc.Current.Keys[0].KID != revoked.Renewed.KID || len(doc.Revoked) != 1 || doc.Revoked[0].KID != kid {
		t.Errorf("announced %v, revoked %v", doc.Current.Keys, doc.Revoked)
	}
	keys := parse(t, s.send(s.speke("packager", document(t, "open", week()))).body).keys
	for _, k := range keys {
		if k.KID == kid {
			t.Error("a packager that was not served the KID gets it")
		}
	}
	if a := s.get("/v1/kids/"+kid, "viewer"); a.status != http.StatusNotFound {
		t.Errorf("the KID is shown: %s", a.body)
	}
	if got := strings.TrimSpace(s.metrics("keyrotor_revocations_total")); got != `keyrotor_revocations_total{channel="open"} 1` {
		t.Error(got)
	}
}

func TestAServedKIDThatIsRevokedKeepsItsKeyForPackagers(t *testing.T) {
	s := serve(t, fixture)
	ask := func() string { return s.send(s.speke("packager", document(t, "open", week()))).body }
	first := ask()
	kid := s.periods("open", "")[0].Keys[0].KID
	var revoked told
	s.decode(s.order("revoke", "a", `{"kid":"`+kid+`","reason":"a test","immediate":true}`), &revoked)
	if revoked.Renewed != nil || len(revoked.Airing) != 1 || revoked.Airing[0].ContentID != "open" {
		t.Errorf("%+v", revoked)
	}
	if ask() != first {
		t.Error("the packager gets another answer")
	}
	if kids := s.issued(`{}`); slices.Contains(kids, kid) {
		t.Errorf("a token names the KID among %v", kids)
	}
}

func TestAStaticKIDIsRevokedAtOnceAndFollowedByAnother(t *testing.T) {
	s := serve(t, fixture)
	kid := s.staticKID("open")
	if a := s.order("revoke", "a", `{"kid":"`+kid+`","reason":"a test"}`); a.status != http.StatusConflict {
		t.Errorf("without immediate: %d %s", a.status, a.body)
	}
	var revoked told
	s.decode(s.order("revoke", "b", `{"kid":"`+kid+`","reason":"a test","immediate":true}`), &revoked)
	if next := s.staticKID("open"); revoked.Renewed == nil || next != revoked.Renewed.KID || next == kid {
		t.Errorf("%s follows %s; %+v", next, kid, revoked)
	}
	if kids := s.issued(`{}`); slices.Contains(kids, kid) || !slices.Contains(kids, revoked.Renewed.KID) {
		t.Errorf("a token names %v", kids)
	}
}
