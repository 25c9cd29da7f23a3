package speke_test

import (
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

func TestAnswersHoldToTheSchema(t *testing.T) {
	files, err := filepath.Glob("testdata/*.golden")
	files = slices.DeleteFunc(files, func(file string) bool { return strings.Contains(file, "speke-1.0") })
	if err != nil || len(files) == 0 {
		t.Fatalf("no golden answers: %v", err)
	}
	for _, file := range files {
		golden, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		cmd := exec.CommandContext(t.Context(), "xmllint", "--noout", "--nonet", "--relaxng", "testdata/answer.rng", "-")
		cmd.Stdin = strings.NewReader(strings.ReplaceAll(string(golden), "(the key)", strings.Repeat("A", 22)+"=="))
		if out, err := cmd.CombinedOutput(); err != nil {
			t.Errorf("%s: %v: %s", file, err, out)
		}
	}
}
