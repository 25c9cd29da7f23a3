package widevine

import (
	"errors"
	"fmt"
)

// A status is what the API says of a request (CommonEncryptionResponse.Status in
// shaka-packager's widevine_common_encryption.proto). Every answer is HTTP 200, refusals
// too: shaka-packager writes the body of a 200 into its log, and of anything else only the
// number. Either ends it.
type status string

const (
	statusOK                status = "OK"
	statusSignatureFailed   status = "SIGNATURE_FAILED"   // unknown signer, or not its signature
	statusAccessDenied      status = "ACCESS_DENIED"      // unknown channel, or not the signer's
	statusMalformed         status = "MALFORMED_REQUEST"  // also what is well-formed and not supported
	statusContentIDMissing  status = "CONTENT_ID_MISSING" // and the channel has several
	statusContentIDMismatch status = "CONTENT_ID_MISMATCH"
	statusTooManyContents   status = "TOO_MANY_CONTENT_SPECIFIERS"
	statusTrackMissing      status = "TRACK_TYPE_MISSING"
	statusTrackUnknown      status = "TRACK_TYPE_UNKNOWN"
	statusDRMType           status = "KEY_ROTATION_WITH_UNSUPPORTED_DRM_TYPE"
	statusNoPeriods         status = "NO_REQUESTED_CRYPTO_PERIODS"
	// statusInternal is the only one that asks the packager to try again. shaka-packager
	// 3.4.2 does, but reads the second answer appended to the first, and ends.
	statusInternal status = "INTERNAL_ERROR"
)

// What Config.Entries wraps if asking again would not help. Every other error is taken for a
// passing one.
var (
	// ErrPeriod: too far ahead, before the plan, or its keep is over.
	ErrPeriod = errors.New("period cannot be served")
	// ErrTrack: the channel cannot have a key for it.
	ErrTrack = errors.New("track cannot be served")
	// ErrChannel: it cannot be created.
	ErrChannel = errors.New("no such channel")
)

// A refusal is an error with its status. The packager sees the status, the log the reason.
type refusal struct {
	status status
	reason string
}

func (r refusal) Error() string { return r.reason }

func refuse(s status, reason string, args ...any) error {
	return refusal{s, fmt.Sprintf(reason, args...)}
}

// outside turns any error of this package into what the packager sees.
func outside(err error) status {
	r, refused := errors.AsType[refusal](err)
	switch {
	case err == nil:
		return statusOK
	case refused:
		return r.status
	case errors.Is(err, ErrPeriod):
		return statusNoPeriods
	case errors.Is(err, ErrTrack):
		return statusTrackUnknown
	case errors.Is(err, ErrChannel):
		return statusAccessDenied
	}
	return statusInternal
}
