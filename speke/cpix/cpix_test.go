package cpix_test

import (
	"bytes"
	"encoding/base64"
	"encoding/xml"
	"errors"
	"io"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/keyrotor/keyrotor/speke/cpix"
)

// keys compares content keys without ever printing one.
var keys = cmp.Comparer(func(a, b func() []byte) bool {
	if a == nil || b == nil {
		return (a == nil) == (b == nil)
	}
	return bytes.Equal(a(), b())
})

func mustRead(t *testing.T, data string) *cpix.Document {
	t.Helper()
	doc, err := cpix.ReadLimit([]byte(data), len(data))
	if err != nil {
		t.Fatalf("%v, reading %.200q", err, data)
	}
	return doc
}

// requireWellFormed reads out with another parser, to the end.
func requireWellFormed(t *testing.T, out []byte) {
	t.Helper()
	for d := xml.NewDecoder(bytes.NewReader(out)); ; {
		switch _, err := d.Token(); {
		case errors.Is(err, io.EOF):
			return
		case err != nil:
			t.Fatalf("encoding/xml: %v in %.300q", err, out)
		}
	}
}

func secret(b []byte) func() []byte { return func() []byte { return b } }

// answer makes a document in which everything that SPEKE 2.0 asks for is filled.
func answer(keys, systems int) *cpix.Document {
	const pssh, line = 60, 240
	filler := func(n int) string { return base64.StdEncoding.EncodeToString(make([]byte, n)) }
	kid := cpix.NewText("98ee5596-cd3e-a20d-163a-e382420c6eff")
	doc := &cpix.Document{
		ContentID: cpix.NewText("live-1"),
		Version:   cpix.NewText("2.3"),
		Periods:   []*cpix.ContentKeyPeriod{{ID: cpix.NewText("p1"), Index: cpix.NewText("1")}},
	}
	for range keys {
		doc.ContentKeys = append(doc.ContentKeys, &cpix.ContentKey{
			KID: kid, Scheme: cpix.NewText("cbcs"), ExplicitIV: cpix.NewText(filler(16)), Key: secret(make([]byte, 16)),
		})
		doc.UsageRules = append(doc.UsageRules, &cpix.ContentKeyUsageRule{
			KID: kid, IntendedTrackType: cpix.NewText("HD"),
			KeyPeriodFilters: []*cpix.KeyPeriodFilter{{PeriodID: cpix.NewText("p1")}},
			Filters:          []*cpix.Filter{{Kind: "VideoFilter", Attrs: []cpix.Attr{{Name: "minPixels", Value: "1"}}}},
		})
		for range systems {
			doc.DRMSystems = append(doc.DRMSystems, &cpix.DRMSystem{
				KID: kid, SystemID: cpix.NewText("edef8ba9-79d6-4ace-a3c8-27dcd51d21ed"),
				PSSH:                  cpix.NewText(filler(pssh)),
				ContentProtectionData: &cpix.ContentProtectionData{Value: filler(2 * pssh)},
				HLSSignalingData: []*cpix.HLSSignalingData{
					{Playlist: cpix.NewText("media"), Value: filler(line)},
					{Playlist: cpix.NewText("master"), Value: filler(line)},
				},
			})
		}
	}
	return doc
}
