package signaling

import "strings"

// An hlsKey is what HLS says of a key: the attributes of #EXT-X-KEY and
// #EXT-X-SESSION-KEY (RFC 8216, 4.3.2.4 and 4.3.4.5).
type hlsKey struct {
	method, uri, keyFormat string
	// uriLast puts the URI behind the format, which is where SPEKE 2.0 shows PlayReady's.
	// To players the order means nothing.
	uriLast bool
}

// keyFormatVersions is that of every key format here.
const keyFormatVersions = "1"

// in gives s with the lines of h, or as it is if h has no method.
func (h hlsKey) in(s Signaling) Signaling {
	if h.method == "" {
		return s
	}
	line := h.attributes()
	s.HLSMedia, s.HLSMaster = "#EXT-X-KEY:"+line, "#EXT-X-SESSION-KEY:"+line
	s.URI, s.KeyFormat, s.KeyFormatVersions = h.uri, h.keyFormat, keyFormatVersions
	return s
}

func (h hlsKey) attributes() string {
	uri := `URI="` + h.uri + `"`
	format := `KEYFORMAT="` + h.keyFormat + `",KEYFORMATVERSIONS="` + keyFormatVersions + `"`
	if h.uriLast {
		uri, format = format, uri
	}
	return strings.Join([]string{"METHOD=" + h.method, uri, format}, ",")
}

// drmMethod is the METHOD of a scheme under a DRM system. It is empty for cens and cbc1,
// for which HLS has none.
func drmMethod(scheme string) string {
	switch scheme {
	case cbcs:
		return "SAMPLE-AES"
	case cenc:
		return "SAMPLE-AES-CTR"
	}
	return ""
}
