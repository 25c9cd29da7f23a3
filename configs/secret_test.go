package configs_test

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"github.com/keyrotor/keyrotor/configs"
	"github.com/keyrotor/keyrotor/keyplan"
)

func TestSecretsAreTextVariablesOrFiles(t *testing.T) {
	dir := t.TempDir()
	t.Setenv("KEYROTOR_TEST_SECRET", "from variable\n")
	for name, content := range map[string]string{"lf": "a b\n", "crlf": "a b\r\n", "two": "a b\n\n", "none": "a b", "cr": "a b\r"} {
		if err := os.WriteFile(filepath.Join(dir, name), []byte(content), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	for written, want := range map[string]string{
		"in line":                          "in line",
		"12345":                            "12345",
		"env:KEYROTOR_TEST_SECRET":         "from variable\n",
		"file:lf":                          "a b",
		"file:crlf":                        "a b",
		"file:two":                         "a b\n",
		"file:none":                        "a b",
		"file:cr":                          "a b\r",
		"file:" + filepath.Join(dir, "lf"): "a b",
	} {
		var dst anything[keyplan.Secret]
		if err := configs.Decode(filepath.Join(dir, "f.yaml"), []byte("v: "+written), &dst); err != nil {
			t.Errorf("%s: %v", written, err)
		} else if got := string(dst.V.Reveal()); got != want {
			t.Errorf("%s: got %q, want %q", written, got, want)
		}
	}
}

func TestAnEmptyVariableAndABigFileAreNoSecrets(t *testing.T) {
	dir := t.TempDir()
	t.Setenv("KEYROTOR_TEST_SECRET", "")
	if err := os.WriteFile(filepath.Join(dir, "big"), make([]byte, 64<<10+1), 0o600); err != nil {
		t.Fatal(err)
	}
	for _, written := range []string{"env:KEYROTOR_TEST_SECRET", "env:", "file:", "file:big"} {
		err := configs.Decode(filepath.Join(dir, "f.yaml"), []byte("v: "+written), new(anything[keyplan.Secret]))
		if err == nil {
			t.Errorf("%s: decoded", written)
		}
	}
}

// However a secret is misplaced in its field, and whatever else is wrong, no problem
// repeats it.
func TestLawNoProblemRepeatsASecret(t *testing.T) {
	const planted = "planted31337"
	shapes := rapid.SampledFrom([]string{
		"PL", "'PL'", "[PL]", "[[PL]]", "{PL: x}", "{x: PL}", "{PL}", "!PL", "!PL x", "!!PL x", "*PL", "&PL", "@PL",
		"%PL", "'PL", `"PL\q"`, "PL: PL", "- PL", "|\n    PL", ">\n PL", "? PL", "<<: PL", "{<<: PL}", "file:\x00PL",
		"{password: PL, password: PL}", "{password: PL, pasword: PL}", "{password:PL}", "{user: [PL}", "\xffPL", "`PL",
	})
	fields := rapid.SampledFrom([]string{
		"credentials: [{basic: {user: a, password: SHAPE}}]",
		"credentials: [{basic: SHAPE}]",
		"credentials:\n- basic:\n    password: SHAPE\n    user: [x]",
		"credentials:\n- bearer:\n    SHAPE",
		"credentials:\n- basic: SHAPE\n- bearer: {token: SHAPE}",
	})
	rapid.Check(t, func(t *rapid.T) {
		shape := strings.ReplaceAll(shapes.Draw(t, "shape"), "PL", planted)
		text := strings.ReplaceAll(fields.Draw(t, "field"), "SHAPE", shape)
		err := configs.Decode("f.yaml", []byte(text), new(document))
		if err != nil && strings.Contains(err.Error(), planted) {
			t.Errorf("%q: a problem repeats the secret", text)
		}
	})
}
