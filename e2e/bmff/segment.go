package bmff

import (
	"errors"
	"fmt"
)

// A Sample is one access unit as it stands in the file.
type Sample struct {
	Data       []byte
	Protection Protection
	// IV is 8 or 16 bytes if the sample is protected, its own or the constant one.
	IV []byte
	// Subsamples divide Data. Nil in a protected sample means that all is protected.
	Subsamples []Subsample
}

// A Subsample is Clear bytes as they are, then Protected bytes under the scheme.
type Subsample struct {
	Clear, Protected int
}

// Samples reads a media segment of the track, one or more fragments, in decode order.
// The samples keep slices of segment.
func (in *Init) Samples(segment []byte) ([]Sample, error) {
	top, err := boxes(segment, 0)
	if err != nil {
		return nil, err
	}
	var all []Sample
	for _, b := range top {
		if b.kind != "moof" {
			continue
		}
		samples, err := in.fragment(segment, b)
		if err != nil {
			return nil, fmt.Errorf("moof at byte %d: %w", b.start, err)
		}
		all = append(all, samples...)
	}
	if len(all) == 0 {
		return nil, errors.New("no sample")
	}
	return all, nil
}

func (in *Init) fragment(segment []byte, moof box) ([]Sample, error) {
	inside, err := moof.children(0)
	if err != nil {
		return nil, err
	}
	traf, ok := first(inside, "traf")
	if !ok {
		return nil, errors.New("no traf box")
	}
	boxes, err := traf.children(0)
	if err != nil {
		return nil, err
	}
	samples, err := in.locate(segment, moof.start, boxes)
	if err != nil {
		return nil, err
	}
	return samples, in.protect(samples, moof.start, boxes)
}

// locate finds the samples' bytes.
func (in *Init) locate(segment []byte, moof int, traf []box) ([]Sample, error) {
	tfhd, ok := first(traf, "tfhd")
	if !ok {
		return nil, errors.New("no tfhd box")
	}
	size, err := parseTfhd(tfhd.body, in.sampleSize)
	if err != nil {
		return nil, fmt.Errorf("tfhd: %w", err)
	}
	var samples []Sample
	at := moof
	for _, b := range traf {
		if b.kind != "trun" {
			continue
		}
		run, err := parseTrun(b.body, size)
		if err != nil {
			return nil, fmt.Errorf("trun: %w", err)
		}
		if run.offset != nil {
			at = moof + int(*run.offset)
		}
		for _, n := range run.sizes {
			if at < 0 || at > len(segment) || int(n) > len(segment)-at {
				return nil, errors.New("trun: a sample outside the segment")
			}
			samples = append(samples, Sample{Data: segment[at : at+int(n)]})
			at += int(n)
		}
	}
	return samples, nil
}
