package bmff

import "errors"

// auxiliaryType says in the flags of saiz and saio that a type stands before the rest.
const auxiliaryType = 0x000001

// parseSaiz returns the size in bytes of each sample's auxiliary information.
func parseSaiz(body []byte) ([]int, error) {
	c := cursor{rest: body}
	_, flags := c.fullBox()
	if flags&auxiliaryType != 0 {
		c.u64() // aux_info_type and its parameter
	}
	same := int(c.u8())
	count := c.u32()
	if count > maxSamples {
		return nil, errors.New("too many samples")
	}
	sizes := make([]int, count)
	for i := range sizes {
		sizes[i] = same
		if same == 0 {
			sizes[i] = int(c.u8())
		}
	}
	return sizes, c.err
}

// parseSaio returns the one offset, in bytes from the moof box.
func parseSaio(body []byte) (int, error) {
	c := cursor{rest: body}
	version, flags := c.fullBox()
	if flags&auxiliaryType != 0 {
		c.u64()
	}
	if count := c.u32(); count != 1 {
		return 0, errors.New("want one offset")
	}
	if version == 0 {
		return int(c.u32()), c.err
	}
	return int(c.u64()), c.err
}
