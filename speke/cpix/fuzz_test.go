package cpix_test

import (
	"os"
	"path/filepath"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/keyrotor/keyrotor/speke/cpix"
)

// dropUnwritten takes out of doc what Append does not write.
func dropUnwritten(doc *cpix.Document) {
	if doc.Version.Present {
		doc.ID = cpix.Text{}
		for _, s := range doc.DRMSystems {
			s.KeyFormat, s.KeyFormatVersions, s.ProtectionHeader = cpix.Text{}, cpix.Text{}, cpix.Text{}
		}
	}
	for _, k := range doc.ContentKeys {
		if doc.DeliveryData != nil {
			k.Key = nil
		}
	}
}

func FuzzRead(f *testing.F) {
	files, err := filepath.Glob("testdata/*.xml")
	if err != nil || len(files) == 0 {
		f.Fatalf("no requests: %v", err)
	}
	for _, file := range files {
		data, err := os.ReadFile(file)
		if err != nil {
			f.Fatal(err)
		}
		f.Add(data)
	}
	for _, data := range hostile() {
		f.Add([]byte(data[:min(len(data), 4_000)]))
	}
	f.Add(answer(2, 2).Append(nil))
	f.Fuzz(func(t *testing.T, data []byte) {
		doc, cost, err := measure(data, cpix.MaxSize)
		cost.requireFrugal(t)
		if err != nil {
			return
		}
		out := doc.Append(nil)
		requireWellFormed(t, out)
		dropUnwritten(doc)
		if diff := cmp.Diff(doc, mustRead(t, string(out)), keys); diff != "" {
			t.Errorf("-read +read again\n%s", diff)
		}
	})
}
