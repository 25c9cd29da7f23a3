package bmff

import (
	"errors"
	"fmt"
	"slices"
)

const sencSubsamples = 0x000002

// protect adds protections, IVs and subsamples to the samples of a traf.
func (in *Init) protect(samples []Sample, moof int, traf []box) error {
	if in.Scheme == "" {
		return nil
	}
	protections, err := in.protections(traf, len(samples))
	if err != nil {
		return err
	}
	for i := range samples {
		samples[i].Protection = protections[i]
		samples[i].IV = protections[i].ConstantIV
	}
	senc, ok := first(traf, "senc")
	if !ok {
		return needNone(samples)
	}
	sizes, err := parseSenc(senc.body, samples)
	if err != nil {
		return fmt.Errorf("senc: %w", err)
	}
	return checkAuxiliary(traf, sizes, senc.inner+8-moof)
}

// needNone refuses samples that cannot be deciphered without a senc box.
func needNone(samples []Sample) error {
	for _, s := range samples {
		if s.Protection.Protected && s.Protection.IVSize > 0 {
			return errors.New("no senc box, but the samples have IVs of their own")
		}
	}
	return nil
}

// parseSenc fills in IVs and subsamples, and returns how many bytes each sample's
// entry takes.
func parseSenc(body []byte, samples []Sample) ([]int, error) {
	c := cursor{rest: body}
	_, flags := c.fullBox()
	if count := int(c.u32()); count != len(samples) {
		return nil, fmt.Errorf("%d samples, but %d in the runs", count, len(samples))
	}
	sizes := make([]int, len(samples))
	for i := range samples {
		before := len(c.rest)
		if err := parseSencEntry(&c, flags, &samples[i]); err != nil {
			return nil, fmt.Errorf("sample %d: %w", i, err)
		}
		sizes[i] = before - len(c.rest)
	}
	if len(c.rest) > 0 {
		return nil, fmt.Errorf("%d bytes after the last sample", len(c.rest))
	}
	return sizes, nil
}

func parseSencEntry(c *cursor, flags uint32, s *Sample) error {
	if n := s.Protection.IVSize; s.Protection.Protected && n > 0 {
		s.IV = c.take(n)
	}
	if flags&sencSubsamples == 0 {
		return c.err
	}
	total := 0
	for range c.u16() {
		sub := Subsample{Clear: int(c.u16()), Protected: int(c.u32())}
		total += sub.Clear + sub.Protected
		s.Subsamples = append(s.Subsamples, sub)
	}
	if c.err == nil && total != len(s.Data) && len(s.Subsamples) > 0 {
		return fmt.Errorf("subsamples of %d bytes in a sample of %d", total, len(s.Data))
	}
	return c.err
}

// checkAuxiliary holds saiz and saio, where they are, to what senc says: players read
// the one or the other.
func checkAuxiliary(traf []box, sizes []int, offset int) error {
	if saiz, ok := first(traf, "saiz"); ok {
		stated, err := parseSaiz(saiz.body)
		if err != nil {
			return fmt.Errorf("saiz: %w", err)
		}
		if !slices.Equal(stated, sizes) {
			return errors.New("saiz does not give the sizes of the senc entries")
		}
	}
	if saio, ok := first(traf, "saio"); ok {
		stated, err := parseSaio(saio.body)
		if err != nil {
			return fmt.Errorf("saio: %w", err)
		}
		if stated != offset {
			return fmt.Errorf("saio points at byte %d of the moof box, the senc entries begin at %d", stated, offset)
		}
	}
	return nil
}
