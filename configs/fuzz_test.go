package configs_test

import (
	"errors"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/keyrotor/keyrotor/configs"
)

// lineBreak is what counts as one in YAML 1.1.
var lineBreak = regexp.MustCompile("\r\n|[\r\n\u0085\u2028\u2029]")

// Whatever the file, Decode ends, and words each problem in one line, by line.
func FuzzDecode(f *testing.F) {
	seeds, _ := filepath.Glob("testdata/bad/*.yaml")
	if len(seeds) == 0 {
		f.Fatal("no seeds")
	}
	for _, seed := range seeds {
		data, err := os.ReadFile(seed)
		if err != nil {
			f.Fatal(err)
		}
		f.Add(data)
	}
	f.Fuzz(func(t *testing.T, data []byte) {
		if strings.Contains(string(data), "file:") {
			return // not for a fuzzer to choose
		}
		err := configs.Decode("f.yaml", data, new(document))
		if err == nil {
			return
		}
		es, ok := errors.AsType[configs.Errors](err)
		if !ok || len(es) == 0 {
			t.Fatalf("got %T", err)
		}
		lines := len(lineBreak.FindAllIndex(data, -1)) + 1
		for _, e := range es {
			if e.Line < 1 || e.Line > lines {
				t.Errorf("line %d of %d: %v", e.Line, lines, e)
			}
		}
		if !slices.IsSortedFunc(es, func(a, b configs.Error) int { return a.Line - b.Line }) {
			t.Error("not by line")
		}
		if n := strings.Count(err.Error(), "\n") + 1; n != len(es) {
			t.Errorf("%d problems in %d lines", len(es), n)
		}
	})
}
