package configs

import (
	"reflect"

	"go.yaml.in/yaml/v3"
)

// A pair is a key of a mapping and what stands there.
type pair struct {
	name  string
	line  int
	first int // the line where the same key stood before; 0 if it did not
	value *yaml.Node
}

// pairs gives those of n, in order, whose keys are text.
func (d *decoder) pairs(at place, n *yaml.Node) []pair {
	var ps []pair
	lines := map[string]int{}
	for i := 0; i+1 < len(n.Content) && d.spend(); i += 2 {
		key, value := n.Content[i], n.Content[i+1]
		if want := wantKey(key); want != "" {
			d.want(place{at.path, at.shape, key.Line}, "%s", want)
			continue
		}
		ps = append(ps, pair{key.Value, key.Line, lines[key.Value], value})
		lines[key.Value] = key.Line
	}
	return ps
}

// wantKey says what a key should be, or nothing if it can be one.
func wantKey(key *yaml.Node) string {
	switch {
	case key.Kind != yaml.ScalarNode, key.Style&yaml.TaggedStyle != 0, key.Value == "":
		return "keys that are plain text"
	case key.Tag == "!!merge":
		return "no merge key <<; an alias may stand for a whole value only"
	}
	return ""
}

// pair decodes the value of a pair that stands at at, unless its key is repeated.
func (d *decoder) pair(at place, p pair, dst reflect.Value) {
	if p.first > 0 {
		d.want(at, "this key once; it stands on line %d already", p.first)
		return
	}
	d.value(at, p.value, dst)
}
