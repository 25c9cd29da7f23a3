package source

import (
	"context"
	"crypto/hkdf"
	"crypto/sha256"
	"encoding/binary"
	"errors"
	"fmt"
	"slices"
	"time"

	"github.com/keyrotor/keyrotor/keyplan"
)

// keySize is the length of a content key and of a KID, in bytes.
const keySize = 16

// The labels that keep KIDs and keys apart. Whoever changes one changes every key.
const (
	labelKID = "keyrotor derived v1 KID"
	labelKey = "keyrotor derived v1 content key"
)

// ErrNoRoot is wrapped by Draw for a key period that begins before every root.
var ErrNoRoot = errors.New("no root secret reaches back to this key period")

// Derived computes KIDs and keys by HKDF-SHA-256 (RFC 5869) from root secrets. The same
// place always gives the same KID and key, on every replica that has the same roots.
// It is safe for concurrent use.
type Derived struct {
	roots []extracted // newest From first
}

// extracted is a Root after the first step of HKDF: a pseudorandom key of 32 bytes.
type extracted struct {
	from time.Time
	prk  keyplan.Secret
}

// NewDerived refuses roots that are none, too short, or share an ID or From; its error
// is keyplan.Problems with keys such as "roots[0].secret".
func NewDerived(roots ...Root) (*Derived, error) {
	if ps := checkRoots(roots); len(ps) > 0 {
		return nil, ps
	}
	d := &Derived{}
	for _, r := range roots {
		prk, err := hkdf.Extract(sha256.New, r.Secret.Reveal(), nil)
		if err != nil {
			return nil, fmt.Errorf("root %q: %w", r.ID, err)
		}
		d.roots = append(d.roots, extracted{from: r.From, prk: keyplan.NewSecret(prk)})
	}
	slices.SortFunc(d.roots, func(a, b extracted) int { return b.from.Compare(a.from) })
	return d, nil
}

// Draw computes the KID, a UUID (version 8, RFC 9562), and the key, 16 bytes, from the
// newest root whose From is at or before at.Start.
func (d *Derived) Draw(_ context.Context, at keyplan.KeyRef) (keyplan.KID, keyplan.Secret, error) {
	i := slices.IndexFunc(d.roots, func(r extracted) bool { return !at.Start.Before(r.from) })
	if i < 0 {
		return keyplan.KID{}, nil, fmt.Errorf("derive the key of channel %q at %s: %w",
			at.Channel, at.Start.UTC().Format(time.RFC3339), ErrNoRoot)
	}
	kid, err := d.roots[i].expand(labelKID, at)
	if err != nil {
		return keyplan.KID{}, nil, err
	}
	key, err := d.roots[i].expand(labelKey, at)
	if err != nil {
		return keyplan.KID{}, nil, err
	}
	return asUUID(keyplan.KID(kid), 8), keyplan.NewSecret(key), nil
}

func (r extracted) expand(label string, at keyplan.KeyRef) ([]byte, error) {
	b, err := hkdf.Expand(sha256.New, r.prk.Reveal(), info(label, at), keySize)
	if err != nil {
		return nil, fmt.Errorf("derive the key of channel %q: %w", at.Channel, err)
	}
	return b, nil
}

// info is the label and the place, each field after its length (4 bytes, big-endian), so
// that no two places have the same bytes. Numbers are 8 bytes, big-endian.
func info(label string, at keyplan.KeyRef) string {
	var b []byte
	for _, field := range []string{
		label, at.Channel, number(at.Start.Unix()), string(at.Track), string(at.Scheme), number(int64(at.Generation)),
	} {
		b = binary.BigEndian.AppendUint32(b, uint32(len(field)))
		b = append(b, field...)
	}
	return string(b)
}

func number(n int64) string {
	return string(binary.BigEndian.AppendUint64(nil, uint64(n)))
}
