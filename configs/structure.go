package configs

import (
	"reflect"
	"slices"
	"strings"

	"go.yaml.in/yaml/v3"

	"github.com/keyrotor/keyrotor/keyplan"
)

// A field is a field of a struct and the key that sets it.
type field struct {
	key   string
	index []int // for reflect.Value.FieldByIndex
	typ   reflect.Type
}

func (f field) isSecret() bool {
	return f.typ == secretType || f.typ == reflect.PointerTo(secretType)
}

// fields gives those of t that have a yaml tag, with those of inlined structs, in the
// order in which they are declared.
func fields(t reflect.Type) []field {
	var fs []field
	for sf := range t.Fields() {
		key, option, _ := strings.Cut(sf.Tag.Get("yaml"), ",")
		switch {
		case option == "inline":
			for _, f := range fields(sf.Type) {
				fs = append(fs, field{f.key, slices.Concat(sf.Index, f.index), f.typ})
			}
		case key != "" && key != "-":
			fs = append(fs, field{key, sf.Index, sf.Type})
		}
	}
	return fs
}

func (d *decoder) structure(at place, n *yaml.Node, dst reflect.Value) {
	fs := fields(dst.Type())
	if n.Kind != yaml.MappingNode {
		d.want(at, "keys: %s", strings.Join(keysOf(fs), ", "))
		return
	}
	for _, p := range d.pairs(at, n) {
		i := slices.IndexFunc(fs, func(f field) bool { return f.key == p.name })
		if i < 0 {
			d.unknown(at, p, fs)
			continue
		}
		d.pair(at.key(p.name, p.name, p.line), p, dst.FieldByIndex(fs[i].index))
	}
}

// unknown says that a key is unknown and which ones are known. A key beside a secret may
// be that secret, after a missing colon or space: it is shown only if it is nearly a
// known one.
func (d *decoder) unknown(at place, p pair, fs []field) {
	known := keysOf(fs)
	if near := nearest(p.name, known); near != "" {
		d.failed[at.key(near, near, 0).path] = true // what was meant is not there
		d.say(at.key(p.name, p.name, p.line), "unknown key; did you mean "+near+"?")
		return
	}
	at.line = p.line
	text := "unknown key (not shown, it may be a secret)"
	if !slices.ContainsFunc(fs, field.isSecret) {
		at = at.key(clip(p.name), "", p.line)
		text = "unknown key"
	}
	d.say(at, text+"; known here: "+strings.Join(known, ", "))
}

func keysOf(fs []field) []string {
	keys := make([]string, len(fs))
	for i, f := range fs {
		keys[i] = f.key
	}
	return keys
}

var secretType = reflect.TypeFor[keyplan.Secret]()

// clip bounds what a problem repeats of the file.
func clip(s string) string {
	const most = 64
	if len(s) <= most {
		return s
	}
	return strings.ToValidUTF8(s[:most], "") + "…"
}
