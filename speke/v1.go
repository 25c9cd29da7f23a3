package speke

import (
	"cmp"
	"io"
	"net/http"

	"github.com/keyrotor/keyrotor/keyplan"
	"github.com/keyrotor/keyrotor/speke/signaling"
)

// settle names the track and scheme of a SPEKE 1.0 document, which has one key for
// whatever the packager encrypts, and names neither.
func (c *contract) settle(ch Channel) error {
	if c.version != speke10 {
		return nil
	}
	scheme := c.schemeV1(ch)
	for i := range c.asks {
		c.asks[i].track, c.asks[i].scheme = cmp.Or(ch.V1Track, allTracks), scheme
	}
	return c.playable(scheme)
}

// schemeV1 is the scheme that is named after all, or set for the channel, or that the DRM
// systems asked for are used with in HLS, or else cenc.
func (c *contract) schemeV1(ch Channel) keyplan.Scheme {
	named := keyplan.Scheme(c.doc.ContentKeys[0].Scheme.Value)
	return cmp.Or(named, ch.V1Scheme, c.schemeOfSystems(), keyplan.CENC)
}

func (c *contract) schemeOfSystems() keyplan.Scheme {
	asked := map[signaling.System]bool{}
	for _, s := range c.systems {
		asked[s.is] = true
	}
	switch {
	case asked[signaling.FairPlay]:
		return keyplan.CBCS
	case asked[signaling.HLSAES128], asked[signaling.ClearKeyAES128]:
		return keyplan.CBC1
	}
	return ""
}

// Heartbeat answers SPEKE 1.0's question whether the key provider is there.
func (h *Handler) Heartbeat(w http.ResponseWriter, _ *http.Request) {
	speke10.name(w.Header(), h.userAgent)
	w.Header().Set("Content-Type", "text/plain; charset=utf-8")
	w.Header().Set("Cache-Control", "no-store")
	_, _ = io.WriteString(w, "OK")
}
