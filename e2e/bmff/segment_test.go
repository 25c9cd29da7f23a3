package bmff_test

import (
	"bytes"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/keyrotor/keyrotor/e2e/bmff"
	"github.com/keyrotor/keyrotor/keyplan"
)

var (
	sixteenOnes = strings.Repeat("11", 16)
	sixteenTwos = strings.Repeat("22", 16)

	// Version 1, pattern 1:9, KID of ones, a constant IV of twos.
	patternTenc = x("01000000 00 19 01 00" + sixteenOnes + "10" + sixteenTwos)
)

// The boxes of twoSamples after trun, in their order there.
const (
	sgpdBox = iota
	sbgpBox
	sencBox
	saizBox
	saioBox
)

// twoSamples has samples of 4 and 6 bytes. The first is in a seig group that the
// fragment defines, with a KID of twos and an IV of 8 bytes; the second is in none.
func twoSamples() fragment {
	return fragment{
		tfhd: x("00020000 00000001"),
		trun: x("00000201 00000002 000000ea 00000004 00000006"),
		data: []byte("4444666666"),
		more: [][]byte{
			box("sgpd", x("01000000"), []byte("seig"), x("0000001d 00000001 00 00 01 00"+sixteenTwos+"08 0102030405060708")),
			box("sbgp", x("00000000"), []byte("seig"), x("00000001 00000001 00010001")),
			box("senc", x("00000002 00000002 0001 0001 00000003 0001 0002 00000004")),
			box("saiz", x("00000000 08 00000002")),
			box("saio", x("00000000 00000001 000000ad")),
		},
	}
}

func TestASegmentGivesItsSamplesWithWhatProtectsEach(t *testing.T) {
	in, err := bmff.ParseInit(videoTrack(patternTenc).bytes())
	if err != nil {
		t.Fatal(err)
	}
	got, err := in.Samples(twoSamples().bytes())
	if err != nil {
		t.Fatal(err)
	}
	want := []bmff.Sample{
		{
			Data:       []byte("4444"),
			Protection: bmff.Protection{Protected: true, KID: keyplan.KID(x(sixteenTwos)), ConstantIV: x("0102030405060708")},
			IV:         x("0102030405060708"),
			Subsamples: []bmff.Subsample{{Clear: 1, Protected: 3}},
		},
		{
			Data:       []byte("666666"),
			Protection: bmff.Protection{Protected: true, KID: keyplan.KID(x(sixteenOnes)), ConstantIV: x(sixteenTwos), Crypt: 1, Skip: 9},
			IV:         x(sixteenTwos),
			Subsamples: []bmff.Subsample{{Clear: 2, Protected: 4}},
		},
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("samples (-want +got):\n%s", diff)
	}
}

func TestFragmentsOfASegmentFollowEachOther(t *testing.T) {
	in, err := bmff.ParseInit(videoTrack(patternTenc).bytes())
	if err != nil {
		t.Fatal(err)
	}
	one := twoSamples().bytes()
	got, err := in.Samples(bytes.Join([][]byte{box("styp"), one, one}, nil))
	if err != nil {
		t.Fatal(err)
	}
	if len(got) != 4 || string(got[3].Data) != "666666" {
		t.Errorf("got %d samples, want 4, the last of them \"666666\"", len(got))
	}
}

func TestABrokenSegmentIsRefused(t *testing.T) {
	in, err := bmff.ParseInit(videoTrack(patternTenc).bytes())
	if err != nil {
		t.Fatal(err)
	}
	for _, tc := range []struct {
		name, want string
		spoil      func(*fragment)
	}{
		{"data offsets from elsewhere", "do not count from the moof", func(f *fragment) { f.tfhd = x("00000001 00000001 0000000000000000") }},
		{"a sample beyond the end", "outside the segment", func(f *fragment) { f.data = f.data[:9] }},
		{"an empty sample", "0 bytes", func(f *fragment) { f.trun = x("00000201 00000002 000000ea 00000004 00000000") }},
		{"more samples than can be", "too many samples", func(f *fragment) { f.trun = x("00000001 ffffffff 000000ea") }},
		{"a group that is not defined", "group 2 is not defined", func(f *fragment) {
			f.more[sbgpBox] = box("sbgp", x("00000000"), []byte("seig"), x("00000001 00000001 00010002"))
		}},
		{"a group of more samples than there are", "more samples than", func(f *fragment) {
			f.more[sbgpBox] = box("sbgp", x("00000000"), []byte("seig"), x("00000001 00000003 00010001"))
		}},
		{"a sample count that differs", "3 samples, but 2", func(f *fragment) {
			f.more[sencBox] = box("senc", x("00000002 00000003 0001 0001 00000003 0001 0002 00000004"))
		}},
		{"subsamples that leave a rest", "subsamples of 5 bytes in a sample of 6", func(f *fragment) {
			f.more[sencBox] = box("senc", x("00000002 00000002 0001 0001 00000003 0001 0001 00000004"))
		}},
		{"bytes after the last sample's entry", "1 bytes after", func(f *fragment) {
			f.more[sencBox] = box("senc", x("00000002 00000002 0001 0001 00000003 0001 0002 00000004 00"))
		}},
		{"sizes that are not those of the entries", "saiz does not give", func(f *fragment) {
			f.more[saizBox] = box("saiz", x("00000000 09 00000002"))
		}},
		{"an offset beside the entries", "saio points at byte 174", func(f *fragment) {
			f.more[saioBox] = box("saio", x("00000000 00000001 000000ae"))
		}},
	} {
		t.Run(tc.name, func(t *testing.T) {
			f := twoSamples()
			tc.spoil(&f)
			_, err := in.Samples(f.bytes())
			if err == nil || !strings.Contains(err.Error(), tc.want) {
				t.Errorf("error %v, want %q in it", err, tc.want)
			}
		})
	}
}

func TestSamplesWithIVsOfTheirOwnNeedASencBox(t *testing.T) {
	in, err := bmff.ParseInit(videoTrack(x("00000000 00 00 01 08" + sixteenOnes)).bytes())
	if err != nil {
		t.Fatal(err)
	}
	f := twoSamples()
	f.trun = x("00000201 00000002 00000054 00000004 00000006")
	f.more = nil
	if _, err := in.Samples(f.bytes()); err == nil || !strings.Contains(err.Error(), "no senc box") {
		t.Errorf("error %v, want \"no senc box\" in it", err)
	}
}

func TestAnInitSegmentThatIsNotUnderstoodIsRefused(t *testing.T) {
	for _, tc := range []struct {
		name, want string
		spoil      func(*protectedTrack)
	}{
		{"an unknown scheme", "unknown scheme", func(p *protectedTrack) { p.scheme = "cbcx" }},
		{"an IV of 5 bytes", "neither 8 nor 16", func(p *protectedTrack) { p.tenc = x("00000000 00 00 01 05" + sixteenOnes) }},
		{"a tenc box cut short", "tenc: shorter", func(p *protectedTrack) { p.tenc = p.tenc[:20] }},
		{"an encrypted entry without a sinf box", "no sinf", func(p *protectedTrack) { p.fields = 30 }},
	} {
		t.Run(tc.name, func(t *testing.T) {
			p := videoTrack(patternTenc)
			tc.spoil(&p)
			_, err := bmff.ParseInit(p.bytes())
			if err == nil || !strings.Contains(err.Error(), tc.want) {
				t.Errorf("error %v, want %q in it", err, tc.want)
			}
		})
	}
}

func FuzzParseInit(f *testing.F) {
	f.Add(videoTrack(patternTenc).bytes())
	f.Add(protectedTrack{entry: "enca", scheme: "cenc", fields: 28, tenc: x("00000000 00 00 01 08" + sixteenOnes)}.bytes())
	segment := twoSamples().bytes()
	f.Fuzz(func(t *testing.T, b []byte) {
		if in, err := bmff.ParseInit(b); err == nil {
			decryptAll(t, in, segment)
		}
	})
}

func FuzzSamples(f *testing.F) {
	in, err := bmff.ParseInit(videoTrack(patternTenc).bytes())
	if err != nil {
		f.Fatal(err)
	}
	f.Add(twoSamples().bytes())
	f.Fuzz(func(t *testing.T, segment []byte) { decryptAll(t, in, segment) })
}

// decryptAll holds what is true of every segment that is accepted: samples lie inside
// it, and deciphering keeps their length.
func decryptAll(t *testing.T, in *bmff.Init, segment []byte) {
	samples, err := in.Samples(segment)
	if err != nil {
		return
	}
	for _, s := range samples {
		clear, n, err := s.Decrypt(in.Scheme, keyplan.NewSecret(x(sixteenOnes)))
		if err != nil {
			t.Fatalf("an accepted sample: %v", err)
		}
		if len(clear) != len(s.Data) || n > len(clear) {
			t.Fatalf("%d bytes, %d of them encrypted, from %d", len(clear), n, len(s.Data))
		}
	}
}
