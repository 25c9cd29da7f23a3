package signaling_test

import (
	"strings"
	"testing"

	"github.com/keyrotor/keyrotor/speke/signaling"
)

func custom(fragment string) signaling.Settings {
	return signaling.Settings{PlayReady: signaling.PlayReadySettings{CustomAttributes: fragment}}
}

// The rules are those of the PlayReady Header Specification, 3.2, and of Canonical XML 1.1.
func TestCustomAttributesAreCanonicalXML(t *testing.T) {
	for fragment, want := range map[string]bool{
		"<IIS_DRM_VERSION>8.0.1705.19</IIS_DRM_VERSION>": true, // as Microsoft writes it
		"<a></a> <b></b>": true, "text &amp; &lt;&gt; \"'": true, "<a>\n\t<b></b>\n</a>": true, "é𝄞": true,
		`<a xmlns="urn:a" xmlns:b="urn:b" a="1" b="2" b:a="3" xml:lang="de"></a>`: true,
		`<m:a xmlns:m="urn:m"><m:b m:c="&quot;&#xA;"></m:b></m:a>`:                true,
		strings.Repeat("x", 1024): true, strings.Repeat("x", 1025): false,
		// Not well-formed.
		"<a>": false, "</a>": false, "<a></b>": false, "<a><b></a></b>": false, "a<": false, "&": false, "&nbsp;": false,
		"]]>": false, "\x00": false, "\xff": false, "<a b></a>": false, "<a b=c></a>": false, `<a b="<"></a>`: false,
		`<a b="1" b="2"></a>`: false, "<a:b:c></a:b:c>": false, "<:a></:a>": false, "<a:></a:>": false, "< a></a>": false,
		// Prefixes that nobody declared, or no longer.
		"<m:a></m:a>": false, `<a m:b="1"></a>`: false, `<m:a xmlns:m="urn:m"></m:a><m:b></m:b>`: false,
		`<xmlns:a></xmlns:a>`: false,
		// Not canonical.
		"<a/>": false, "<a ></a>": false, "<a></a >": false, "<a b='1'></a>": false, `<a  b="1"></a>`: false,
		`<a c="1" b="2"></a>`: false, `<a b="1" xmlns:c="urn:c"></a>`: false, `<a xmlns:b="urn:b" xmlns="urn:a"></a>`: false,
		"a > b": false, "&#65;": false, "&apos;": false, "<![CDATA[a]]>": false, "a\r\nb": false, "<a b=\"1\n2\"></a>": false,
		"<!-- a -->": false, "<?a b?>": false, "<!DOCTYPE a>": false, `<?xml version="1.0"?><a></a>`: false,
	} {
		if got := problems(custom(fragment)) == nil; got != want {
			t.Errorf("%q accepted: %v", fragment, got)
		}
	}
}

func FuzzAcceptedCustomAttributesStandInAHeader(f *testing.F) {
	for _, fragment := range []string{
		`<m:a xmlns:m="urn:m"><m:b m:c="&quot;&#xA;"></m:b></m:a>`, "<a/>", "text &amp; 𝄞", "</CUSTOMATTRIBUTES>", "<a></a>",
	} {
		f.Add(fragment)
	}
	f.Fuzz(func(t *testing.T, fragment string) {
		if problems(custom(fragment)) != nil {
			return
		}
		for _, sign := range []string{"<!", "<?", "\r"} { // in attribute values they are escaped
			if strings.Contains(fragment, sign) {
				t.Errorf("%q is not canonical", fragment)
			}
		}
		got, _ := custom(fragment).For(signaling.PlayReady, signaling.Key{Scheme: "cbcs"})
		header := readHeader(t, got.ProtectionHeader)
		if header.Custom.XML != fragment || len(header.kids()) != 1 {
			t.Errorf("%q is read as %q beside %d KIDs", fragment, header.Custom.XML, len(header.kids()))
		}
	})
}
