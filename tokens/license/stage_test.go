package license_test

import (
	"bytes"
	"context"
	"encoding/base64"
	"encoding/hex"
	"fmt"
	"log/slog"
	"net/http"
	"slices"
	"strconv"
	"testing"
	"time"

	"github.com/keyrotor/keyrotor/keyplan"
	"github.com/keyrotor/keyrotor/keyplan/seal"
	"github.com/keyrotor/keyrotor/keyplan/source"
	"github.com/keyrotor/keyrotor/tokens"
	"github.com/keyrotor/keyrotor/tokens/license"
)

var morning = time.Date(2026, 3, 1, 9, 0, 0, 0, time.UTC)

// A stage is the handler over real plans and keys of the channels news and sports, and an issuer
// that shares its tokens' keys with it.
type stage struct {
	testing.TB
	now      time.Time
	channels []*keyplan.Channel
	plans    map[string]*keyplan.Plan
	planner  keyplan.Planner
	issuer   *tokens.Issuer
	config   license.Config
	handler  *license.Handler
	answered []string
	log      bytes.Buffer
}

func newStage(t testing.TB, change ...func(*stage)) *stage {
	t.Helper()
	s := &stage{TB: t, now: morning, plans: map[string]*keyplan.Plan{}}
	derived, err := source.NewDerived(source.Root{ID: "a", Secret: keyplan.NewSecret([]byte("0123456789abcdef0123456789abcdef"))})
	if err != nil {
		t.Fatal(err)
	}
	sealer, err := seal.NewLocal(keyplan.NewSecret(make([]byte, 32)))
	if err != nil {
		t.Fatal(err)
	}
	s.planner = keyplan.Planner{Source: derived, Sealer: sealer}
	s.channels = []*keyplan.Channel{channel(t, "news"), channel(t, "sports")}
	for _, ch := range s.channels {
		s.plan(ch)
	}
	section := tokens.Section{DASHIF: &tokens.DASHIFConfig{Signing: "a"}, Signing: map[string]tokens.SigningConfig{
		"a": {Algorithm: tokens.HS256, Keys: []tokens.SigningKeyConfig{{Key: keyplan.NewSecret([]byte(base64.StdEncoding.EncodeToString(make([]byte, 32))))}}},
	}}
	s.issuer, err = tokens.New(tokens.Config{Section: section, Now: s.clock, Plan: s.planOf, Open: sealer.Open})
	if err != nil {
		t.Fatal(err)
	}
	verifier, err := tokens.NewVerifier(section, time.Second)
	if err != nil {
		t.Fatal(err)
	}
	s.config = license.Config{
		Verify: verifier.Verify, Channels: func() []*keyplan.Channel { return s.channels }, Channel: s.find,
		Plan: s.planOf, Open: sealer.Open, Problem: problem, Now: s.clock,
		Answered: func(system, channel string, status int) {
			s.answered = append(s.answered, fmt.Sprintf("%s %s %d", system, channel, status))
		},
		Log: slog.New(slog.NewTextHandler(&s.log, &slog.HandlerOptions{Level: slog.LevelDebug})),
	}
	for _, do := range change {
		do(s)
	}
	s.handler, err = license.New(s.config)
	if err != nil {
		t.Fatal(err)
	}
	return s
}

// channel rotates every ten minutes, and announces the next period at once.
func channel(t testing.TB, id string) *keyplan.Channel {
	t.Helper()
	policy, ps := keyplan.NewPolicy(keyplan.PolicyConfig{
		Rotate: keyplan.RotateConfig{Every: new(10 * time.Minute)}, Lead: new(10 * time.Minute), Keep: new(2 * time.Hour),
	})
	if len(ps) > 0 {
		t.Fatal(ps)
	}
	ch, ps := keyplan.NewChannel(keyplan.ChannelConfig{
		ID: id, Tracks: []keyplan.Track{"VIDEO", "AUDIO"}, Schemes: []keyplan.Scheme{keyplan.CENC, keyplan.CBC1},
	}, policy)
	if len(ps) > 0 {
		t.Fatal(ps)
	}
	return ch
}

func (s *stage) plan(ch *keyplan.Channel) {
	s.Helper()
	s.plans[ch.ID] = keyplan.NewPlan()
	for {
		recs, err := s.planner.Ahead(s.Context(), ch, s.plans[ch.ID], s.now)
		if err != nil {
			s.Fatal(err)
		}
		if len(recs) == 0 {
			return
		}
		s.plans[ch.ID] = s.plans[ch.ID].With(recs...)
	}
}

func (s *stage) clock() time.Time { return s.now }

func (s *stage) planOf(id string) *keyplan.Plan { return s.plans[id] }

func (s *stage) find(id string) (*keyplan.Channel, bool) {
	i := slices.IndexFunc(s.channels, func(ch *keyplan.Channel) bool { return ch.ID == id })
	if i < 0 {
		return nil, false
	}
	return s.channels[i], true
}

func problem(w http.ResponseWriter, status int, detail string, retryAfter int) {
	if retryAfter > 0 {
		w.Header().Set("Retry-After", strconv.Itoa(retryAfter))
	}
	http.Error(w, detail, status)
}

// token grants what is on air of the first channel, or of another by its place, for a request.
func (s *stage) token(r tokens.Request, of ...int) string {
	s.Helper()
	i := 0
	if len(of) > 0 {
		i = of[0]
	}
	a, err := s.issuer.Issue(s.Context(), s.channels[i], r)
	if err != nil {
		s.Fatal(err)
	}
	return a.Token
}

// kids are those of a channel's current period, and of one scheme if it is given.
func (s *stage) kids(channel string, schemes ...keyplan.Scheme) []keyplan.KID {
	s.Helper()
	e, ok := s.plans[channel].At(s.now)
	if !ok {
		s.Fatalf("channel %s is not planned", channel)
	}
	var kids []keyplan.KID
	for _, k := range e.Keys {
		if len(schemes) == 0 || slices.Contains(schemes, k.Scheme) {
			kids = append(kids, k.KID)
		}
	}
	return kids
}

// want is the content key of a KID, in hex.
func (s *stage) want(channel string, kid keyplan.KID) string {
	s.Helper()
	e, k, ok := s.plans[channel].KID(kid)
	if !ok {
		s.Fatalf("%s is not planned", kid)
	}
	secret, err := s.planner.Sealer.Open(context.Background(), e.Ref(channel, k), kid, k.Sealed)
	if err != nil {
		s.Fatal(err)
	}
	return hex.EncodeToString(secret.Reveal())
}
