package bmff

import (
	"errors"
	"fmt"
)

// inFragment is added to the group numbers that a traf's own sgpd box defines
// (ISO/IEC 14496-12, 8.9.4).
const inFragment = 0x10000

// seig is the grouping type of encryption parameters.
const seig = "seig"

// parseSeigGroups reads the seig entries of an sgpd box among others; none is no error.
func parseSeigGroups(among []box) ([]Protection, error) {
	var groups []Protection
	for _, b := range among {
		if b.kind != "sgpd" {
			continue
		}
		found, err := parseSgpd(b.body)
		if err != nil {
			return nil, fmt.Errorf("sgpd: %w", err)
		}
		groups = append(groups, found...)
	}
	return groups, nil
}

func parseSgpd(body []byte) ([]Protection, error) {
	c := cursor{rest: body}
	version, _ := c.fullBox()
	if string(c.take(4)) != seig {
		return nil, c.err
	}
	if version != 1 {
		return nil, fmt.Errorf("version %d, want 1", version)
	}
	length := c.u32()
	var groups []Protection
	for range c.u32() {
		size := length
		if size == 0 {
			size = c.u32()
		}
		entry := c.take(int(size))
		if c.err != nil {
			return nil, c.err
		}
		p, err := parseSeig(entry)
		if err != nil {
			return nil, err
		}
		groups = append(groups, p)
	}
	return groups, c.err
}

// protections gives the protection of each of n samples: by the traf's seig groups,
// else the track's default.
func (in *Init) protections(traf []box, n int) ([]Protection, error) {
	local, err := parseSeigGroups(traf)
	if err != nil {
		return nil, err
	}
	all := make([]Protection, n)
	for i := range all {
		all[i] = in.Default
	}
	for _, b := range traf {
		if b.kind != "sbgp" {
			continue
		}
		if err := in.assign(all, local, b.body); err != nil {
			return nil, fmt.Errorf("sbgp: %w", err)
		}
	}
	return all, nil
}

// assign overwrites the protections of the samples that an sbgp box puts in a group.
func (in *Init) assign(all, local []Protection, body []byte) error {
	c := cursor{rest: body}
	version, _ := c.fullBox()
	if string(c.take(4)) != seig {
		return c.err
	}
	if version == 1 {
		c.u32() // grouping_type_parameter
	}
	at := 0
	for range c.u32() {
		count, number := int(c.u32()), c.u32()
		if c.err != nil || count > len(all)-at {
			return errors.New("more samples than the fragment has")
		}
		p, err := in.group(local, number)
		if err != nil {
			return err
		}
		for range count {
			all[at] = p
			at++
		}
	}
	return c.err
}

func (in *Init) group(local []Protection, number uint32) (Protection, error) {
	from := in.groups
	switch {
	case number == 0:
		return in.Default, nil
	case number > inFragment:
		from, number = local, number-inFragment
	}
	if int(number) > len(from) {
		return Protection{}, fmt.Errorf("group %d is not defined", number)
	}
	return from[number-1], nil
}
