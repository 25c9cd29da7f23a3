package main_test

import (
	"bytes"
	"net/http"
	"net/http/httptest"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"
)

const openAnnouncement = "/v1/channels/open/announcement"

// steady waits until the feed has told of all that the announcement of channel open says, so
// that it stays as it is.
func (s *server) steady() {
	s.t.Helper()
	s.await(func() bool {
		var doc struct {
			Sequence int
			Coming   []struct{}
		}
		s.decode(s.get(openAnnouncement, ""), &doc)
		return doc.Sequence == 1+len(doc.Coming)
	})
}

// An issue is what an announcement says of its time.
type issue struct{ IssuedAt, RefreshAt time.Time }

func TestAnAnnouncementIsTheSameBytesUntilItChanges(t *testing.T) {
	s := serve(t, fixture)
	s.steady()
	first := s.get(openAnnouncement, "")
	time.Sleep(20 * time.Millisecond)
	again := s.get(openAnnouncement, "")
	if first.body != again.body || first.header.Get("ETag") != again.header.Get("ETag") {
		t.Errorf("it changed by itself: %s, then %s", first.header.Get("ETag"), again.header.Get("ETag"))
	}
	rotated := s.send(s.request("POST", "/v1/channels/open/rotate", "operator", `{"reason":"a test"}`))
	if rotated.status != http.StatusOK {
		t.Fatal(rotated)
	}
	if changed := s.get(openAnnouncement, ""); changed.body == first.body || changed.header.Get("ETag") == first.header.Get("ETag") {
		t.Errorf("it did not change by a rotation: %s", changed.header.Get("ETag"))
	}
}

// net/http's own file server is the second implementation.
func TestIfNoneMatchIsReadAsTheStandardLibraryReadsIt(t *testing.T) {
	s := serve(t, fixture)
	s.steady()
	tag := s.get(openAnnouncement, "").header.Get("ETag")
	part := rapid.OneOf(rapid.SampledFrom([]string{
		tag, "W/" + tag, `"other"`, `W/"other"`, `"with, comma"`, ",", " , ", "\t", `""`,
	}), rapid.StringMatching(`[*W/",a ]{0,4}`))
	var matched, unmatched int
	rapid.Check(t, func(t *rapid.T) {
		fields := strings.Join(rapid.SliceOfN(part, 1, 4).Draw(t, "parts"), rapid.SampledFrom([]string{",", ", ", " "}).Draw(t, "between"))
		r := httptest.NewRequest("GET", openAnnouncement, nil)
		r.Header.Set("If-None-Match", fields)
		got, want := httptest.NewRecorder(), httptest.NewRecorder()
		s.Handler().ServeHTTP(got, r)
		want.Header().Set("ETag", tag)
		http.ServeContent(want, r, "", time.Time{}, bytes.NewReader(nil))
		if got.Code != want.Code {
			t.Fatalf("If-None-Match: %q: %d, want %d", fields, got.Code, want.Code)
		}
		if matched++; got.Code == http.StatusOK {
			matched, unmatched = matched-1, unmatched+1
		}
	})
	if matched == 0 || unmatched == 0 {
		t.Errorf("%d matched, %d did not", matched, unmatched)
	}
}

func TestANotModifiedAnnouncementHasTheHeadersOfTheWholeOneAndNoBody(t *testing.T) {
	s := serve(t, strings.Replace(fixture, "{id: open,", "{id: open, announcement: {max_age: 1h, signing: apps},", 1))
	s.steady()
	whole := s.get(openAnnouncement, "")
	r := s.request("GET", openAnnouncement, "", "")
	r.Header["If-None-Match"] = []string{`"another"`, "W/" + whole.header.Get("ETag")}
	a := s.send(r)
	if a.status != http.StatusNotModified || a.body != "" {
		t.Errorf("%d %q", a.status, a.body)
	}
	for _, name := range []string{"ETag", "Cache-Control", "X-JWS-Signature", "Link", "Access-Control-Expose-Headers"} {
		if got, want := a.header.Get(name), whole.header.Get(name); got != want || want == "" {
			t.Errorf("%s: %q, want %q", name, got, want)
		}
	}
}

func TestHEADOfAnAnnouncementSaysHowLongItIs(t *testing.T) {
	s := serve(t, fixture)
	s.steady()
	whole := s.get(openAnnouncement, "")
	head := s.send(s.request("HEAD", openAnnouncement, "", ""))
	if head.status != http.StatusOK || head.body != "" || head.header.Get("Content-Length") != strconv.Itoa(len(whole.body)) {
		t.Errorf("%d, Content-Length %s of %d, %q", head.status, head.header.Get("Content-Length"), len(whole.body), head.body)
	}
	for _, name := range []string{"ETag", "Content-Type", "Cache-Control", "Link"} {
		if got, want := head.header.Get(name), whole.header.Get(name); got != want || want == "" {
			t.Errorf("%s: %q, want %q", name, got, want)
		}
	}
}

func TestCachesKeepAPublicAnnouncementUntilItChangesAndNoLongerThanTheyMay(t *testing.T) {
	for _, tc := range []struct{ setting, want string }{
		{"", "public, max-age=2"},
		{"announcement: {max_age: 0s}, ", "public, max-age=0"},
		{"announcement: {max_age: 1h}, ", "public, max-age=3600"},
	} {
		s := serve(t, strings.Replace(fixture, "{id: open, ", "{id: open, "+tc.setting, 1))
		a := s.get(openAnnouncement, "")
		if got := a.header.Get("Cache-Control"); got != tc.want || a.header.Get("Vary") != "" {
			t.Errorf("%s: %q, want %q; Vary %q", tc.setting, got, tc.want, a.header.Get("Vary"))
		}
	}
	s := serve(t, strings.Replace(fast, "{id: open, ", "{id: open, announcement: {max_age: 1h}, ", 1))
	ages := map[int]bool{}
	for end := time.Now().Add(2500 * time.Millisecond); time.Now().Before(end); time.Sleep(20 * time.Millisecond) {
		asked := time.Now()
		a := s.get(openAnnouncement, "")
		var doc issue
		s.decode(a, &doc)
		age, err := strconv.Atoi(strings.TrimPrefix(a.header.Get("Cache-Control"), "public, max-age="))
		if stale := asked.Add(time.Duration(age) * time.Second); err != nil || stale.After(doc.RefreshAt) {
			t.Errorf("asked at %v, Cache-Control %q goes beyond %v: %v", asked, a.header.Get("Cache-Control"), doc.RefreshAt, err)
		}
		if doc.IssuedAt.After(time.Now()) || !doc.RefreshAt.After(doc.IssuedAt) {
			t.Errorf("issued at %v, to be refreshed at %v, now %v", doc.IssuedAt, doc.RefreshAt, time.Now())
		}
		ages[age] = true
	}
	if diff := cmp.Diff(map[int]bool{0: true, 1: true}, ages); diff != "" {
		t.Errorf("ages of announcements that change every two seconds (-want +got):\n%s", diff)
	}
}

func TestAnAnnouncementThatIsNotPublicIsForWhoAskedEachTime(t *testing.T) {
	s := serve(t, fixture)
	a := s.get("/v1/channels/closed/announcement", "viewer")
	if a.header.Get("Cache-Control") != "private, no-cache" || a.header.Get("Vary") != "Authorization" || a.header.Get("ETag") == "" {
		t.Errorf("%v", a.header)
	}
	r := s.request("GET", "/v1/channels/closed/announcement", "", "")
	r.Header.Set("If-None-Match", a.header.Get("ETag"))
	if denied := s.send(r); denied.status != http.StatusNotFound || denied.header.Get("ETag") != "" || denied.header.Get("Cache-Control") != "no-store" {
		t.Errorf("without a credential: %d %v", denied.status, denied.header)
	}
}
