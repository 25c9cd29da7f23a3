package main_test

import (
	"go/ast"
	"go/parser"
	"go/token"
	"io/fs"
	"maps"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// revealers are the files that may open a keyplan.Secret, and why each must.
var revealers = map[string]string{
	"cmd/keyrotor/access/proof.go":          "compares a plain credential of a loopback configuration",
	"e2e/bmff/decrypt.go":                   "deciphers samples of the packager under test",
	"e2e/packager.go":                       "passes keys to the packager under test",
	"keyplan/keycheck.go":                   "enters the cipher that makes the published key-check value",
	"keyplan/seal/local.go":                 "enters the cipher that seals keys, with the key that seals",
	"keyplan/source/config.go":              "decodes root secrets from configuration",
	"keyplan/source/derived.go":             "enters the derivation of keys from roots",
	"keyplan/source/root.go":                "refuses a root that is too short",
	"scheduler/announce/webhook/message.go": "enters the signature of what is posted",
	"scheduler/announce/webhook/section.go": "checks URLs and decodes signing secrets from configuration",
	"scheduler/announce/webhook/send.go":    "asks for the URL",
	"scheduler/announce/webhook/target.go":  "tells a URL from another one by its hash",
	"speke/answer.go":                       "hands keys to the writer of an answer",
	"speke/range.go":                        "hands keys to the writer of a document",
	"speke/widevine/answer.go":              "hands keys to the writer of an answer",
	"speke/widevine/signer.go":              "decodes signing keys from configuration",
	"tokens/communication.go":               "enters the cipher and the signature of a licence service's tokens",
	"tokens/key_pair.go":                    "decodes signing keys from configuration",
	"tokens/license/key.go":                 "hands keys to the writers of licenses",
}

func TestKeysAreRevealedOnlyWhereTheyLeave(t *testing.T) {
	found := make(map[string]bool)
	err := filepath.WalkDir(root, func(path string, d fs.DirEntry, err error) error {
		switch {
		case err != nil:
			return err
		case d.IsDir() && d.Name() == "node_modules":
			return filepath.SkipDir
		case d.IsDir(), filepath.Ext(path) != ".go", strings.HasSuffix(path, "_test.go"):
			return nil
		}
		file, err := parser.ParseFile(token.NewFileSet(), path, nil, parser.SkipObjectResolution)
		if err != nil {
			return err
		}
		if reveals(file) {
			name, err := filepath.Rel(root, path)
			found[filepath.ToSlash(name)] = true
			return err
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	want := slices.Sorted(maps.Keys(revealers))
	if diff := cmp.Diff(want, slices.Sorted(maps.Keys(found))); diff != "" {
		t.Errorf("files that call Reveal (-listed +found); list a file only with a reason:\n%s", diff)
	}
}

func TestRevealIsSeenHoweverItIsCalled(t *testing.T) {
	for _, tc := range []struct {
		name, body string
		want       bool
	}{
		{"a call", "_ = key.Reveal()", true},
		{"a call on a result", "use(entry.Key().Reveal())", true},
		{"a method value", "open := key.Reveal; _ = open", true},
		{"a method expression", "_ = keyplan.Secret.Reveal(key)", true},
		{"another method", "_ = curtain.RevealAll()", false},
		{"only a comment", "// key.Reveal()", false},
	} {
		t.Run(tc.name, func(t *testing.T) {
			source := "package p\nfunc f() {\n" + tc.body + "\n}\n"
			file, err := parser.ParseFile(token.NewFileSet(), "", source, parser.SkipObjectResolution)
			if err != nil {
				t.Fatal(err)
			}
			if got := reveals(file); got != tc.want {
				t.Errorf("reveals = %v, want %v", got, tc.want)
			}
		})
	}
}

// reveals reports whether file mentions anything's Reveal, called or not.
func reveals(file *ast.File) bool {
	for node := range ast.Preorder(file) {
		if sel, ok := node.(*ast.SelectorExpr); ok && sel.Sel.Name == "Reveal" {
			return true
		}
	}
	return false
}
