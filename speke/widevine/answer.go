package widevine

import (
	"context"
	"encoding/base64"
	"encoding/binary"
	"encoding/json"
	"fmt"
	"strings"

	"github.com/keyrotor/keyrotor/keyplan"
	"github.com/keyrotor/keyrotor/speke/signaling"
)

// A reply is what is sent back (SignedModularDrmResponse): a response in base64.
type reply struct {
	Response []byte `json:"response"`
}

// A response is what is in a reply (CommonEncryptionResponse).
type response struct {
	Status status  `json:"status"`
	DRM    []drm   `json:"drm,omitempty"`
	Tracks []track `json:"tracks,omitempty"`
}

type drm struct {
	Type     string `json:"type"`
	SystemID string `json:"system_id"` // 32 hex digits
}

// A track is one content key.
type track struct {
	Type keyplan.Track `json:"type"`
	KID  []byte        `json:"key_id"` // 16 bytes
	Key  contentKey    `json:"key"`
	// IV is the constant IV of cbcs (16 bytes). Without it the packager draws one.
	IV   []byte `json:"iv,omitempty"`
	PSSH []pssh `json:"pssh"` // exactly one
	// Index is nil in the answer to a call without indexes.
	Index *uint32 `json:"crypto_period_index,omitempty"`
}

// A pssh is one DRM system's. Packagers take Boxes; old ones know only Data.
type pssh struct {
	Type  string `json:"drm_type"`
	Data  []byte `json:"data"`  // what is in the box
	Boxes []byte `json:"boxes"` // the whole box
}

// A contentKey gives the bytes of a key when it is written, and cannot be printed before.
type contentKey func() []byte

// MarshalText gives base64.
func (k contentKey) MarshalText() ([]byte, error) {
	return base64.StdEncoding.AppendEncode(nil, k()), nil
}

// encode writes a whole reply.
func (r response) encode() ([]byte, error) {
	inner, err := json.Marshal(r)
	if err != nil {
		return nil, fmt.Errorf("encode response: %w", err)
	}
	return json.Marshal(reply{Response: inner})
}

// granted answers an ask with the keys of entries, which stand for the ask's indexes, by
// period and then in the order of the request.
func (h *Handler) granted(ctx context.Context, ask Ask, entries []*keyplan.Entry) (response, error) {
	systemID := strings.ReplaceAll(string(signaling.Widevine), "-", "")
	resp := response{Status: statusOK, DRM: []drm{{drmType, systemID}}}
	for i, e := range entries {
		for _, of := range ask.Tracks {
			granted, err := h.track(ctx, ask.Channel, e, of, ask.Scheme)
			if err != nil {
				return response{}, fmt.Errorf("period %s: %w", e.Start, err)
			}
			if len(ask.Indexes) > 0 {
				granted.Index = &ask.Indexes[i]
			}
			resp.Tracks = append(resp.Tracks, granted)
		}
	}
	return resp, nil
}

func (h *Handler) track(ctx context.Context, ch *keyplan.Channel, e *keyplan.Entry, of keyplan.Track, scheme keyplan.Scheme) (track, error) {
	k, ok := e.Key(of, scheme)
	if !ok {
		return track{}, refuse(statusTrackUnknown, "no key for track %s and scheme %s was planned", of, scheme)
	}
	made, ok := h.config.Signaling(ch.ID, e, k, signaling.Widevine)
	if !ok {
		return track{}, refuse(statusMalformed, "Widevine has no signaling for scheme %s", scheme)
	}
	secret, err := h.config.Open(ctx, e.Ref(ch.ID, k), k.KID, k.Sealed)
	if err != nil {
		return track{}, fmt.Errorf("open the key of track %s: %w", of, err)
	}
	return track{
		Type: of, KID: k.KID[:], IV: k.IV,
		Key:  contentKey(secret.Reveal),
		PSSH: []pssh{{drmType, psshData(made.PSSH), made.PSSH}},
	}, nil
}

// psshData is what a version 0 pssh box holds (ISO/IEC 23001-7, 8.1): the box's header takes
// 12 bytes, the system ID 16, the size of the data 4.
func psshData(box []byte) []byte {
	const header, size = 28, 4
	if len(box) < header+size || int(binary.BigEndian.Uint32(box[header:])) != len(box)-header-size {
		return nil
	}
	return box[header+size:]
}
