package signaling

import "cmp"

// signaling builds the HLS lines. FairPlay has no pssh box and nothing in DASH, and its
// IV is the licence's to tell: the lines have no IV attribute.
func (f FairPlaySettings) signaling(k Key) (Signaling, bool) {
	uri := template(cmp.Or(f.URI, "skd://{kid}"))
	if k.IV == nil && uri.wantsIV() {
		return Signaling{}, false
	}
	h := hlsKey{method: "SAMPLE-AES", uri: uri.expand(k), keyFormat: "com.apple.streamingkeydelivery"}
	return h.in(Signaling{}), true
}
