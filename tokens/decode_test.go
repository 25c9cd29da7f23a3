package tokens_test

import (
	"encoding/json"
	"errors"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/keyrotor/keyrotor/keyplan"
	"github.com/keyrotor/keyrotor/tokens"
)

const fullRequest = `{"format":"axinom","subject":"viewer-1",` +
	`"validFrom":"2026-03-01T09:00:00Z","validTo":"2026-03-01T10:00:00Z",` +
	`"kids":["b54ec914-192d-4ea1-ac19-f429eb498268"],` +
	`"from":"2026-03-01T09:00:00Z","to":"2026-03-01T09:30:00Z","tracks":["VIDEO"],"scheme":"cbcs"}`

func TestARequestIsReadFieldByField(t *testing.T) {
	got, err := tokens.DecodeRequest([]byte(fullRequest))
	if err != nil {
		t.Fatal(err)
	}
	want := tokens.Request{
		Format: "axinom", Subject: "viewer-1", ValidFrom: morning, ValidTo: morning.Add(time.Hour),
		Wish: tokens.Wish{
			KIDs: []keyplan.KID{kid(t, sampleKeys[0].kid)},
			From: morning, To: morning.Add(30 * time.Minute),
			Tracks: []keyplan.Track{"VIDEO"}, Scheme: keyplan.CBCS,
		},
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
	written, err := json.Marshal(got)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(fullRequest, string(written)); diff != "" {
		t.Error(diff)
	}
}

func TestAnEmptyBodyAsksForWhatIsOnAir(t *testing.T) {
	for _, body := range []string{"", "{}", `{"kids":null,"from":null}`} {
		got, err := tokens.DecodeRequest([]byte(body))
		if diff := cmp.Diff(tokens.Request{}, got); diff != "" || err != nil {
			t.Errorf("%q: %v %s", body, err, diff)
		}
	}
}

func TestARequestThatCannotBeReadSaysWhichField(t *testing.T) {
	for body, field := range map[string]string{
		`null`:                             "body",
		`[]`:                               "body",
		`{"kids":[]}{}`:                    "body",
		`{`:                                "body",
		`{"format":1}`:                     "format",
		`{"validFrom":"tomorrow"}`:         "validFrom",
		`{"validTo":1767225600}`:           "validTo",
		`{"kids":"all"}`:                   "kids",
		`{"kids":["b54ec914"]}`:            "kids",
		`{"from":"2026-03-01"}`:            "from",
		`{"to":"2026-03-01T09:00:00"}`:     "to",
		`{"tracks":"VIDEO"}`:               "tracks",
		`{"scheme":["cbcs"]}`:              "scheme",
		`{"KIDs":[]}`:                      `"KIDs"`,
		`{"valid_to":"","channel":"news"}`: `"channel"`,
	} {
		_, err := tokens.DecodeRequest([]byte(body))
		re, ok := errors.AsType[*tokens.RequestError](err)
		if !ok || re.Field != field {
			t.Errorf("%s: error %v, want one about %s", body, err, field)
		}
	}
}

// Whatever is decoded is issued, or refused with an error that the caller can show, and
// answered in JSON.
func FuzzARequest(f *testing.F) {
	s := newStudio(f, halfMinutes())
	issuer := s.issuer(f, tokens.Section{Axinom: new(sampleConfig())})
	f.Add([]byte(fullRequest))
	f.Add([]byte(`{"kids":["ffffffff-ffff-ffff-ffff-ffffffffffff"]}`))
	f.Add([]byte(`{"validFrom":"9999-12-31T23:59:59.999Z"}`))
	f.Add([]byte(`{"validTo":"9999-12-31T23:59:59.999Z"}`))
	f.Add([]byte(`{"validFrom":"0000-01-01T00:00:00+23:59"}`))
	f.Add([]byte(`{"from":"0001-01-01T00:00:01Z","to":"9999-12-31T00:00:00Z"}`))
	f.Fuzz(func(t *testing.T, body []byte) {
		r, err := tokens.DecodeRequest(body)
		var a tokens.Answer
		if err == nil {
			a, err = issuer.Issue(t.Context(), s.channel, r)
		}
		if _, ok := errors.AsType[*tokens.RequestError](err); err != nil && !ok {
			t.Fatalf("error %v is none about the request", err)
		}
		if err != nil {
			return
		}
		if _, err := json.Marshal(a); err != nil {
			t.Fatal(err)
		}
		m := decode(t, a.Token)
		if !m.Begin.Before(m.Expires) || m.Message.License.Expiration.Before(m.Expires) || a.RefreshAt.After(a.Expires) {
			t.Errorf("begin %v, expires %v, refresh %v, licences end %v", m.Begin, m.Expires, a.RefreshAt, m.Message.License.Expiration)
		}
	})
}
