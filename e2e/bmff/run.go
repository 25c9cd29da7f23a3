package bmff

import "errors"

// Flags of tfhd and trun (ISO/IEC 14496-12, 8.8.7 and 8.8.8).
const (
	tfhdBaseDataOffset    = 0x000001
	tfhdDescriptionIndex  = 0x000002
	tfhdDefaultDuration   = 0x000008
	tfhdDefaultSize       = 0x000010
	tfhdDefaultBaseIsMoof = 0x020000

	trunDataOffset       = 0x000001
	trunFirstSampleFlags = 0x000004
	trunDuration         = 0x000100
	trunSize             = 0x000200
	trunSampleFlags      = 0x000400
	trunCompositionTime  = 0x000800
)

// parseTfhd returns the fragment's default sample size, or trexSize if it has none.
func parseTfhd(body []byte, trexSize uint32) (uint32, error) {
	c := cursor{rest: body}
	_, flags := c.fullBox()
	if flags&tfhdBaseDataOffset != 0 || flags&tfhdDefaultBaseIsMoof == 0 {
		return 0, errors.New("data offsets do not count from the moof box")
	}
	c.u32() // track_ID
	c.optional(flags, tfhdDescriptionIndex, 0)
	c.optional(flags, tfhdDefaultDuration, 0)
	size := c.optional(flags, tfhdDefaultSize, trexSize)
	return size, c.err
}

// A run is a trun box: samples that lie one after the other.
type run struct {
	offset *int32 // from the moof box; nil means behind the run before
	sizes  []uint32
}

func parseTrun(body []byte, defaultSize uint32) (run, error) {
	c := cursor{rest: body}
	_, flags := c.fullBox()
	var r run
	count := c.u32()
	if flags&trunDataOffset != 0 {
		r.offset = new(int32(c.u32()))
	}
	c.optional(flags, trunFirstSampleFlags, 0)
	if flags&(trunDuration|trunSize|trunSampleFlags|trunCompositionTime) == 0 && count > maxSamples {
		return r, errors.New("too many samples")
	}
	for range count {
		c.optional(flags, trunDuration, 0)
		size := c.optional(flags, trunSize, defaultSize)
		c.optional(flags, trunSampleFlags, 0)
		c.optional(flags, trunCompositionTime, 0)
		if c.err != nil {
			return r, c.err
		}
		if size == 0 {
			return r, errors.New("a sample of 0 bytes")
		}
		r.sizes = append(r.sizes, size)
	}
	return r, c.err
}

// maxSamples bounds a run whose samples take no space in the trun box, so that a
// broken count cannot fill the memory. At 48 kHz a segment of 20 minutes has fewer.
const maxSamples = 1 << 16
