package keyplan_test

import (
	"bytes"
	"encoding/base64"
	"encoding/gob"
	"encoding/hex"
	"encoding/json"
	"encoding/xml"
	"fmt"
	"io"
	"log/slog"
	"strings"
	"testing"

	"go.yaml.in/yaml/v3"

	"github.com/keyrotor/keyrotor/keyplan"
)

// holder is what a secret may be part of.
type holder struct {
	Name   string
	Secret keyplan.Secret
	Deep   *holder
	Many   []keyplan.Secret
	ByName map[string]keyplan.Secret
}

// shapes are a secret and all that may hold one.
func shapes(s keyplan.Secret) map[string]any {
	h := holder{"h", s, &holder{Secret: s}, []keyplan.Secret{s}, map[string]keyplan.Secret{"s": s}}
	return map[string]any{
		"itself": s, "pointer": &s, "slice": []keyplan.Secret{s}, "map": map[string]keyplan.Secret{"s": s},
		"struct": h, "pointer to struct": &h, "hidden": struct{ s keyplan.Secret }{s}, "any": []any{s},
	}
}

// leaks finds key in text however it may have been written.
func leaks(text string, key []byte) bool {
	decimal := strings.Trim(fmt.Sprint(key), "[]")
	forms := []string{
		string(key), hex.EncodeToString(key), base64.StdEncoding.EncodeToString(key), decimal,
		strings.ReplaceAll(decimal, " ", ","), strings.ReplaceAll(decimal, " ", ", "),
	}
	for _, form := range forms {
		if strings.Contains(strings.ToLower(text), strings.ToLower(form)) {
			return true
		}
	}
	return false
}

var keyBytes = []byte("sixteen key byte")

func TestNoVerbPrintsASecret(t *testing.T) {
	for shape, v := range shapes(keyplan.NewSecret(keyBytes)) {
		for _, verb := range "vTtbcdoOqxXUeEfFgGsp" {
			for _, flag := range []string{"", "+", "#", " ", "0", "-", "# "} {
				format := "%" + flag + string(verb)
				if text := fmt.Sprintf(format, v); leaks(text, keyBytes) {
					t.Errorf("%s shows the bytes of a secret: %s", format, shape)
				}
			}
		}
	}
}

func TestNoLogShowsASecret(t *testing.T) {
	handlers := map[string]func(io.Writer) slog.Handler{
		"text": func(w io.Writer) slog.Handler { return slog.NewTextHandler(w, nil) },
		"json": func(w io.Writer) slog.Handler { return slog.NewJSONHandler(w, nil) },
	}
	for shape, v := range shapes(keyplan.NewSecret(keyBytes)) {
		for name, handler := range handlers {
			var text bytes.Buffer
			slog.New(handler(&text)).With("with", v).Info("said", "v", v, slog.Group("g", "v", v))
			if text.Len() == 0 || leaks(text.String(), keyBytes) {
				t.Errorf("a %s log of a secret (%s) is empty or shows it", name, shape)
			}
		}
	}
}

func TestNoEncoderWritesASecret(t *testing.T) {
	encoders := map[string]func(io.Writer, any) error{
		"json": func(w io.Writer, v any) error { return json.NewEncoder(w).Encode(v) },
		"xml":  func(w io.Writer, v any) error { return xml.NewEncoder(w).Encode(v) },
		"gob":  func(w io.Writer, v any) error { return gob.NewEncoder(w).Encode(v) },
		"yaml": encodeYAML,
	}
	for shape, v := range shapes(keyplan.NewSecret(keyBytes)) {
		for name, encode := range encoders {
			var text bytes.Buffer
			err := encode(&text, v)
			if leaks(text.String(), keyBytes) || err != nil && leaks(err.Error(), keyBytes) {
				t.Errorf("%s writes a secret: %s", name, shape)
			}
		}
	}
	if _, err := json.Marshal(keyplan.NewSecret(keyBytes)); err == nil {
		t.Error("json does not refuse a secret")
	}
}

// encodeYAML takes the panic with which the encoder refuses what it does not know for an
// error.
func encodeYAML(w io.Writer, v any) (err error) {
	defer func() {
		if r := recover(); r != nil {
			err = fmt.Errorf("refused: %v", r)
		}
	}()
	return yaml.NewEncoder(w).Encode(v)
}

func TestLeaksAreSeenInEveryForm(t *testing.T) {
	for _, text := range []string{
		fmt.Sprint(keyBytes), fmt.Sprintf("%s|%x", "a", keyBytes), fmt.Sprintf("%X", keyBytes), string(keyBytes),
		fmt.Sprintf("%q", keyBytes), base64.StdEncoding.EncodeToString(keyBytes),
	} {
		if !leaks(text, keyBytes) {
			t.Errorf("not seen in %s", text)
		}
	}
}

func TestASecretKeepsACopy(t *testing.T) {
	b := bytes.Clone(keyBytes)
	s := keyplan.NewSecret(b)
	b[0] = 0
	if !bytes.Equal(s.Reveal(), keyBytes) {
		t.Error("what the caller changes later is changed in the secret")
	}
	if keyplan.Secret(nil).Reveal() != nil {
		t.Error("the nil secret holds something")
	}
}
