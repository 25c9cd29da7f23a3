package cpix_test

import (
	"bytes"
	"flag"
	"fmt"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
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
		t.Run(filepath.Base(request), func(t *testing.T) {
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
			requireGolden(t, strings.TrimSuffix(request, ".xml")+".golden", out)
		})
	}
}

// Ciphertext differs each time: its golden documents show how long each value is.
func TestEncryptedAnswersLookLikeThisInEachVersion(t *testing.T) {
	two := recipients(t)
	long := regexp.MustCompile(`>([A-Za-z0-9+/]{43,}=*)<`)
	for name, doc := range map[string]*cpix.Document{
		"encrypted-1.0": {ID: cpix.NewText("live-1")},
		"encrypted-2.0": {ContentID: cpix.NewText("live-1"), Version: cpix.NewText("2.3")},
		"encrypted-2.1": {ContentID: cpix.NewText("live-1"), Version: cpix.NewText("2.4")},
	} {
		t.Run(name, func(t *testing.T) {
			parts, _ := addressed(2, two[0], two[1])
			doc.DeliveryData, doc.ContentKeys = parts.DeliveryData, parts.ContentKeys
			if err := doc.Encrypt(rand.NewChaCha8([32]byte{})); err != nil {
				t.Fatal(err)
			}
			out := doc.Append(nil)
			requireWellFormed(t, out)
			out = bytes.ReplaceAll(out, []byte(two[0].cert), []byte("(certificate 1)"))
			out = bytes.ReplaceAll(out, []byte(two[1].cert), []byte("(certificate 2)"))
			requireGolden(t, "testdata/"+name+".golden", long.ReplaceAllFunc(out, func(value []byte) []byte {
				return fmt.Appendf(nil, ">(%d bytes)<", len(decoded(t, string(value[1:len(value)-1]))))
			}))
		})
	}
}

func requireGolden(t *testing.T, file string, out []byte) {
	t.Helper()
	lines := append(bytes.ReplaceAll(out, []byte("><"), []byte(">\n<")), '\n')
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

func TestXMLLintTakesEveryGoldenDocument(t *testing.T) {
	files, err := filepath.Glob("testdata/*.golden")
	if err != nil || len(files) == 0 {
		t.Fatalf("no golden documents: %v", err)
	}
	cmd := exec.CommandContext(t.Context(), "xmllint", append([]string{"--noout", "--nonet"}, files...)...)
	if out, err := cmd.CombinedOutput(); err != nil || len(out) > 0 {
		t.Errorf("xmllint: %v: %s", err, out)
	}
}
