package configs

import (
	"bytes"
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"reflect"
	"regexp"
	"strings"

	"go.yaml.in/yaml/v3"

	"github.com/keyrotor/keyrotor/keyplan"
)

// maxSecretBytes bounds a secret's file; a PEM file with a long chain fits.
const maxSecretBytes = 64 << 10

var variable = regexp.MustCompile(`^[A-Za-z_][A-Za-z0-9_]*$`)

// secret decodes n into dst, a keyplan.Secret.
func (d *decoder) secret(at place, n *yaml.Node, dst reflect.Value) {
	text, want := d.reveal(n.Value)
	if want != "" {
		d.want(at, "%s", want)
		return
	}
	dst.Set(reflect.ValueOf(keyplan.NewSecret(text)))
}

// reveal follows env: and file:. It says what is wanted if there is no secret, naming the
// variable or file but never a value.
func (d *decoder) reveal(written string) (text []byte, want string) {
	if name, ok := strings.CutPrefix(written, "env:"); ok {
		return fromVariable(name)
	}
	if path, ok := strings.CutPrefix(written, "file:"); ok {
		return d.fromFile(path)
	}
	if written == "" {
		return nil, "a secret that is not empty"
	}
	return []byte(written), ""
}

func fromVariable(name string) (text []byte, want string) {
	if !variable.MatchString(name) {
		return nil, "letters, digits and _ after env:"
	}
	value := os.Getenv(name)
	if value == "" {
		return nil, "the environment variable " + name + ", which is not set or empty"
	}
	return []byte(value), ""
}

func (d *decoder) fromFile(path string) (text []byte, want string) {
	full := path
	if !filepath.IsAbs(path) {
		full = filepath.Join(d.dir, path)
	}
	text, err := readFile(full, maxSecretBytes)
	if err != nil {
		return nil, "the file " + full + ", which cannot be read: " + reason(err)
	}
	if body, ok := bytes.CutSuffix(text, []byte("\n")); ok {
		text = bytes.TrimSuffix(body, []byte("\r"))
	}
	if len(text) == 0 {
		return nil, "the file " + full + ", which is empty"
	}
	return text, ""
}

// reason leaves out the path, which has been named.
func reason(err error) string {
	if pe, ok := errors.AsType[*fs.PathError](err); ok {
		return pe.Err.Error()
	}
	return "it is too big"
}
