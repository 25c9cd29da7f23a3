package widevine_test

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/keyrotor/keyrotor/keyplan"
	"github.com/keyrotor/keyrotor/keyplan/ledger"
	"github.com/keyrotor/keyrotor/speke/signaling"
	"github.com/keyrotor/keyrotor/speke/widevine"
)

func TestWhatCouldNotBeServedLaterIsRefusedAtOnce(t *testing.T) {
	for _, tc := range []struct{ name, old, new, status, reason string }{
		{"no track", `{"type":"SD"},{"type":"HD"},{"type":"UHD1"},{"type":"UHD2"},{"type":"AUDIO"}`, ``, "TRACK_TYPE_MISSING", "no track"},
		{"a track that the channel lacks", `"AUDIO"`, `"VIDEO"`, "TRACK_TYPE_UNKNOWN", `no track \"VIDEO\", but`},
		{"a track without type", `{"type":"AUDIO"}`, `{}`, "TRACK_TYPE_UNKNOWN", `no track \"\"`},
		{"a track twice", `"AUDIO"`, `"SD"`, "MALFORMED_REQUEST", "track SD is asked for twice"},
		{"a scheme that the channel lacks", `CENC`, `CENS`, "MALFORMED_REQUEST", "no scheme cens"},
		{"a scheme of that name is unknown", `"CENC"`, `"AES"`, "MALFORMED_REQUEST", "protection_scheme"},
		{"a scheme of that number is unknown", `"CENC"`, `1667591778`, "MALFORMED_REQUEST", "protection_scheme"},
		{"a scheme that is neither", `"CENC"`, `["CENC"]`, "MALFORMED_REQUEST", "protection_scheme"},
		{"another DRM system", `["WIDEVINE"]`, `["WIDEVINE","PLAYREADY"]`, "KEY_ROTATION_WITH_UNSUPPORTED_DRM_TYPE", "PLAYREADY"},
		{"periods of another length", `seconds":10`, `seconds":11`, "NO_REQUESTED_CRYPTO_PERIODS", "packager_interval is 10s"},
		{"periods of no length", `seconds":10`, `seconds":0`, "NO_REQUESTED_CRYPTO_PERIODS", "packager_interval is 10s"},
		{"no periods", `count":10`, `count":0`, "NO_REQUESTED_CRYPTO_PERIODS", "0 periods"},
		{"too many periods", `count":10`, `count":129`, "NO_REQUESTED_CRYPTO_PERIODS", "129 periods"},
		{"a number of periods after none", `"first_crypto_period_index":41,`, ``, "MALFORMED_REQUEST", "without first_crypto_period_index"},
		{"an index that is none", `:41`, `:4294967296`, "MALFORMED_REQUEST", "4294967296"},
		{"an index below 0", `:41`, `:-1`, "MALFORMED_REQUEST", "-1"},
		{"text where a number belongs", `:41`, `:"x"`, "MALFORMED_REQUEST", "first_crypto_period_index"},
		{"a content ID that is no base64", `bGl2ZQ==`, `!`, "MALFORMED_REQUEST", "base64"},
		{"a box beside the content ID", `"policy":""`, `"pssh_data":"AAAA"`, "TOO_MANY_CONTENT_SPECIFIERS", "pssh_data"},
		{"a box instead of the content ID", `"content_id":"bGl2ZQ=="`, `"pssh_data":"AAAA"`, "CONTENT_ID_MISSING", "no content_id"},
		{"an asset instead of the content ID", `"content_id":"bGl2ZQ=="`, `"asset_id":0`, "CONTENT_ID_MISSING", "no content_id"},
		{"a licence group", `"policy":""`, `"group_id":"AAAA"`, "MALFORMED_REQUEST", "group_id"},
		{"an entitlement licence", `"policy":""`, `"enable_entitlement_license":true`, "MALFORMED_REQUEST", "enable_entitlement_license"},
		{"a video feature", `"policy":""`, `"video_feature":"HDR"`, "MALFORMED_REQUEST", "video_feature"},
		{"a message that breaks off", `"protection_scheme":"CENC"}`, ``, "MALFORMED_REQUEST", "unexpected end"},
		{"something after the message", `"CENC"}`, `"CENC"}{}`, "MALFORMED_REQUEST", "after top-level"},
	} {
		t.Run(tc.name, func(t *testing.T) {
			s, h := newStack(t, nil)
			message := strings.Replace(tenPeriods, tc.old, tc.new, 1)
			if message == tenPeriods {
				t.Fatal("the message is as it was")
			}
			if diff := cmp.Diff(answer{Status: tc.status}, post(t, h, "live", envelope(t, message))); diff != "" {
				t.Error(diff)
			}
			if len(s.asks) > 0 {
				t.Error("a period was looked for")
			}
			if !strings.Contains(s.log.String(), tc.reason) || !strings.Contains(s.log.String(), "channel=live packager=widevine_test") {
				t.Errorf("log: %s", &s.log)
			}
		})
	}
}

func TestABodyThatIsNoEnvelopeIsMalformed(t *testing.T) {
	for name, body := range map[string]string{
		"nothing":           "",
		"text":              "keys, please",
		"a list":            "[]",
		"no base64":         `{"request":"!"}`,
		"more than 64 KiB":  `{"request":"` + strings.Repeat("A", 64<<10) + `"}`,
		"deeper than 10000": strings.Repeat("[", 20000),
	} {
		_, h := newStack(t, nil)
		if diff := cmp.Diff(answer{Status: "MALFORMED_REQUEST"}, post(t, h, "live", body)); diff != "" {
			t.Errorf("%s: %s", name, diff)
		}
	}
}

func TestAnAnswerIsNeverShort(t *testing.T) {
	var s *stack
	broken := errors.New("broken")
	for _, tc := range []struct {
		name, status string
		change       func(*widevine.Config)
	}{
		{"a period too far ahead", "NO_REQUESTED_CRYPTO_PERIODS", func(*widevine.Config) {}},
		{"fewer entries than periods", "INTERNAL_ERROR", func(c *widevine.Config) {
			c.Entries = func(ctx context.Context, ask widevine.Ask) ([]*keyplan.Entry, error) {
				ask.Indexes = ask.Indexes[:9]
				return s.entries(ctx, ask)
			}
		}},
		{"a store that cannot be reached", "INTERNAL_ERROR", func(c *widevine.Config) { c.Entries = unreachable }},
		{"a key that does not open", "INTERNAL_ERROR", func(c *widevine.Config) {
			open, n := c.Open, 0
			c.Open = func(ctx context.Context, at keyplan.KeyRef, kid keyplan.KID, sealed []byte) (keyplan.Secret, error) {
				if n++; n == 50 {
					return nil, broken
				}
				return open(ctx, at, kid, sealed)
			}
		}},
		{"a key without signaling", "MALFORMED_REQUEST", func(c *widevine.Config) {
			c.Signaling = func(string, *keyplan.Entry, keyplan.ContentKey, signaling.System) (signaling.Signaling, bool) {
				return signaling.Signaling{}, false
			}
		}},
		{"a track that was not planned", "TRACK_TYPE_UNKNOWN", func(c *widevine.Config) {
			c.Entries = func(ctx context.Context, ask widevine.Ask) ([]*keyplan.Entry, error) {
				entries, err := s.entries(ctx, ask)
				last := *entries[9]
				last.Keys = last.Keys[:8]
				entries[9] = &last
				return entries, err
			}
		}},
	} {
		t.Run(tc.name, func(t *testing.T) {
			var h *widevine.Handler
			s, h = newStack(t, tc.change)
			message := tenPeriods
			if tc.status == "NO_REQUESTED_CRYPTO_PERIODS" {
				s.channels["live"].Policy.MaxAhead = 7
			}
			if diff := cmp.Diff(answer{Status: tc.status}, post(t, h, "live", envelope(t, message))); diff != "" {
				t.Error(diff)
			}
			if diff := cmp.Diff([]string{"live " + tc.status}, s.answered); diff != "" {
				t.Error(diff)
			}
			if len(s.served) > 0 {
				t.Error("observed as served")
			}
		})
	}
}

func TestTheEntryInForceMayBeOutOfReach(t *testing.T) {
	for cause, want := range map[error]string{
		ledger.ErrUnavailable:                               "INTERNAL_ERROR",
		fmt.Errorf("%w: before", widevine.ErrPeriod):        "NO_REQUESTED_CRYPTO_PERIODS",
		fmt.Errorf("%w: 17", widevine.ErrTrack):             "TRACK_TYPE_UNKNOWN",
		fmt.Errorf("%w: full", widevine.ErrChannel):         "ACCESS_DENIED",
		fmt.Errorf("wrapped: %w", context.DeadlineExceeded): "INTERNAL_ERROR",
	} {
		_, h := newStack(t, func(c *widevine.Config) {
			c.Entries = func(context.Context, widevine.Ask) ([]*keyplan.Entry, error) { return nil, cause }
		})
		if diff := cmp.Diff(answer{Status: want}, post(t, h, "live", envelope(t, firstCall))); diff != "" {
			t.Errorf("%v: %s", cause, diff)
		}
	}
}
