package configs_test

import (
	"flag"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/keyrotor/keyrotor/configs"
)

var update = flag.Bool("update", false, "write what is got to the golden files")

func TestBadFilesGiveEveryProblemByLine(t *testing.T) {
	t.Chdir("testdata/bad") // the texts name files as they were named to Load
	files, _ := filepath.Glob("*.yaml")
	if len(files) == 0 {
		t.Fatal("no bad files")
	}
	for _, file := range files {
		t.Run(strings.TrimSuffix(file, ".yaml"), func(t *testing.T) {
			err := configs.Load(file, new(document))
			if err == nil {
				t.Fatal("no problem found")
			}
			if strings.Contains(err.Error(), "planted") {
				t.Error("the text of a secret is repeated")
			}
			golden(t, strings.TrimSuffix(file, ".yaml")+".txt", err.Error()+"\n")
		})
	}
}

func golden(t *testing.T, file, got string) {
	t.Helper()
	if *update {
		if err := os.WriteFile(file, []byte(got), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(string(want), got); diff != "" {
		t.Errorf("problems (-want +got):\n%s", diff)
	}
}
