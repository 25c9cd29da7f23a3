package signaling

// signaling builds the HLS lines of whole segments under one key, which players get from
// the URI as it is (RFC 8216, 4.3.2.4 and 5). They have no IV attribute, so that the IV
// follows the media sequence number.
func (a AES128Settings) signaling(k Key) Signaling {
	return hlsKey{method: "AES-128", uri: template(a.URI).expand(k), keyFormat: "identity"}.in(Signaling{})
}
