package cpix_test

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"github.com/keyrotor/keyrotor/speke/cpix"
)

// A shape draws the parts of documents that XML can hold.
type shape struct{ *rapid.T }

var value = rapid.StringOf(rapid.OneOf(
	rapid.RuneFrom([]rune("ab<>&'\"]=; \t\n\r\u0085\u00a0\u2028\ufffd\ufeff🔑")),
	rapid.RuneFrom([]rune("AQ+/=")),
))

func (s shape) string(label string) string { return value.Draw(s.T, label) }

// element draws what an element's text may be: it loses the white space around it.
func (s shape) element(label string) string { return strings.Trim(s.string(label), " \t\r\n") }

func (s shape) attr(label string) cpix.Text {
	if rapid.Bool().Draw(s.T, label+" present") {
		return cpix.NewText(s.string(label))
	}
	return cpix.Text{}
}

func (s shape) leaf(label string) cpix.Text {
	if rapid.Bool().Draw(s.T, label+" present") {
		return cpix.NewText(s.element(label))
	}
	return cpix.Text{}
}

// some draws nil or a few; if empty is not allowed, no empty slice.
func some[T any](s shape, label string, empty bool, draw func() T) []T {
	n := rapid.IntRange(-1, 3).Draw(s.T, label)
	if n < 0 || n == 0 && !empty {
		return nil
	}
	items := make([]T, n)
	for i := range items {
		items[i] = draw()
	}
	return items
}

func (s shape) document() *cpix.Document {
	d := &cpix.Document{ContentID: s.attr("contentId"), Version: s.attr("version")}
	if !d.Version.Present {
		d.ID = s.attr("id")
	}
	d.DeliveryData = some(s, "recipients", true, func() *cpix.DeliveryData {
		return &cpix.DeliveryData{
			ID:           s.attr("id"),
			Certificates: some(s, "certificates", false, func() string { return s.element("certificate") }),
			DocumentKeys: some(s, "document keys", false, func() *cpix.DocumentKey {
				return &cpix.DocumentKey{EncryptsKey: s.attr("encryptsKey"), Key: s.encryptedKey("document key")}
			}),
			MACMethod: s.macMethod(),
		}
	})
	d.ContentKeys = some(s, "keys", true, func() *cpix.ContentKey { return s.contentKey(d.DeliveryData == nil) })
	d.DRMSystems = some(s, "systems", true, func() *cpix.DRMSystem { return s.drmSystem(!d.Version.Present) })
	d.Periods = some(s, "periods", true, func() *cpix.ContentKeyPeriod {
		return &cpix.ContentKeyPeriod{
			ID: s.attr("id"), Index: s.attr("index"), Start: s.attr("start"), End: s.attr("end"),
			StartOffset: s.attr("startOffset"), EndOffset: s.attr("endOffset"),
		}
	})
	d.UsageRules = some(s, "rules", true, s.usageRule)
	return d
}

func (s shape) macMethod() *cpix.MACMethod {
	if !rapid.Bool().Draw(s.T, "MAC method") {
		return nil
	}
	return &cpix.MACMethod{Algorithm: s.attr("algorithm"), Key: s.encryptedKey("MAC key")}
}

func (s shape) encryptedKey(label string) *cpix.EncryptedKey {
	if !rapid.Bool().Draw(s.T, label) {
		return nil
	}
	return &cpix.EncryptedKey{Method: s.attr("method"), Cipher: s.element("cipher"), MAC: s.leaf("MAC")}
}

func (s shape) contentKey(plain bool) *cpix.ContentKey {
	k := &cpix.ContentKey{KID: s.attr("kid"), Scheme: s.attr("scheme"), ExplicitIV: s.attr("iv")}
	if rapid.Bool().Draw(s.T, "hdcp") {
		k.HDCP = &cpix.HDCPData{HLSLevel: s.attr("level"), OutputProtection: s.leaf("output protection")}
	}
	k.Encrypted = s.encryptedKey("content key")
	if plain && k.Encrypted == nil && rapid.Bool().Draw(s.T, "keyed") {
		k.Key = secret(rapid.SliceOfN(rapid.Byte(), 1, 33).Draw(s.T, "bytes"))
	}
	return k
}

func (s shape) drmSystem(v1 bool) *cpix.DRMSystem {
	d := &cpix.DRMSystem{
		KID: s.attr("kid"), SystemID: s.attr("systemId"), HLSAllowedCPC: s.attr("cpc"),
		PSSH: s.leaf("pssh"), URIExtXKey: s.leaf("uri"), SmoothStreamingProtectionHeaderData: s.leaf("smooth"),
	}
	if v1 {
		d.KeyFormat, d.KeyFormatVersions, d.ProtectionHeader = s.leaf("format"), s.leaf("versions"), s.leaf("header")
	}
	if rapid.Bool().Draw(s.T, "cpd") {
		d.ContentProtectionData = &cpix.ContentProtectionData{Robustness: s.attr("robustness"), Value: s.element("cpd")}
	}
	d.HLSSignalingData = some(s, "hls", false, func() *cpix.HLSSignalingData {
		return &cpix.HLSSignalingData{Playlist: s.attr("playlist"), Value: s.element("hls")}
	})
	return d
}

func (s shape) usageRule() *cpix.ContentKeyUsageRule {
	u := &cpix.ContentKeyUsageRule{KID: s.attr("kid"), IntendedTrackType: s.attr("track")}
	u.KeyPeriodFilters = some(s, "period filters", false, func() *cpix.KeyPeriodFilter {
		return &cpix.KeyPeriodFilter{PeriodID: s.attr("periodId")}
	})
	u.Filters = some(s, "filters", false, func() *cpix.Filter {
		f := &cpix.Filter{Kind: rapid.SampledFrom([]string{"VideoFilter", "AudioFilter", "LabelFilter", "BitrateFilter"}).Draw(s.T, "kind")}
		for _, name := range []string{"minPixels", "hdr"} {
			if a := s.attr(name); a.Present {
				f.Attrs = append(f.Attrs, cpix.Attr{Name: name, Value: a.Value})
			}
		}
		return f
	})
	return u
}

func TestWhatIsWrittenReadsBackEqual(t *testing.T) {
	rapid.Check(t, func(rt *rapid.T) {
		doc := shape{rt}.document()
		out := doc.Append(nil)
		requireWellFormed(t, out)
		read, err := cpix.Read(out)
		if err != nil {
			rt.Fatal(err)
		}
		if diff := cmp.Diff(doc, read, keys); diff != "" {
			rt.Errorf("-written +read\n%s", diff)
		}
	})
}
