package bmff_test

import (
	"encoding/binary"
	"encoding/hex"
	"slices"
	"strings"
)

// box writes a box: its size, its type, its parts.
func box(kind string, parts ...[]byte) []byte {
	body := slices.Concat(parts...)
	b := binary.BigEndian.AppendUint32(nil, uint32(8+len(body)))
	return slices.Concat(b, []byte(kind), body)
}

// x reads hex digits with spaces between them.
func x(digits string) []byte {
	b, err := hex.DecodeString(strings.ReplaceAll(digits, " ", ""))
	if err != nil {
		panic(err)
	}
	return b
}

// A protectedTrack is an initialization segment whose parts a test may change.
type protectedTrack struct {
	entry, scheme string
	fields        int
	tenc          []byte
}

func videoTrack(tenc []byte) protectedTrack {
	return protectedTrack{entry: "encv", scheme: "cbcs", fields: 78, tenc: tenc}
}

func (p protectedTrack) bytes() []byte {
	sinf := box("sinf",
		box("frma", []byte("avc1")),
		box("schm", x("00000000"), []byte(p.scheme), x("00010000")),
		box("schi", box("tenc", p.tenc)))
	stsd := box("stsd", x("00000000 00000001"), box(p.entry, make([]byte, p.fields), sinf))
	return slices.Concat(box("ftyp"), box("moov",
		box("trak", box("mdia", box("minf", box("stbl", stsd)))),
		box("mvex", box("trex", x("00000000 00000001 00000001 00000400 00000000 00000000")))))
}

// A fragment is a moof box and its mdat, whose parts a test may change.
type fragment struct {
	tfhd, trun, data []byte
	more             [][]byte // the other boxes of the traf
}

func (f fragment) bytes() []byte {
	traf := slices.Concat([][]byte{box("tfhd", f.tfhd), box("trun", f.trun)}, f.more)
	return slices.Concat(box("moof", box("mfhd", x("00000000 00000001")), box("traf", traf...)), box("mdat", f.data))
}
