package e2e_test

import (
	"bytes"
	"errors"
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/keyrotor/keyrotor/e2e"
	"github.com/keyrotor/keyrotor/keyplan"
)

var schemes = []keyplan.Scheme{keyplan.CENC, keyplan.CENS, keyplan.CBC1, keyplan.CBCS}

// sourceSeconds is how long most sources play, and segmentCount how many segments each
// track of them has.
const (
	sourceSeconds = 10
	segmentCount  = sourceSeconds / e2e.SegmentSeconds
)

func TestEverySchemeDeciphersToTheClearPackaging(t *testing.T) {
	source := e2e.Source(t, sourceSeconds)
	clear := e2e.Package(t, e2e.Job{Source: source})
	keys := twoKeys()
	for _, scheme := range schemes {
		t.Run(string(scheme), func(t *testing.T) {
			encrypted := e2e.Package(t, e2e.Job{Source: source, Scheme: scheme, Keys: keys})
			for track, key := range keys {
				report, err := e2e.CheckSegments(encrypted[track], clear[track], e2e.KeysOf(keys))
				if err != nil {
					t.Fatalf("%s: %v", track, err)
				}
				want := slices.Repeat([][]keyplan.KID{{key.KID}}, segmentCount)
				if diff := cmp.Diff(want, report.KIDs); diff != "" {
					t.Errorf("%s: KIDs by segment (-want +got):\n%s", track, diff)
				}
				if report.Scheme != scheme || report.DefaultKID != key.KID {
					t.Errorf("%s: scheme %s, default KID %v", track, report.Scheme, report.DefaultKID)
				}
			}
		})
	}
}

func TestOtherPatternsDecipherToo(t *testing.T) {
	source := e2e.Source(t, sourceSeconds)
	clear := e2e.Package(t, e2e.Job{Source: source})
	keys := twoKeys()
	for _, scheme := range []keyplan.Scheme{keyplan.CENS, keyplan.CBCS} {
		encrypted := e2e.Package(t, e2e.Job{Source: source, Scheme: scheme, Keys: keys,
			Switches: []string{"--crypt_byte_block=5", "--skip_byte_block=5"}})
		if _, err := e2e.CheckSegments(encrypted[e2e.Video], clear[e2e.Video], e2e.KeysOf(keys)); err != nil {
			t.Errorf("%s 5:5: %v", scheme, err)
		}
	}
}

func TestAGivenIVIsTheOneInTheTrack(t *testing.T) {
	source := e2e.Source(t, sourceSeconds)
	clear := e2e.Package(t, e2e.Job{Source: source})
	keys := twoKeys()
	video := keys[e2e.Video]
	video.IV = bytes.Repeat([]byte{0xa5}, 16)
	keys[e2e.Video] = video

	encrypted := e2e.Package(t, e2e.Job{Source: source, Scheme: keyplan.CBCS, Keys: keys})
	report, err := e2e.CheckSegments(encrypted[e2e.Video], clear[e2e.Video], e2e.KeysOf(keys))
	if err != nil {
		t.Fatal(err)
	}
	if !bytes.Equal(report.ConstantIV, video.IV) {
		t.Errorf("constant IV %x, want %x", report.ConstantIV, video.IV)
	}
}

func TestAWrongKeyFailsTheCheck(t *testing.T) {
	source := e2e.Source(t, sourceSeconds)
	clear := e2e.Package(t, e2e.Job{Source: source})
	keys := twoKeys()
	swapped := map[keyplan.Track]e2e.Key{
		e2e.Video: {KID: keys[e2e.Video].KID, Key: keys[e2e.Audio].Key},
		e2e.Audio: {KID: keys[e2e.Audio].KID, Key: keys[e2e.Video].Key},
	}
	oneKID := map[keyplan.Track]e2e.Key{e2e.Video: keys[e2e.Video]}
	for _, scheme := range schemes {
		encrypted := e2e.Package(t, e2e.Job{Source: source, Scheme: scheme, Keys: keys})
		for _, track := range []keyplan.Track{e2e.Video, e2e.Audio} {
			_, err := e2e.CheckSegments(encrypted[track], clear[track], e2e.KeysOf(swapped))
			if !errors.Is(err, e2e.ErrDiffers) {
				t.Errorf("%s %s with swapped keys: %v, want ErrDiffers", scheme, track, err)
			}
		}
		_, err := e2e.CheckSegments(encrypted[e2e.Audio], clear[e2e.Audio], e2e.KeysOf(oneKID))
		if !errors.Is(err, e2e.ErrNoKey) {
			t.Errorf("%s with a KID nobody knows: %v, want ErrNoKey", scheme, err)
		}
	}
}

func TestAClearOrShorterTrackFailsTheCheck(t *testing.T) {
	source := e2e.Source(t, sourceSeconds)
	clear := e2e.Package(t, e2e.Job{Source: source})
	keys := twoKeys()
	if _, err := e2e.CheckSegments(clear[e2e.Video], clear[e2e.Video], e2e.KeysOf(keys)); !errors.Is(err, e2e.ErrClear) {
		t.Errorf("a clear track: %v, want ErrClear", err)
	}
	encrypted := e2e.Package(t, e2e.Job{Source: source, Scheme: keyplan.CENC, Keys: keys})[e2e.Video]
	encrypted.Media = encrypted.Media[1:]
	if _, err := e2e.CheckSegments(encrypted, clear[e2e.Video], e2e.KeysOf(keys)); !errors.Is(err, e2e.ErrShape) {
		t.Errorf("a segment less: %v, want ErrShape", err)
	}
}

// With raw keys and a crypto-period the packager makes the key of period n itself: KID
// and key of period 0, each turned left by n bytes (seen in shaka-packager 3.4.2).
func TestRotationInsideATrackIsFollowedThroughItsSampleGroups(t *testing.T) {
	const periodSeconds = 4
	source := e2e.Source(t, sourceSeconds)
	clear := e2e.Package(t, e2e.Job{Source: source})
	keys := twoKeys()
	for _, scheme := range []keyplan.Scheme{keyplan.CENC, keyplan.CBCS} {
		encrypted := e2e.Package(t, e2e.Job{Source: source, Scheme: scheme, Keys: keys,
			Switches: []string{"--crypto_period_duration=4", "--protection_systems=CommonSystem"}})
		for track, first := range keys {
			periods := make(map[keyplan.Track]e2e.Key)
			var want [][]keyplan.KID
			for i := range segmentCount {
				key := turned(first, i*e2e.SegmentSeconds/periodSeconds)
				periods[keyplan.Track(key.KID.String())] = key
				want = append(want, []keyplan.KID{key.KID})
			}
			report, err := e2e.CheckSegments(encrypted[track], clear[track], e2e.KeysOf(periods))
			if err != nil {
				t.Fatalf("%s %s: %v", scheme, track, err)
			}
			if diff := cmp.Diff(want, report.KIDs); diff != "" {
				t.Errorf("%s %s: KIDs by segment (-want +got):\n%s", scheme, track, diff)
			}
		}
	}
}

// turned rotates KID and key left by n bytes.
func turned(k e2e.Key, n int) e2e.Key {
	key := slices.Clone(k.Key.Reveal())
	k.Key = keyplan.NewSecret(slices.Concat(key[n:], key[:n]))
	k.KID = keyplan.KID(slices.Concat(k.KID[n:], k.KID[:n]))
	return k
}

func twoKeys() map[keyplan.Track]e2e.Key {
	return map[keyplan.Track]e2e.Key{
		e2e.Video: {KID: ascending(0x10), Key: secret(0x20)},
		e2e.Audio: {KID: ascending(0x30), Key: secret(0x40)},
	}
}

func secret(first byte) keyplan.Secret {
	bytes := ascending(first)
	return keyplan.NewSecret(bytes[:])
}

// ascending is 16 bytes, each one more than the one before.
func ascending(first byte) (b keyplan.KID) {
	for i := range b {
		b[i] = first + byte(i)
	}
	return b
}
