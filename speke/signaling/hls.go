package signaling

// hlsLines gives the #EXT-X-KEY and #EXT-X-SESSION-KEY lines (RFC 8216, 4.3.2.4 and
// 4.3.4.5). Both are empty for cens and cbc1, for which HLS has no METHOD with a DRM
// system.
func hlsLines(scheme, uri, keyFormat string) (media, master string) {
	method := hlsMethod(scheme)
	if method == "" {
		return "", ""
	}
	attributes := "METHOD=" + method + `,URI="` + uri + `",KEYFORMAT="` + keyFormat + `",KEYFORMATVERSIONS="1"`
	return "#EXT-X-KEY:" + attributes, "#EXT-X-SESSION-KEY:" + attributes
}

func hlsMethod(scheme string) string {
	switch scheme {
	case cbcs:
		return "SAMPLE-AES"
	case cenc:
		return "SAMPLE-AES-CTR"
	}
	return ""
}
