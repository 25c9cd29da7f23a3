package e2e_test

import (
	"encoding/hex"
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/keyrotor/keyrotor/e2e"
	"github.com/keyrotor/keyrotor/e2e/bmff"
	"github.com/keyrotor/keyrotor/keyplan"
)

// The signer of Google's public test account, as shaka-packager's documentation shows it.
const (
	signer     = "widevine_test"
	signingKey = "1ae8ccd0e7985cc0b6203a55855a1034afc252980e970ca90e5202689f947ab9"
	signingIV  = "d58ce954203b7c9a9a9d467f59839249"
)

// widevineConfig has shaka-packager's five tracks, which it asks for whatever its input has,
// and draws keys at random: keys that two places computed alike would prove little.
const widevineConfig = `
server: {listen: "127.0.0.1:0"}
store: {path: data}
credentials:
  - {name: issuer, role: issuer, basic: {user: issuer, password: issuer-demo}}
  - {name: viewer, role: viewer, basic: {user: viewer, password: viewer-demo}}
tokens:
  axinom:
    communication_key_id: aa0151d7-081c-4699-a049-fc584556c9d2
    communication_key: RPSdG/fViTkTjcuG3fcRXL2JDchGThWQ/tfSNHAoG+A=
widevine:
  signers: [{name: SIGNER, channels: [anchored, configured], key: KEY, iv: IV}]
policies:
  often: {rotate: {every: 10s}}
channels:
  - {id: anchored, policy: often, tracks: [SD, HD, UHD1, UHD2, AUDIO], schemes: [cenc, cbcs]}
  - id: configured
    policy: often
    tracks: [SD, HD, UHD1, UHD2, AUDIO]
    schemes: [cenc, cbcs]
    bindings: {configured: {index: 0, at: "AT"}}
`

// What is packaged in the tests of this file: four key periods, of five segments each.
const (
	widevinePeriod   = 10 * time.Second
	widevinePeriods  = 4
	perPeriod        = int(widevinePeriod/time.Second) / e2e.SegmentSeconds
	widevineDuration = widevinePeriods * int(widevinePeriod/time.Second)
)

// TestAPackagerPullsRotatingKeysByTheCommonEncryptionAPI packages a recording, whose time
// begins at 0, so that the packager asks from period index 0 on.
func TestAPackagerPullsRotatingKeysByTheCommonEncryptionAPI(t *testing.T) {
	began := time.Now().UTC().Truncate(widevinePeriod)
	known := began.Add(-widevinePeriod) // where index 0 is configured to be
	server := e2e.Serve(t, strings.NewReplacer(
		"SIGNER", signer, "KEY", signingKey, "IV", signingIV, "AT", known.Format(time.RFC3339)).Replace(widevineConfig))
	source := e2e.Source(t, widevineDuration)
	clear := e2e.Package(t, e2e.Job{Source: source})
	for _, channel := range []string{"anchored", "configured"} {
		for _, scheme := range []keyplan.Scheme{keyplan.CENC, keyplan.CBCS} {
			t.Run(channel+" "+string(scheme), func(t *testing.T) {
				encrypted := pull(t, server, channel, source, scheme)
				first := known
				if channel == "anchored" {
					first = anchor(t, server, encrypted[e2e.Video], began)
				}
				for track, segments := range encrypted {
					planned := plannedKIDs(t, server, channel, first, trackType[track], scheme)
					checkRotation(t, track, planned, segments, clear[track], tokenKeys(t, server, channel, planned))
				}
			})
		}
	}
}

// checkRotation opens the segments of a track with keys, and holds their KIDs to the planned
// ones of each period in turn.
func checkRotation(t *testing.T, track keyplan.Track, planned []keyplan.KID, encrypted, clear e2e.Segments, keys e2e.KeyFunc) {
	t.Helper()
	report, err := e2e.CheckSegments(encrypted, clear, keys)
	if err != nil {
		t.Fatalf("%s: %v", track, err)
	}
	if diff := cmp.Diff(byPeriod(planned), report.KIDs); diff != "" {
		t.Errorf("%s: KIDs by segment (-want +got):\n%s", track, diff)
	}
	t.Logf("%s: %d periods, %d segments, %d samples, %d bytes deciphered with a token's keys, equal to the clear packaging",
		track, len(planned), len(report.KIDs), report.Samples, report.Deciphered)
}

// trackType is how the packager labels the tracks of a Source: its video is small.
var trackType = map[keyplan.Track]keyplan.Track{e2e.Video: "SD", e2e.Audio: "AUDIO"}

// pull packages with keys that the packager asks for itself.
func pull(t *testing.T, server *e2e.Server, channel, source string, scheme keyplan.Scheme) map[keyplan.Track]e2e.Segments {
	t.Helper()
	return e2e.Package(t, e2e.Job{Source: source, Scheme: scheme, Switches: []string{
		"--enable_widevine_encryption", "--key_server_url", server.URL + "/widevine/" + channel,
		"--content_id", hex.EncodeToString([]byte(channel)),
		"--signer", signer, "--aes_signing_key", signingKey, "--aes_signing_iv", signingIV,
		"--crypto_period_duration", fmt.Sprint(widevinePeriod.Seconds()),
		"--protection_systems", "Widevine,CommonSystem",
	}})
}

// A plannedPeriod is one of GET /v1/channels/{channel}/periods.
type plannedPeriod struct {
	Start time.Time
	Keys  []struct {
		Track  keyplan.Track
		Scheme keyplan.Scheme
		KID    keyplan.KID
	}
}

// kid is that of a track and scheme.
func (p plannedPeriod) kid(track keyplan.Track, scheme keyplan.Scheme) (kid keyplan.KID) {
	for _, k := range p.Keys {
		if k.Track == track && k.Scheme == scheme {
			kid = k.KID
		}
	}
	return kid
}

// plannedKIDs are those that a track is to have, one for each period from start on.
func plannedKIDs(t *testing.T, server *e2e.Server, channel string, start time.Time, track keyplan.Track, scheme keyplan.Scheme) []keyplan.KID {
	t.Helper()
	var list struct{ Periods []plannedPeriod }
	body := server.Get(t, "/v1/channels/"+channel+"/periods?from="+start.Format(time.RFC3339), "viewer", "viewer-demo")
	if err := json.Unmarshal(body, &list); err != nil {
		t.Fatal(err)
	}
	if len(list.Periods) < widevinePeriods || !list.Periods[0].Start.Equal(start) {
		t.Fatalf("%d periods from %s on", len(list.Periods), start)
	}
	kids := make([]keyplan.KID, widevinePeriods)
	for i := range kids {
		kids[i] = list.Periods[i].kid(track, scheme)
	}
	return kids
}

// byPeriod gives each KID to all segments of its period.
func byPeriod(kids []keyplan.KID) (segments [][]keyplan.KID) {
	for _, kid := range kids {
		segments = append(segments, slices.Repeat([][]keyplan.KID{{kid}}, perPeriod)...)
	}
	return segments
}

// anchor is where the period begins whose key the first sample has. It has to be one that
// was current since the test began.
func anchor(t *testing.T, server *e2e.Server, encrypted e2e.Segments, began time.Time) time.Time {
	t.Helper()
	in, err := bmff.ParseInit(encrypted.Init)
	if err != nil {
		t.Fatal(err)
	}
	samples, err := in.Samples(encrypted.Media[0])
	if err != nil {
		t.Fatal(err)
	}
	var used struct{ Period struct{ Start time.Time } }
	body := server.Get(t, "/v1/kids/"+samples[0].Protection.KID.String(), "viewer", "viewer-demo")
	if err := json.Unmarshal(body, &used); err != nil {
		t.Fatal(err)
	}
	if start := used.Period.Start; start.Before(began) || start.After(time.Now()) {
		t.Fatalf("index 0 has the period at %s, the test began at %s", start, began)
	}
	return used.Period.Start
}

// tokenKeys knows the keys of kids, from a token, and no others.
func tokenKeys(t *testing.T, server *e2e.Server, channel string, kids []keyplan.KID) e2e.KeyFunc {
	t.Helper()
	wishes, err := json.Marshal(map[string]any{"kids": kids})
	if err != nil {
		t.Fatal(err)
	}
	keys := keysInToken(t, server.Post(t, "/v1/channels/"+channel+"/token", "issuer", "issuer-demo", string(wishes)))
	return func(kid keyplan.KID) (keyplan.Secret, bool) {
		key, ok := keys[kid]
		return key, ok
	}
}
