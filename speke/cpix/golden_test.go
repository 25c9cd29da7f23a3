package cpix_test

import (
	"bytes"
	"flag"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/keyrotor/keyrotor/speke/cpix"
)

var update = flag.Bool("update", false, "write the golden files")

func TestRequestsInEveryStyleComeOutInOne(t *testing.T) {
	requests, err := filepath.Glob("testdata/*.xml")
	if err != nil || len(requests) == 0 {
		t.Fatalf("no requests: %v", err)
	}
	for _, request := range requests {
		t.Run(filepath.Base(request), func(t *testing.T) { golden(t, request) })
	}
}

func golden(t *testing.T, request string) {
	data, err := os.ReadFile(request)
	if err != nil {
		t.Fatal(err)
	}
	doc, err := cpix.Read(data)
	if err != nil {
		t.Fatal(err)
	}
	out := doc.Append(nil)
	requireWellFormed(t, out)
	lines := append(bytes.ReplaceAll(out, []byte("><"), []byte(">\n<")), '\n')
	file := strings.TrimSuffix(request, ".xml") + ".golden"
	if *update {
		if err := os.WriteFile(file, lines, 0o644); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(string(want), string(lines)); diff != "" {
		t.Errorf("-want +got\n%s", diff)
	}
}
