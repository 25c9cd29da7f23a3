package e2e

import (
	"bytes"
	"errors"
	"fmt"
	"slices"

	"github.com/keyrotor/keyrotor/e2e/bmff"
	"github.com/keyrotor/keyrotor/keyplan"
)

// What CheckSegments wraps.
var (
	ErrNoKey   = errors.New("no key for the KID")
	ErrDiffers = errors.New("deciphered bytes are not those of the clear packaging")
	ErrShape   = errors.New("segments or samples are not those of the clear packaging")
	ErrClear   = errors.New("nothing is encrypted")
)

// A KeyFunc gives the key that a KID names, or false.
type KeyFunc func(keyplan.KID) (keyplan.Secret, bool)

// KeysOf is the KeyFunc that knows the keys of tracks.
func KeysOf(keys map[keyplan.Track]Key) KeyFunc {
	return func(kid keyplan.KID) (keyplan.Secret, bool) {
		for _, k := range keys {
			if k.KID == kid {
				return k.Key, true
			}
		}
		return nil, false
	}
}

// A Report is what CheckSegments saw in one track.
type Report struct {
	Scheme keyplan.Scheme
	// DefaultKID and ConstantIV are those of the tenc box. Under key rotation the KID
	// is zero, and KIDs tell.
	DefaultKID keyplan.KID
	ConstantIV []byte
	// KIDs are, for each media segment, those of its protected samples in order of
	// appearance: mostly one, none in a clear lead.
	KIDs [][]keyplan.KID
	// Samples is how many were compared; Deciphered is how many bytes of them were
	// encrypted.
	Samples, Deciphered int
}

// CheckSegments deciphers every sample of encrypted with keys and compares it with the
// same sample of clear, the same source packaged with the same segments. The error is
// the first difference; it names segment, sample and KID, each counted from 0.
func CheckSegments(encrypted, clear Segments, keys KeyFunc) (Report, error) {
	in, err := bmff.ParseInit(encrypted.Init)
	if err != nil {
		return Report{}, fmt.Errorf("encrypted initialization segment: %w", err)
	}
	plain, err := bmff.ParseInit(clear.Init)
	if err != nil {
		return Report{}, fmt.Errorf("clear initialization segment: %w", err)
	}
	report := Report{Scheme: in.Scheme, DefaultKID: in.Default.KID, ConstantIV: in.Default.ConstantIV}
	if len(encrypted.Media) != len(clear.Media) {
		return report, fmt.Errorf("%d segments, %d clear: %w", len(encrypted.Media), len(clear.Media), ErrShape)
	}
	for i, segment := range encrypted.Media {
		got, want, err := samplePairs(in, plain, segment, clear.Media[i])
		if err == nil {
			err = report.add(got, want, keys)
		}
		if err != nil {
			return report, fmt.Errorf("segment %d: %w", i, err)
		}
	}
	if report.Deciphered == 0 {
		return report, ErrClear
	}
	return report, nil
}

// samplePairs reads the same segment of both packagings.
func samplePairs(in, plain *bmff.Init, encrypted, clear []byte) (got, want []bmff.Sample, err error) {
	if got, err = in.Samples(encrypted); err != nil {
		return nil, nil, err
	}
	if want, err = plain.Samples(clear); err != nil {
		return nil, nil, fmt.Errorf("clear: %w", err)
	}
	if len(got) != len(want) {
		return nil, nil, fmt.Errorf("%d samples, %d clear: %w", len(got), len(want), ErrShape)
	}
	return got, want, nil
}

// add checks the samples of one segment.
func (r *Report) add(got, want []bmff.Sample, keys KeyFunc) error {
	var kids []keyplan.KID
	for i, sample := range got {
		kid := sample.Protection.KID
		if sample.Protection.Protected && !slices.Contains(kids, kid) {
			kids = append(kids, kid)
		}
		n, err := checkSample(r.Scheme, sample, want[i].Data, keys)
		if err != nil {
			return fmt.Errorf("sample %d, KID %v: %w", i, kid, err)
		}
		r.Samples++
		r.Deciphered += n
	}
	r.KIDs = append(r.KIDs, kids)
	return nil
}

// checkSample returns how many bytes of the sample were encrypted.
func checkSample(scheme keyplan.Scheme, sample bmff.Sample, want []byte, keys KeyFunc) (int, error) {
	var key keyplan.Secret
	if sample.Protection.Protected {
		found, ok := keys(sample.Protection.KID)
		if !ok {
			return 0, ErrNoKey
		}
		key = found
	}
	clear, n, err := sample.Decrypt(scheme, key)
	if err != nil {
		return 0, err
	}
	if !bytes.Equal(clear, want) {
		return 0, ErrDiffers
	}
	return n, nil
}
