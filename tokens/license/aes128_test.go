package license_test

import (
	"bytes"
	"context"
	"encoding/hex"
	"errors"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/keyrotor/keyrotor/keyplan"
	"github.com/keyrotor/keyrotor/tokens"
	"github.com/keyrotor/keyrotor/tokens/license"
)

func TestAKeyForHLSIs16BytesThatNobodyKeeps(t *testing.T) {
	s := newStage(t)
	kid := s.kids("news", keyplan.CBC1)[0]
	for _, name := range []string{kid.String(), strings.ToUpper(kid.String()), strings.ReplaceAll(kid.String(), "-", "")} {
		a := s.get("news", name, s.token(tokens.Request{}))
		if a.Code != 200 || hex.EncodeToString(a.Body.Bytes()) != s.want("news", kid) {
			t.Fatalf("%s: %d, or another key", name, a.Code)
		}
		want := http.Header{"Content-Type": {"application/octet-stream"}, "Content-Length": {"16"}, "Cache-Control": {"no-store"}}
		if diff := cmp.Diff(want, a.Header()); diff != "" {
			t.Error(diff)
		}
	}
}

func TestKeysOfOtherSchemesDoNotLeaveForHLS(t *testing.T) {
	s := newStage(t)
	if a := s.get("news", s.kids("news", keyplan.CENC)[0].String(), s.token(tokens.Request{})); a.Code != 403 {
		t.Errorf("status %d", a.Code)
	}
}

func TestWhatIsNotGrantedLooksAlike(t *testing.T) {
	s := newStage(t)
	token, kid := s.token(tokens.Request{}), s.kids("news", keyplan.CBC1)[0].String()
	other := s.kids("sports", keyplan.CBC1)[0].String()
	want := s.get("news", kid, "")
	for what, a := range map[string]*httptest.ResponseRecorder{
		"a wrong token":       s.get("news", kid, token+"x"),
		"an unknown channel":  s.get("nowhere", kid, token),
		"another's key":       s.get("news", other, token),
		"the other channel":   s.get("sports", other, token),
		"a KID that is none":  s.get("news", "x", token),
		"an unknown KID":      s.get("news", keyplan.KID{1}.String(), token),
		"a token for another": s.get("news", kid, s.token(tokens.Request{}, 1)),
	} {
		if a.Code != 403 || !bytes.Equal(a.Body.Bytes(), want.Body.Bytes()) || !cmp.Equal(a.Header(), want.Header()) {
			t.Errorf("%s: %d, or another answer", what, a.Code)
		}
	}
	if strings.Contains(s.log.String(), token[:40]) {
		t.Error("a token is in the log")
	}
	if !strings.Contains(s.log.String(), `level=DEBUG msg="license refused" err="token refused`) {
		t.Errorf("the causes are not in the log:\n%s", &s.log)
	}
}

func TestAKeyThatCannotBeOpenedIsAFault(t *testing.T) {
	s := newStage(t, func(s *stage) {
		s.config.Open = func(context.Context, keyplan.KeyRef, keyplan.KID, []byte) (keyplan.Secret, error) {
			return nil, errors.New("sealed by another")
		}
	})
	a := s.get("news", s.kids("news", keyplan.CBC1)[0].String(), s.token(tokens.Request{}))
	if a.Code != 500 || strings.TrimSpace(a.Body.String()) != "" || !strings.Contains(s.log.String(), "level=ERROR") {
		t.Errorf("%d %q\n%s", a.Code, a.Body, &s.log)
	}
}

func TestATokenIsTakenFromEachPlaceWherePlayersPutIt(t *testing.T) {
	s := newStage(t)
	token, kid := s.token(tokens.Request{}), s.kids("news", keyplan.CBC1)[0].String()
	for _, tc := range []struct {
		name   string
		header http.Header
		query  string
		want   int
	}{
		{"nowhere", nil, "", 403},
		{"as a Bearer", http.Header{"Authorization": {"Bearer " + token}}, "", 200},
		{"as a bearer, with spaces", http.Header{"Authorization": {"bearer   " + token + " "}}, "", 200},
		{"for Axinom", http.Header{"X-Axdrm-Message": {token}}, "", 200},
		{"for Cloud DRM", http.Header{"X-Drm-Usertoken": {token}}, "", 200},
		{"in the query", nil, "token=" + token, 200},
		{"as a password", http.Header{"Authorization": {"Basic " + token}}, "", 403},
		{"beside a password", http.Header{"Authorization": {"Basic eDp4"}, "X-Axdrm-Message": {token}}, "", 403},
		{"twice", http.Header{"Authorization": {"Bearer " + token, "Bearer " + token}}, "", 403},
		{"in two headers", http.Header{"Authorization": {"Bearer " + token}, "X-Axdrm-Message": {token}}, "", 403},
		{"in a header and the query", http.Header{"Authorization": {"Bearer " + token}}, "token=" + token, 403},
		{"twice in the query", nil, "token=" + token + "&token=" + token, 403},
		{"in a query that is damaged", nil, "token=" + token + ";x=%zz", 403},
	} {
		r := httptest.NewRequest("GET", "/license/aes128/x/y?"+tc.query, nil)
		r.SetPathValue("channel", "news")
		r.SetPathValue("kid", kid)
		for name, values := range tc.header {
			r.Header[name] = values
		}
		if a := s.serve(s.handler.ServeAES128, r); a.Code != tc.want {
			t.Errorf("%s: %d, want %d", tc.name, a.Code, tc.want)
		}
	}
}

func TestAHandlerRefusesAConfigThatLacksAFunction(t *testing.T) {
	for _, lack := range []func(*license.Config){
		func(c *license.Config) { c.Verify = nil }, func(c *license.Config) { c.Channels = nil },
		func(c *license.Config) { c.Channel = nil }, func(c *license.Config) { c.Plan = nil },
		func(c *license.Config) { c.Open = nil }, func(c *license.Config) { c.Problem = nil },
		func(c *license.Config) { c.Answered = nil }, func(c *license.Config) { c.Now = nil },
		func(c *license.Config) { c.Log = nil },
	} {
		c := newStage(t).config
		lack(&c)
		if _, err := license.New(c); err == nil {
			t.Error("it was taken")
		}
	}
}

func TestAStaticKeyIsServedWheneverATokenNamesIt(t *testing.T) {
	s := newStage(t)
	recs, err := s.planner.Static(t.Context(), s.channels[0], s.plans["news"], "VIDEO", keyplan.CBC1)
	if err != nil {
		t.Fatal(err)
	}
	s.plans["news"] = s.plans["news"].With(recs...)
	kid := s.plans["news"].StaticKeys()[0].KID
	a := s.get("news", kid.String(), s.token(tokens.Request{}))
	if a.Code != 200 || hex.EncodeToString(a.Body.Bytes()) != s.want("news", kid) {
		t.Errorf("%d, or another key", a.Code)
	}
}

func TestAnAdoptedKIDThatIsUsedForTwoSchemesIsServedForHLS(t *testing.T) {
	s := newStage(t)
	s.channels[0].KID = keyplan.Adopt
	kid := keyplan.KID{7}
	e, _ := s.plans["news"].At(s.now)
	for _, scheme := range []keyplan.Scheme{keyplan.CENC, keyplan.CBC1} {
		if a := s.get("news", kid.String(), s.token(tokens.Request{})); a.Code != 403 {
			t.Fatalf("before it is used for cbc1: %d", a.Code)
		}
		recs, err := s.planner.Adopt(t.Context(), s.channels[0], s.plans["news"], e, kid, "VIDEO", scheme)
		if err != nil {
			t.Fatal(err)
		}
		s.plans["news"] = s.plans["news"].With(recs...)
	}
	a := s.get("news", kid.String(), s.token(tokens.Request{}))
	if a.Code != 200 || hex.EncodeToString(a.Body.Bytes()) != s.want("news", kid) {
		t.Errorf("%d, or another key", a.Code)
	}
}
