package widevine

import (
	"encoding/json"
	"slices"
	"time"

	"github.com/keyrotor/keyrotor/keyplan"
)

// An envelope is what is sent (SignedModularDrmRequest). All bytes are in base64.
type envelope struct {
	Request   []byte `json:"request"`
	Signature []byte `json:"signature"`
	Signer    string `json:"signer"`
}

// A request is what is in an envelope (CommonEncryptionRequest). Fields that are not listed
// are ignored.
type request struct {
	ContentID []byte           `json:"content_id"`
	Tracks    []trackRequest   `json:"tracks"`
	DRMTypes  []string         `json:"drm_types"` // none means WIDEVINE
	Scheme    protectionScheme `json:"protection_scheme"`

	// Nil asks for the key in force.
	FirstIndex *uint32 `json:"first_crypto_period_index"`
	Count      *uint32 `json:"crypto_period_count"`   // nil means 1
	Seconds    *uint32 `json:"crypto_period_seconds"` // nil: the packager does not say

	// What would change the keys or the boxes.
	PSSHData     []byte  `json:"pssh_data"`
	AssetID      *uint32 `json:"asset_id"`
	GroupID      []byte  `json:"group_id"`
	Entitlement  bool    `json:"enable_entitlement_license"`
	VideoFeature string  `json:"video_feature"`
}

type trackRequest struct {
	Type keyplan.Track `json:"type"`
}

const (
	drmType = "WIDEVINE"
	// maxPeriods bounds one call. shaka-packager asks for 10.
	maxPeriods = 128
)

func parseRequest(text []byte) (*request, error) {
	req := &request{}
	if err := json.Unmarshal(text, req); err != nil {
		return nil, refuse(statusMalformed, "the request is not understood: %v", err)
	}
	return req, nil
}

// fits refuses what a channel can never answer.
func (r *request) fits(ch *keyplan.Channel) error {
	if err := r.supported(); err != nil {
		return err
	}
	if err := r.checkTracks(ch); err != nil {
		return err
	}
	if scheme := r.Scheme.keyScheme(); !slices.Contains(ch.Schemes, scheme) {
		return refuse(statusMalformed, "the channel has no scheme %s", scheme)
	}
	return r.checkPeriods(ch)
}

// supported refuses features that would change what the answer means.
func (r *request) supported() error {
	switch {
	case r.GroupID != nil:
		return refuse(statusMalformed, "group_id is not supported")
	case r.Entitlement:
		return refuse(statusMalformed, "enable_entitlement_license is not supported")
	case r.VideoFeature != "":
		return refuse(statusMalformed, "video_feature is not supported")
	}
	for _, t := range r.DRMTypes {
		if t != drmType {
			return refuse(statusDRMType, "the DRM type %q is not supported", clip(t))
		}
	}
	return nil
}

func (r *request) checkTracks(ch *keyplan.Channel) error {
	if len(r.Tracks) == 0 {
		return refuse(statusTrackMissing, "no track is asked for")
	}
	if ch.KID == keyplan.Adopt {
		return refuse(statusTrackUnknown, "the channel adopts packagers' KIDs, and this API brings none")
	}
	for i, t := range r.Tracks {
		if !ch.Any && !slices.Contains(ch.Tracks, t.Type) {
			return refuse(statusTrackUnknown, "the channel has no track %q, but %q", clip(string(t.Type)), ch.Tracks)
		}
		if slices.Contains(r.Tracks[:i], t) {
			return refuse(statusMalformed, "track %s is asked for twice", t.Type)
		}
	}
	return nil
}

func (r *request) checkPeriods(ch *keyplan.Channel) error {
	interval := ch.Policy.PackagerInterval
	switch {
	case r.FirstIndex == nil && r.Count != nil:
		return refuse(statusMalformed, "crypto_period_count without first_crypto_period_index")
	case r.Count != nil && (*r.Count == 0 || *r.Count > maxPeriods):
		return refuse(statusNoPeriods, "%d periods are asked for, not 1 to %d", *r.Count, maxPeriods)
	case r.Seconds != nil && time.Duration(*r.Seconds)*time.Second != interval:
		return refuse(statusNoPeriods, "periods of %d s, but the channel's packager_interval is %v", *r.Seconds, interval)
	}
	return nil
}

// tracks are those that are asked for, in order.
func (r *request) tracks() []keyplan.Track {
	tracks := make([]keyplan.Track, len(r.Tracks))
	for i, t := range r.Tracks {
		tracks[i] = t.Type
	}
	return tracks
}

// indexes are those that are asked for, consecutive; they roll over after MAX_UINT32. None
// are asked for if there is no first one.
func (r *request) indexes() []uint32 {
	if r.FirstIndex == nil {
		return nil
	}
	count := uint32(1)
	if r.Count != nil {
		count = *r.Count
	}
	indexes := make([]uint32, count)
	for i := range indexes {
		indexes[i] = *r.FirstIndex + uint32(i)
	}
	return indexes
}

// contentID is the one that is named, of those that the channel has. None need be named if
// it has only one.
func (r *request) contentID(ch *keyplan.Channel) (string, error) {
	foreign := r.PSSHData != nil || r.AssetID != nil
	switch {
	case foreign && len(r.ContentID) > 0:
		return "", refuse(statusTooManyContents, "pssh_data or asset_id beside content_id")
	case len(r.ContentID) == 0 && (foreign || len(ch.ContentIDs) > 1):
		return "", refuse(statusContentIDMissing, "no content_id, but the channel has %q", ch.ContentIDs)
	case len(r.ContentID) == 0:
		return ch.ContentIDs[0], nil
	case !slices.Contains(ch.ContentIDs, string(r.ContentID)):
		return "", refuse(statusContentIDMismatch, "content_id %q is none of the channel's %q", clip(string(r.ContentID)), ch.ContentIDs)
	}
	return string(r.ContentID), nil
}

// clip bounds what an error repeats of a request.
func clip(s string) string {
	const most = 64
	if len(s) <= most {
		return s
	}
	return s[:most] + "…"
}
