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
	// labelAdopted is for the keys of KIDs that packagers chose.
	labelAdopted = "keyrotor derived v1 adopted KID"
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
// newest root whose From is at or before at.Start. A static key, which has no Start, comes
// from the oldest root.
func (d *Derived) Draw(_ context.Context, at keyplan.KeyRef) (keyplan.KID, keyplan.Secret, error) {
	root, err := d.root(at.Start)
	if err != nil {
		return keyplan.KID{}, nil, fmt.Errorf("derive the key of channel %q %w", at.Channel, err)
	}
	kid, err := root.expand(labelKID, place(at)...)
	if err != nil {
		return keyplan.KID{}, nil, err
	}
	key, err := root.expand(labelKey, place(at)...)
	if err != nil {
		return keyplan.KID{}, nil, err
	}
	return asUUID(keyplan.KID(kid), 8), keyplan.NewSecret(key), nil
}

// Adopt computes the key of a packager's KID, 16 bytes, from the root that Draw takes for
// the same start.
func (d *Derived) Adopt(_ context.Context, channel string, kid keyplan.KID, start time.Time) (keyplan.Secret, error) {
	root, err := d.root(start)
	if err != nil {
		return nil, fmt.Errorf("derive the key of KID %s of channel %q %w", kid, channel, err)
	}
	key, err := root.expand(labelAdopted, channel, string(kid[:]))
	return keyplan.NewSecret(key), err
}

// root is the one in force at start, or the oldest if start is zero. Its error follows what
// was tried.
func (d *Derived) root(start time.Time) (extracted, error) {
	if start.IsZero() {
		return d.roots[len(d.roots)-1], nil
	}
	i := slices.IndexFunc(d.roots, func(r extracted) bool { return !start.Before(r.from) })
	if i < 0 {
		return extracted{}, fmt.Errorf("at %s: %w", start.UTC().Format(time.RFC3339), ErrNoRoot)
	}
	return d.roots[i], nil
}

func (r extracted) expand(label string, fields ...string) ([]byte, error) {
	b, err := hkdf.Expand(sha256.New, r.prk.Reveal(), info(label, fields), keySize)
	if err != nil {
		return nil, fmt.Errorf("derive %s: %w", label, err)
	}
	return b, nil
}

// place is what a drawn key depends on.
func place(at keyplan.KeyRef) []string {
	return []string{
		at.Channel, number(at.Start.Unix()), string(at.Track), string(at.Scheme), number(int64(at.Generation)),
	}
}

// info is the label and the fields, each after its length (4 bytes, big-endian), so that no
// others have the same bytes. Numbers in fields are 8 bytes, big-endian.
func info(label string, fields []string) string {
	var b []byte
	for _, field := range append([]string{label}, fields...) {
		b = binary.BigEndian.AppendUint32(b, uint32(len(field)))
		b = append(b, field...)
	}
	return string(b)
}

func number(n int64) string {
	return string(binary.BigEndian.AppendUint64(nil, uint64(n)))
}
