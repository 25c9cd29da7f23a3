package configs

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"reflect"

	"go.yaml.in/yaml/v3"

	"github.com/keyrotor/keyrotor/keyplan"
)

// Bounds of a configuration.
const (
	maxBytes  = 1 << 20
	maxValues = 100_000
)

// A Section is a part of the configuration that can judge itself. Load and Decode want
// a pointer to a struct.
type Section interface {
	// Validate names everything that is wrong, with key paths below the section. It is
	// called even if some fields could not be decoded.
	Validate() keyplan.Problems
}

// Load decodes the file at path into dst and validates it. The error is Errors if the
// file could be read. After an error dst is filled in part and must not be used.
func Load(path string, dst Section) error {
	data, err := readFile(path, maxBytes)
	if err != nil {
		return fmt.Errorf("read configuration: %w", err)
	}
	return Decode(path, data, dst)
}

// Decode is Load for data that has been read; name stands for its path in problems and
// for finding the files that secrets name.
func Decode(name string, data []byte, dst Section) error {
	d := decode(name, data, dst)
	if !d.broken {
		d.validated(dst.Validate())
	}
	return d.errs.sorted()
}

// decode does all of Decode but for the validation.
func decode(name string, data []byte, dst any) *decoder {
	Keys(dst) // panics if the type of dst is not one that the package decodes
	d := &decoder{
		file:   name,
		dir:    filepath.Dir(name),
		lines:  map[string]int{"": 1},
		shapes: map[string]bool{},
		failed: map[string]bool{},
	}
	root, failure := parse(data)
	if failure != nil {
		d.broken = true
		d.say(place{line: failure.line}, failure.text)
		return d
	}
	if root != nil && !isNull(root) {
		d.value(place{line: root.Line}, root, reflect.ValueOf(dst).Elem())
	}
	return d
}

// readFile reads at most limit bytes; more is an error.
func readFile(path string, limit int64) ([]byte, error) {
	f, err := os.Open(path)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	data, err := io.ReadAll(io.LimitReader(f, limit+1))
	if err == nil && int64(len(data)) > limit {
		err = fmt.Errorf("%s: more than %d bytes", path, limit)
	}
	return data, err
}

// parse gives the root value of the one document in data, or nil if it has none.
func parse(data []byte) (*yaml.Node, *failure) {
	if bad := checkText(data); bad != nil {
		return nil, bad
	}
	dec := yaml.NewDecoder(bytes.NewReader(data))
	var doc, next yaml.Node
	if err := dec.Decode(&doc); errors.Is(err, io.EOF) {
		return nil, nil
	} else if err != nil {
		return nil, syntax(err, data)
	}
	if err := dec.Decode(&next); errors.Is(err, io.EOF) {
		return doc.Content[0], nil
	} else if err != nil {
		return nil, syntax(err, data)
	}
	return nil, &failure{next.Line, "want one YAML document: another begins here"}
}
