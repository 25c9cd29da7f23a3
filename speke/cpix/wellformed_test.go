package cpix_test

import (
	"errors"
	"fmt"
	"strings"
	"testing"

	"github.com/keyrotor/keyrotor/speke/cpix"
)

// root makes a document with these attributes and this content.
func root(attrs, content string) string {
	return `<CPIX xmlns="urn:dashif:org:cpix" ` + attrs + `>` + content + `</CPIX>`
}

// pssh makes a document whose only DRMSystem has this PSSH content.
func pssh(content string) string {
	return root("", "<DRMSystemList><DRMSystem><PSSH>"+content+"</PSSH></DRMSystem></DRMSystemList>")
}

func nested(depth int) string {
	return root("", strings.Repeat("<a>", depth-1)+strings.Repeat("</a>", depth-1))
}

func numbered(n int, format string) string {
	var b strings.Builder
	for i := range n {
		fmt.Fprintf(&b, format, i)
	}
	return b.String()
}

func utf16LE(s string) string {
	var b strings.Builder
	for _, c := range []byte(s) { // ASCII only
		b.WriteByte(c)
		b.WriteByte(0)
	}
	return b.String()
}

func TestAttributeValuesAreThoseOfXML(t *testing.T) {
	for attr, want := range map[string]string{
		`contentId="a"`:                                                  "a",
		`contentId='a"b'`:                                                `a"b`,
		`contentId="a'b>"`:                                               `a'b>`,
		"contentId \n=\t 'a'":                                            "a",
		`contentId="&amp;&lt;&gt;&quot;&apos;"`:                          `&<>"'`,
		`contentId="&#65;&#x42;&#x000043;"`:                              "ABC",
		`contentId="&#x1F511;&#xD7FF;"`:                                  "🔑\ud7ff",
		"contentId='a\tb\nc\r\nd\re'":                                    "a b c d e",
		`contentId="a&#9;b&#10;c&#13;d"`:                                 "a\tb\nc\rd",
		`contentId="&#38;amp;"`:                                          "&amp;",
		`contentId="" version="2.3"`:                                     "",
		`x:contentId="b" xmlns:x="urn:x" contentId="a"`:                  "a",
		`xml:lang="de" contentId="a"`:                                    "a",
		`xmlns:xml="http://www.w3.org/XML/1998/namespace" contentId="a"`: "a",
		`x:a="" y:a="" xmlns:x="urn:x" xmlns:y="urn:y" contentId="a"`:    "a",
		`Äé·-.9="" contentId="a"`:                                        "a",
	} {
		if got := mustRead(t, root(attr, "")).ContentID; got != cpix.NewText(want) {
			t.Errorf("%s: %+v", attr, got)
		}
	}
}

func TestTextIsThatOfXML(t *testing.T) {
	for content, want := range map[string]string{
		"":                                     "",
		" \t\r\n":                              "",
		"\n AAEC\n ":                           "AAEC",
		"AA<!-- - -->EC":                       "AAEC",
		"AA<!---->EC":                          "AAEC",
		"AA<?x y?>E<?x?>C":                     "AAEC",
		"<![CDATA[AA]]>EC<![CDATA[&lt;]]>":     "AAEC&lt;",
		"<![CDATA[]]]]><![CDATA[>]]>":          "]]>",
		"<![CDATA[]]>A":                        "A",
		"a&#13;&#10;b":                         "a\r\nb",
		"a\r\nb\rc":                            "a\nb\nc",
		"]] >&gt;":                             "]] >>",
		"AA<other>BB<PSSH>CC</PSSH></other>EC": "AAEC",
		"é\ufeff\U0001fffe":                    "é\ufeff\U0001fffe",
	} {
		doc := mustRead(t, pssh(content))
		if got := doc.DRMSystems[0].PSSH; got != cpix.NewText(want) {
			t.Errorf("%q: %+v", content, got)
		}
	}
}

func TestDocumentsInEveryAllowedShapeAreRead(t *testing.T) {
	body := root(`version="2.3"`, "")
	for name, data := range map[string]string{
		"bare":                     body,
		"empty-element root":       `<c:CPIX xmlns:c='urn:dashif:org:cpix' version="2.3"/>`,
		"white space in tags":      "<CPIX xmlns='urn:dashif:org:cpix'\n version='2.3'\t></CPIX\n>",
		"declaration":              `<?xml version="1.0"?>` + body,
		"declaration of 1.1":       "<?xml\nversion = '1.1' encoding = 'utf-8' standalone='no' ?>" + body,
		"UTF-8 mark":               "\ufeff" + body,
		"prolog and epilog":        "\n<!--a--><?b c?>\n" + body + "\n<!--d-->\n<?e?>\n",
		"UTF-16 mark only":         "\xff\xfe" + utf16LE(body),
		"UTF-16 declaration":       utf16LE(`<?xml version="1.0" encoding="utf-16"?>` + body),
		"UTF-16LE by name":         utf16LE(`<?xml version="1.0" encoding="UTF-16LE"?>` + body),
		"greatest depth":           strings.Replace(nested(32), "<CPIX", `<CPIX version="2.3"`, 1),
		"most attributes":          root(`version="2.3"`+numbered(63, ` a%d=""`), ""),
		"most namespaces":          root(`version="2.3"`+numbered(63, ` xmlns:a%d="urn:a"`), ""),
		"one attribute each":       root(`version="2.3" xmlns:x="urn:x" x:b=""`, `<a x:b=""/><a x:b=""/>`),
		"namespaces side by side":  root(`version="2.3"`, strings.Repeat(`<a`+numbered(60, ` xmlns:a%d="urn:a"`)+`/>`, 2)),
		"a prefix bound again":     root(`version="2.3" xmlns:p="urn:p"`, `<p:a xmlns:p="urn:q" xmlns=""><p:b/></p:a><p:a></p:a>`),
		"a default undone":         root(`version="2.3"`, `<a xmlns=""><b xmlns="urn:b"/></a>`),
		"a declaration after use":  `<c:CPIX version="2.3" xmlns:c="urn:dashif:org:cpix"></c:CPIX>`,
		"references in namespaces": `<CPIX version="2.3" xmlns="urn:dashif&#58;org:cpix"></CPIX>`,
	} {
		t.Run(name, func(t *testing.T) {
			if got := mustRead(t, data).Version; got != cpix.NewText("2.3") {
				t.Errorf("version is %+v", got)
			}
		})
	}
}

func TestWhatIsNotWellFormedIsRefusedForItsReason(t *testing.T) {
	body := root("", "")
	for name, c := range map[string]struct{ data, why string }{
		"nothing":                     {"", "no root element"},
		"white space":                 {" \n", "no root element"},
		"another root":                {"<a/>", "not CPIX"},
		"another namespace":           {`<CPIX xmlns="urn:dashif:org:cpix2"/>`, "not CPIX"},
		"no namespace":                {`<CPIX/>`, "not CPIX"},
		"DOCTYPE":                     {"<!DOCTYPE CPIX>" + body, "DOCTYPE"},
		"DOCTYPE with an entity bomb": {`<!DOCTYPE c [<!ENTITY a "x"><!ENTITY b "&a;&a;">]>` + root(`contentId="&b;"`, ""), "DOCTYPE"},
		"markup declaration inside":   {root("", "<!ENTITY a 'x'>"), "markup declaration"},
		"undefined entity":            {root(`contentId="&nbsp;"`, ""), "not predefined"},
		"undefined entity in text":    {pssh("&nbsp;"), "not predefined"},
		"bare ampersand":              {pssh("a & b"), "reference that does not end"},
		"reference without an end":    {pssh("&amp"), "reference that does not end"},
		"reference to NUL":            {pssh("&#0;"), "reference to a character"},
		"reference to a surrogate":    {pssh("&#xD800;"), "reference to a character"},
		"reference to U+FFFE":         {pssh("&#xFFFE;"), "reference to a character"},
		"reference beyond Unicode":    {pssh("&#x110000;"), "reference to a character"},
		"reference without digits":    {pssh("&#;"), "reference to a character"},
		"reference with capital X":    {pssh("&#X41;"), "reference to a character"},
		"reference with a sign":       {pssh("&#+65;"), "reference to a character"},
		"NUL":                         {pssh("\x00"), "does not allow"},
		"control character":           {root("contentId='\x1b'", ""), "does not allow"},
		"U+FFFF":                      {root("contentId='\uffff'", ""), "does not allow"},
		"invalid UTF-8":               {pssh("\xff"), "does not allow"},
		"overlong UTF-8":              {pssh("\xc0\xaf"), "does not allow"},
		"UTF-8 of a surrogate":        {pssh("\xed\xa0\x80"), "does not allow"},
		"Latin-1":                     {`<?xml version="1.0" encoding="ISO-8859-1"?>` + body, "encoding"},
		"UTF-8 that claims UTF-16":    {`<?xml version="1.0" encoding="UTF-16"?>` + body, "encoding"},
		"UTF-16 that claims UTF-8":    {"\xff\xfe" + utf16LE(`<?xml version="1.0" encoding="UTF-8"?>`+body), "encoding"},
		"UTF-16 of the other order":   {"\xff\xfe" + utf16LE(`<?xml version="1.0" encoding="UTF-16BE"?>`+body), "encoding"},
		"UTF-16 with half a unit":     {"\xff\xfe" + utf16LE(body) + "<", "does not allow"},
		"UTF-16 with a lone high":     {"\xff\xfe" + utf16LE("<") + "\x00\xd8a\x00", "does not allow"},
		"UTF-16 with a lone low":      {"\xff\xfe" + utf16LE("<") + "\x00\xdca\x00", "does not allow"},
		"UTF-16 cut in a pair":        {"\xff\xfe" + utf16LE(body) + "\x00\xd8", "does not allow"},
		"UTF-32":                      {"\xff\xfe\x00\x00<\x00\x00\x00", "does not allow"},
		"declaration without version": {`<?xml encoding="UTF-8"?>` + body, "version 1.x"},
		"declaration of 2.0":          {`<?xml version="2.0"?>` + body, "version 1.x"},
		"declaration of 1.":           {`<?xml version="1."?>` + body, "version 1.x"},
		"declaration out of order":    {`<?xml version="1.0" standalone="no" encoding="UTF-8"?>` + body, `want "?>"`},
		"declaration unquoted":        {`<?xml version=1.0?>` + body, "quoted"},
		"declaration without gaps":    {`<?xml version="1.0"encoding="UTF-8"?>` + body, `want "?>"`},
		"declaration with maybe":      {`<?xml version="1.0" standalone="maybe"?>` + body, "standalone"},
		"late declaration":            {` <?xml version="1.0"?>` + body, "very beginning"},
		"declaration in capitals":     {`<?XML version="1.0"?>` + body, "very beginning"},
		"instruction without target":  {"<? ?>" + body, "without a target"},
		"instruction with a colon":    {"<?a:b?>" + body, "white space"},
		"instruction without an end":  {"<?a b" + body, "does not end"},
		"comment without an end":      {"<!-- " + body, "does not end"},
		"comment with two hyphens":    {"<!-- a -- b -->" + body, `want ">"`},
		"comment with three at end":   {"<!-- a --->" + body, `want ">"`},
		"comment that is too short":   {"<!-->" + body, "does not end"},
		"CDATA without an end":        {pssh("<![CDATA[a]]"), "does not end"},
		"CDATA before the root":       {"<![CDATA[ ]]>" + body, "outside"},
		"CDATA after the root":        {body + "<![CDATA[ ]]>", "outside"},
		"the end of CDATA in text":    {pssh("a]]>b"), "in text"},
		"text before the root":        {"a" + body, "outside"},
		"text after the root":         {body + "a", "outside"},
		"reference after the root":    {body + "&#32;", "outside"},
		"mark inside":                 {"\ufeff\ufeff" + body, "outside"},
		"two roots":                   {body + body, "second root"},
		"end tag only":                {"</CPIX>", "matches no"},
		"end tag too many":            {body + "</CPIX>", "matches no"},
		"mismatched tags":             {root("", "<a></b>"), "matches no"},
		"crossed tags":                {root("", "<a><b></a></b>"), "matches no"},
		"another prefix at the end":   {`<a:b xmlns:a="u" xmlns:c="u"></c:b>`, "not CPIX"},
		"another prefix of the same":  {root(`xmlns:a="u" xmlns:c="u"`, "<a:b></c:b>"), "matches no"},
		"end tag with an attribute":   {root("", "<a></a b=''>"), `want ">"`},
		"end tag cut off":             {root("", "")[:len(root("", ""))-1], `want ">"`},
		"root without an end":         {`<CPIX xmlns="urn:dashif:org:cpix">`, "does not end"},
		"start tag cut off":           {`<CPIX xmlns="urn:dashif:org:cpix"`, "white space"},
		"start tag within itself":     {`<CPIX <a/>`, "want a name"},
		"slash in a start tag":        {root("/ a=''", ""), `want ">"`},
		"space before a name":         {"< CPIX/>", "want a name"},
		"digit before a name":         {"<1CPIX/>", "want a name"},
		"multiplication as a name":    {root("×=''", ""), "want a name"},
		"name that ends in a colon":   {root("", "<a:/>"), "want a name"},
		"name with two colons":        {root(`xmlns:a="u"`, "<a:b:c/>"), "white space"},
		"name that begins with one":   {root("", "<:a/>"), "want a name"},
		"duplicate attribute":         {root(`contentId="a" contentId="b"`, ""), "stands twice"},
		"duplicate by namespace":      {root(`xmlns:a="u" xmlns:b="u" a:c="" b:c=""`, ""), "stands twice"},
		"duplicate default namespace": {root(`xmlns="u"`, ""), "declared twice"},
		"duplicate prefix":            {root(`xmlns:a="u" xmlns:a="v"`, ""), "declared twice"},
		"undeclared prefix":           {root("", "<a:b/>"), "not declared"},
		"undeclared attribute prefix": {root(`a:b=""`, ""), "not declared"},
		"prefix out of scope":         {root("", `<a xmlns:p="u"></a><p:a/>`), "not declared"},
		"prefix out of scope, empty":  {root("", `<a xmlns:p="u"/><p:a/>`), "not declared"},
		"prefix undone":               {root(`xmlns:p="u"`, `<a xmlns:p=""/>`), "forbids"},
		"xml bound elsewhere":         {root(`xmlns:xml="u"`, ""), "reserved"},
		"xml namespace elsewhere":     {root(`xmlns:p="http://www.w3.org/XML/1998/namespace"`, ""), "reserved"},
		"xmlns bound":                 {root(`xmlns:xmlns="u"`, ""), "reserved"},
		"xmlns namespace bound":       {root(`xmlns:p="http://www.w3.org/2000/xmlns/"`, ""), "reserved"},
		"xmlns as a prefix":           {root("", "<xmlns:a/>"), "not declared"},
		"attribute without a value":   {root("contentId", ""), `want "="`},
		"attribute without quotes":    {root("contentId=a", ""), "quoted"},
		"attribute without an end":    {`<CPIX contentId="a>`, "does not end"},
		"attribute with a less-than":  {root(`contentId="a<b"`, ""), `"<"`},
		"attributes without a gap":    {root(`contentId="a"version="b"`, ""), "white space"},
		"too deep":                    {nested(33), "more than 32 elements"},
		"too many attributes":         {root(numbered(65, ` a%d=""`), ""), "more than 64 attributes"},
		"too many with a prefix":      {root(`xmlns:x="u"`+numbered(60, ` a%d=""`)+numbered(5, ` x:a%d=""`), ""), "more than 64 attributes"},
		"too many namespaces":         {root(numbered(64, ` xmlns:a%d="u"`), ""), "more than 64 namespaces"},
		"a key that is not base64":    {root("", `<ContentKeyList><ContentKey><Data><Secret xmlns="urn:ietf:params:xml:ns:keyprov:pskc"><PlainValue>!</PlainValue></Secret></Data></ContentKey></ContentKeyList>`), "not base64"},
	} {
		t.Run(name, func(t *testing.T) {
			_, err := cpix.Read([]byte(c.data))
			if !errors.Is(err, cpix.ErrMalformed) || !strings.Contains(err.Error(), c.why) {
				t.Errorf("want a reason with %q, got: %v", c.why, err)
			}
		})
	}
}

func TestADocumentLargerThanTheLimitIsRefused(t *testing.T) {
	body := root("", "")
	if _, err := cpix.ReadLimit([]byte(body), len(body)); err != nil {
		t.Errorf("at the limit: %v", err)
	}
	if _, err := cpix.ReadLimit([]byte(body), len(body)-1); !errors.Is(err, cpix.ErrMalformed) {
		t.Errorf("one byte above the limit: %v", err)
	}
	if _, err := cpix.Read([]byte(body + strings.Repeat(" ", cpix.MaxSize))); !errors.Is(err, cpix.ErrMalformed) {
		t.Errorf("above MaxSize: %v", err)
	}
}

func TestErrorsSayWhereAndRepeatLittle(t *testing.T) {
	long := strings.Repeat("ä", 500)
	for data, want := range map[string]string{
		"<" + strings.Repeat("a", 33) + ">": "malformed CPIX document: line 1, column 36: root element \"" + strings.Repeat("a", 32) + "…\", which is not CPIX in urn:dashif:org:cpix",
		"<" + strings.Repeat("a", 32) + ">": "malformed CPIX document: line 1, column 35: root element \"" + strings.Repeat("a", 32) + "\", which is not CPIX in urn:dashif:org:cpix",
		"<CPIX\n  contentId='ä' a>":         "malformed CPIX document: line 2, column 18: want \"=\"",
		root("", "\r\n\r\n <"+long+">"):     "malformed CPIX document: line 3, column 504: element \"" + long[:64] + "…\" that does not end",
	} {
		_, err := cpix.Read([]byte(strings.TrimSuffix(data, "</CPIX>")))
		if err == nil || err.Error() != want {
			t.Errorf("got  %v\nwant %v", err, want)
		}
	}
	_, err := cpix.Read([]byte(pssh("&secretsecret;")))
	if err == nil || strings.Contains(err.Error(), "secret") {
		t.Errorf("a value is repeated: %v", err)
	}
}
