package main_test

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	keyrotor "github.com/keyrotor/keyrotor/cmd/keyrotor"
	"github.com/keyrotor/keyrotor/configs"
)

const examplePath = root + "/configs/example.yaml"

func TestTheExamplesLoad(t *testing.T) {
	paths, err := filepath.Glob(root + "/configs/*.yaml")
	if err != nil || len(paths) < 2 {
		t.Fatalf("%d example files, %v", len(paths), err)
	}
	for _, path := range paths {
		if _, err := keyrotor.LoadConfig(path); err != nil {
			t.Error(err)
		}
	}
	if err := configs.Decode(examplePath, uncommented(t), keyrotor.Defaults()); err != nil {
		t.Errorf("with its alternatives: %v", err)
	}
}

func TestTheExampleShowsEveryKey(t *testing.T) {
	shown := map[string]bool{}
	for _, text := range [][]byte{read(t, examplePath), uncommented(t)} {
		for _, key := range configs.Shown(text, keyrotor.Defaults()) {
			shown[key] = true
		}
	}
	for _, key := range configs.Keys(keyrotor.Defaults()) {
		if !shown[key] {
			t.Errorf("%s is not in it", key)
		}
	}
}

// Every line whose comment begins with "default" is taken out, and what is then configured
// must be the same.
func TestTheExamplesDefaultsAreTheDefaults(t *testing.T) {
	var rest strings.Builder
	var stated int
	for line := range strings.Lines(string(read(t, examplePath))) {
		if _, comment, _ := strings.Cut(line, "#"); strings.HasPrefix(comment, " default") {
			stated++
			continue
		}
		rest.WriteString(line)
	}
	if stated < 25 {
		t.Fatalf("only %d lines state a default", stated)
	}
	whole, lacking := keyrotor.Defaults(), keyrotor.Defaults()
	decode(t, string(read(t, examplePath)), whole)
	decode(t, rest.String(), lacking)
	if diff := cmp.Diff(meaning(t, whole), meaning(t, lacking), calendars, secrets, targets); diff != "" {
		t.Errorf("what the example states is not the default (-stated +default):\n%s", diff)
	}
}

// uncommented is the example with its alternatives in place of what they replace: the key
// of the line above and, beside kind, nothing else.
func uncommented(t testing.TB) []byte {
	t.Helper()
	var lines []string
	for line := range strings.Lines(string(read(t, examplePath))) {
		alternative, ok := strings.CutPrefix(line, "#|")
		above := len(lines) - 1
		if ok && replaces(alternative, lines[above]) {
			lines = lines[:above]
		}
		if !ok {
			alternative = line
		}
		lines = append(lines, alternative)
	}
	return []byte(strings.Join(lines, ""))
}

// replaces reports whether two lines set the same key, or a secret and its hash.
func replaces(line, above string) bool {
	key, _, _ := strings.Cut(strings.TrimSpace(line), ":")
	other, _, _ := strings.Cut(strings.TrimSpace(above), ":")
	return strings.TrimSuffix(other, "_sha256") == key
}

func read(t testing.TB, path string) []byte {
	t.Helper()
	text, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	return text
}

func decode(t testing.TB, text string, dst *keyrotor.Config) {
	t.Helper()
	if err := configs.Decode(examplePath, []byte(text), dst); err != nil {
		t.Fatalf("%v in\n%s", err, text)
	}
}
