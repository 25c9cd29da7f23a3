package tokens_test

import (
	"strings"
	"testing"
	"time"

	"github.com/golang-jwt/jwt/v5"
	"github.com/google/go-cmp/cmp"

	"github.com/keyrotor/keyrotor/tokens"
)

// rotationToken is a rotation message as Axinom documents it, signed with the sample
// communication key by a second implementation.
const rotationToken = "eyJhbGciOiJIUzI1NiIsInR5cCI6IkpXVCJ9.eyJ2ZXJzaW9uIjoxLCJjb21fa2V5X2lkIjoiYWEwMTUxZDctMDgxYy00Njk5LWEwNDkt" +
	"ZmM1ODQ1NTZjOWQyIiwibWVzc2FnZSI6eyJ0eXBlIjoiZW50aXRsZW1lbnRfbWVzc2FnZSIsInZlcnNpb24iOjIsImxpY2Vuc2UiOnsic3RhcnRfZGF0ZXRpbWUiOiIy" +
	"MDI2LTAxLTAxVDAwOjAwOjAwLjAwMFoiLCJleHBpcmF0aW9uX2RhdGV0aW1lIjoiMjAyNi0wMS0wMVQwMjowMDowMC4wMDBaIn0sImNvbnRlbnRfa2V5c19zb3VyY2Ui" +
	"OnsiaW5saW5lIjpbeyJpZCI6ImI1NGVjOTE0LTE5MmQtNGVhMS1hYzE5LWY0MjllYjQ5ODI2OCIsImVuY3J5cHRlZF9rZXkiOiJiOEtTTU9LeUZzeVFRM0ZhdmVwSC9R" +
	"PT0iLCJ1c2FnZV9wb2xpY3kiOiJQb2xpY3kgQSJ9LHsiaWQiOiJjODNjNGVhOC0wZjJhLTQ1MjMtODUxYy1mYmVjY2RjMGYyMDIiLCJlbmNyeXB0ZWRfa2V5IjoiRDAx" +
	"QzdROWpHejUrb3pDUEwwL3h6QT09IiwidXNhZ2VfcG9saWN5IjoiUG9saWN5IEEifSx7ImlkIjoiYzg2OGM3MDItYzcxYi00MDY0LWFlMmItYzI0ZjdjYzEwNzkyIiwi" +
	"ZW5jcnlwdGVkX2tleSI6ImVOdHJJaXN1VlBDZU95M3RxUDB5aUE9PSIsInVzYWdlX3BvbGljeSI6IlBvbGljeSBBIn1dfSwiY29udGVudF9rZXlfdXNhZ2VfcG9saWNp" +
	"ZXMiOlt7Im5hbWUiOiJQb2xpY3kgQSIsIndpZGV2aW5lIjp7ImRldmljZV9zZWN1cml0eV9sZXZlbCI6IlNXX1NFQ1VSRV9DUllQVE8ifSwicGxheXJlYWR5Ijp7Im1p" +
	"bl9kZXZpY2Vfc2VjdXJpdHlfbGV2ZWwiOjE1MCwicGxheV9lbmFibGVycyI6WyI3ODY2MjdEOC1DMkE2LTQ0QkUtOEY4OC0wOEFFMjU1QjAxQTciXX19XX0sImJlZ2lu" +
	"X2RhdGUiOiIyMDI2LTAxLTAxVDAwOjAwOjAwLjAwMFoiLCJleHBpcmF0aW9uX2RhdGUiOiIyMDI2LTAxLTAxVDAwOjEwOjAwLjAwMFoifQ" +
	".u0XQIeILAmvKHjPVzL8wEwzJ1csew1MK_0HCqEeguFM"

func TestAMessageForARotationIsTheDocumentedOne(t *testing.T) {
	c := sampleConfig()
	c.UsagePolicies = []tokens.UsagePolicyConfig{{
		Name:      "Policy A",
		Widevine:  `{"device_security_level":"SW_SECURE_CRYPTO"}`,
		PlayReady: `{"min_device_security_level":150,"play_enablers":["786627D8-C2A6-44BE-8F88-08AE255B01A7"]}`,
	}, {Name: "another"}}
	start := time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC)
	m := tokens.AxinomMessage{
		License: &tokens.AxinomLicense{Start: start, Expiration: start.Add(2 * time.Hour)},
		Begin:   start, Expiration: start.Add(10 * time.Minute),
	}
	for _, k := range sampleKeys {
		m.Keys = append(m.Keys, tokens.AxinomKey{
			KID: kid(t, k.kid), Encrypted: secret(t, k.encrypted).Reveal(), UsagePolicy: "Policy A",
		})
	}
	got, err := axinom(t, c).Sign(m)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(rotationToken, got); diff != "" {
		t.Errorf("%s\nclaims %s", diff, claims(t, got))
	}
}

// sampleCloudToken is drm.cloud's own sample (developers.drm.cloud, Token), which is signed with
// the ASCII text beside it.
const (
	sampleCloudToken  = "eyJ0eXAiOiJKV1QiLCJhbGciOiJIUzI1NiJ9.eyJleHAiOjE5MTc0OTgyNzgsImtpZCI6WyIqIl0sImR1cmF0aW9uIjo4NjQwMH0._zRj1xAdpNhQ0JEgCryvZ-4UkwHvQgwJjOkDBwQuK_A"
	sampleCloudSecret = "your-256-bit-secret"
)

// The sample names every key, and its secret is too weak to be configured: so ours, with the
// same values in place of ours, must be the sample.
func TestACloudDRMTokenIsLikeTheDocumentedOne(t *testing.T) {
	s := newStudio(t, halfMinutes())
	token := s.issueWith(t, allFormats(), tokens.Request{
		Format: "drmcloud", Wish: tokens.Wish{KIDs: s.kids(t, 0)[:1]},
	}).Token
	c := object(t, claims(t, token))
	kid := c["kid"].([]any)[0].(string)
	same := strings.NewReplacer("1772356200", "1917498278", kid, "*", `"duration":840`, `"duration":86400`).Replace(string(claims(t, token)))
	signed := encode(header(t, token)) + "." + encode(same)
	signature, err := jwt.SigningMethodHS256.Sign(signed, []byte(sampleCloudSecret))
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(sampleCloudToken, signed+"."+encode(string(signature))); diff != "" {
		t.Errorf("%s\nheader %s, claims %s", diff, header(t, token), same)
	}
}
