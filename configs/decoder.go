package configs

import (
	"fmt"
	"reflect"
	"strings"

	"go.yaml.in/yaml/v3"
)

// A decoder walks a document and a Go value side by side.
type decoder struct {
	file, dir string          // the file, and the folder that file: secrets are relative to
	broken    bool            // the file is not one YAML document
	values    int             // how many were visited, aliases expanded
	lines     map[string]int  // where each key path stands
	shapes    map[string]bool // the key paths that stand, as Keys writes them
	failed    map[string]bool // key paths whose value is not what the file says
	errs      Errors
}

// A place is where a decoder is: the key path, its form in Keys, and its line.
type place struct {
	path, shape string
	line        int
}

func (at place) key(name, shape string, line int) place {
	return place{
		path:  strings.TrimPrefix(at.path+"."+name, "."),
		shape: strings.TrimPrefix(at.shape+"."+shape, "."),
		line:  line,
	}
}

func (at place) item(i, line int) place {
	return place{fmt.Sprintf("%s[%d]", at.path, i), at.shape + "[]", line}
}

// say records a problem; what Validate finds at or below the place no longer counts.
func (d *decoder) say(at place, text string) {
	d.failed[at.path] = true
	d.errs = append(d.errs, Error{d.file, at.line, at.path, text})
}

func (d *decoder) want(at place, format string, args ...any) {
	d.say(at, "want "+fmt.Sprintf(format, args...))
}

// spend counts a value and reports whether there may be more of them.
func (d *decoder) spend() bool {
	d.values++
	if d.values == maxValues {
		d.want(place{line: 1}, "at most %d values, aliases expanded", maxValues)
	}
	return d.values < maxValues
}

// value decodes n, which stands at at, into dst.
func (d *decoder) value(at place, n *yaml.Node, dst reflect.Value) {
	if !d.spend() {
		return
	}
	d.lines[at.path], d.shapes[at.shape] = at.line, true
	if n.Kind == yaml.AliasNode {
		n = n.Alias
	}
	switch t := dst.Type(); {
	case n.Style&yaml.TaggedStyle != 0:
		d.want(at, "a value without a tag; text that begins with ! needs quotes")
	case isScalar(t):
		d.scalar(at, n, dst)
	case isNull(n):
	default:
		d.compound(at, n, dst)
	}
}

func isNull(n *yaml.Node) bool { return n.Kind == yaml.ScalarNode && n.Tag == "!!null" }

func (d *decoder) compound(at place, n *yaml.Node, dst reflect.Value) {
	switch dst.Kind() {
	case reflect.Pointer:
		d.pointer(at, n, dst)
	case reflect.Struct:
		d.structure(at, n, dst)
	case reflect.Map:
		d.mapping(at, n, dst)
	case reflect.Slice:
		d.list(at, n, dst)
	}
}

func (d *decoder) pointer(at place, n *yaml.Node, dst reflect.Value) {
	d.values-- // the same value again
	dst.Set(reflect.New(dst.Type().Elem()))
	d.value(at, n, dst.Elem())
}

func (d *decoder) list(at place, n *yaml.Node, dst reflect.Value) {
	if n.Kind != yaml.SequenceNode {
		d.want(at, "a list, such as [a, b]")
		return
	}
	dst.Set(reflect.MakeSlice(dst.Type(), len(n.Content), len(n.Content)))
	for i, item := range n.Content {
		d.value(at.item(i, item.Line), item, dst.Index(i))
	}
}

func (d *decoder) mapping(at place, n *yaml.Node, dst reflect.Value) {
	if n.Kind != yaml.MappingNode {
		d.want(at, "names, each with a value")
		return
	}
	t := dst.Type()
	dst.Set(reflect.MakeMap(t))
	for _, p := range d.pairs(at, n) {
		value := reflect.New(t.Elem()).Elem()
		d.pair(at.key(p.name, "*", p.line), p, value)
		dst.SetMapIndex(reflect.ValueOf(p.name).Convert(t.Key()), value)
	}
}
