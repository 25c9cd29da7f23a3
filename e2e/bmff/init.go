package bmff

import (
	"errors"
	"fmt"

	"github.com/keyrotor/keyrotor/keyplan"
)

// Lengths of the fields before the boxes inside a sample entry (ISO/IEC 14496-12, 12).
const (
	visualEntryFields = 78
	audioEntryFields  = 28
)

// An Init is what an initialization segment says of its one track.
type Init struct {
	// Scheme is what schm names; "" means that the track is clear.
	Scheme keyplan.Scheme
	// Default is the tenc box: what holds for samples that are in no seig group.
	Default Protection

	sampleSize uint32       // trex default_sample_size
	groups     []Protection // seig entries of the whole track
}

// ParseInit reads an initialization segment. It keeps slices of b.
func ParseInit(b []byte) (*Init, error) {
	top, err := boxes(b, 0)
	if err != nil {
		return nil, err
	}
	trex, err := descend(top, "moov", "mvex", "trex")
	if err != nil {
		return nil, err
	}
	stbl, err := descend(top, "moov", "trak", "mdia", "minf", "stbl")
	if err != nil {
		return nil, err
	}
	in := new(Init)
	if in.sampleSize, err = parseTrex(trex.body); err != nil {
		return nil, err
	}
	return in, in.parseTable(stbl)
}

// parseTrex returns default_sample_size.
func parseTrex(body []byte) (uint32, error) {
	c := cursor{rest: body}
	c.take(16) // version, flags, track_ID, description index, duration
	size := c.u32()
	if c.err != nil {
		return 0, fmt.Errorf("trex: %w", c.err)
	}
	return size, nil
}

func (in *Init) parseTable(stbl box) error {
	table, err := stbl.children(0)
	if err != nil {
		return err
	}
	if in.groups, err = parseSeigGroups(table); err != nil {
		return err
	}
	stsd, ok := first(table, "stsd")
	if !ok {
		return errors.New("no stsd box")
	}
	entries, err := stsd.children(8) // version, flags, entry count
	if err != nil {
		return err
	}
	if len(entries) != 1 {
		return fmt.Errorf("stsd: %d sample entries, want 1", len(entries))
	}
	return in.parseEntry(entries[0])
}

// parseEntry reads the protection out of an encrypted sample entry; another entry is
// a clear track's.
func (in *Init) parseEntry(entry box) error {
	fields := map[string]int{"encv": visualEntryFields, "enca": audioEntryFields}[entry.kind]
	if fields == 0 {
		return nil
	}
	inside, err := entry.children(fields)
	if err != nil {
		return err
	}
	schm, err := descend(inside, "sinf", "schm")
	if err != nil {
		return err
	}
	tenc, err := descend(inside, "sinf", "schi", "tenc")
	if err != nil {
		return err
	}
	c := cursor{rest: schm.body}
	c.fullBox()
	in.Scheme = keyplan.Scheme(c.take(4))
	if !in.Scheme.Valid() {
		return fmt.Errorf("schm: unknown scheme %q", in.Scheme)
	}
	in.Default, err = parseTenc(tenc.body)
	return err
}
