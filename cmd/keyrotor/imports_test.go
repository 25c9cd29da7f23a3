package main_test

import (
	"encoding/json"
	"fmt"
	"os/exec"
	"slices"
	"strings"
	"testing"
)

const (
	module = "github.com/keyrotor/keyrotor"
	root   = "../.." // the module's folder, from this package's
)

// A goPackage is what `go list -json` says of a package that the import rule needs.
type goPackage struct {
	ImportPath   string
	Imports      []string
	TestImports  []string
	XTestImports []string
}

// leaves may be imported by every room, and import the standard library only.
var leaves = []string{"speke/cpix", "speke/signaling"}

// forRoomTests are what the tests of any room may use besides: real keys, a replica of a
// real store, and a real key provider for packagers, are better than mocks.
var forRoomTests = []string{"keyplan/ledger", "keyplan/ledger/memstore", "keyplan/ledger/boltstore", "keyplan/source", "keyplan/seal", "speke"}

// seesEverything are the two folders that wire rooms together.
var seesEverything = []string{"cmd", "e2e"}

// nameless are folder names that say nothing about what is inside.
var nameless = []string{"internal", "pkg", "util", "utils", "common", "helper", "helpers"}

// violations lists every import of p that breaks the rule, and every folder name that
// does, as "importer imports imported: why".
func violations(p goPackage) []string {
	folder, _ := strings.CutPrefix(p.ImportPath, module)
	folder = strings.TrimPrefix(folder, "/")
	var bad []string
	for name := range strings.SplitSeq(folder, "/") {
		if slices.Contains(nameless, name) {
			bad = append(bad, fmt.Sprintf("%s: a folder named %s says nothing", folder, name))
		}
	}
	report := func(imports []string, allowed func(folder, imported string) string) {
		for _, imported := range imports {
			if why := allowed(folder, imported); why != "" {
				bad = append(bad, fmt.Sprintf("%s imports %s: %s", folder, imported, why))
			}
		}
	}
	report(p.Imports, forbidden)
	report(slices.Concat(p.TestImports, p.XTestImports), forbiddenInTests)
	return bad
}

// forbidden says why a package in folder may not import imported; "" means it may.
func forbidden(folder, imported string) string {
	target, ours := strings.CutPrefix(imported, module+"/")
	switch {
	case slices.Contains(leaves, folder) && strings.Contains(strings.Split(imported, "/")[0], "."):
		return "a leaf imports the standard library only"
	case !ours || slices.Contains(seesEverything, room(folder)):
		return ""
	case folder == "keyplan":
		return "keyplan imports nothing of this module"
	case target == "keyplan", room(target) == room(folder), slices.Contains(leaves, target):
		return ""
	}
	return "a room imports keyplan, its own folders and the leaves"
}

// forbiddenInTests is forbidden for test files: they may import their own package, and
// what forRoomTests lists.
func forbiddenInTests(folder, imported string) string {
	target := strings.TrimPrefix(imported, module+"/")
	switch {
	case target == folder:
		return ""
	case slices.Contains(leaves, folder) && !strings.HasPrefix(imported, module):
		return ""
	case !slices.Contains(leaves, folder) && slices.Contains(forRoomTests, target):
		return ""
	}
	return forbidden(folder, imported)
}

// room is the first element of a folder: the room of keyplan/ledger is keyplan.
func room(folder string) string { return strings.Split(folder, "/")[0] }

func TestEveryRoomImportsOnlyKeyplanItsOwnFoldersAndTheLeaves(t *testing.T) {
	packages := listPackages(t)
	if len(packages) == 0 {
		t.Fatal("go list names no package")
	}
	for _, p := range packages {
		for _, v := range violations(p) {
			t.Error(v)
		}
	}
}

func TestTheImportRuleSeesEachKindOfViolation(t *testing.T) {
	in := func(folders ...string) []string {
		for i, f := range folders {
			if strings.HasPrefix(f, "/") {
				folders[i] = module + f
			}
		}
		return folders
	}
	for _, tc := range []struct {
		name    string
		pkg     goPackage
		allowed bool
	}{
		{"a room imports keyplan and third parties", goPackage{ImportPath: "/tokens", Imports: in("/keyplan", "fmt", "github.com/golang-jwt/jwt/v5")}, true},
		{"a room imports its own folder", goPackage{ImportPath: "/tokens", Imports: in("/tokens/license")}, true},
		{"a sub-folder imports its room", goPackage{ImportPath: "/keyplan/ledger/boltstore", Imports: in("/keyplan", "/keyplan/ledger")}, true},
		{"any room imports a leaf", goPackage{ImportPath: "/scheduler/announce", Imports: in("/speke/signaling")}, true},
		{"cmd imports everything", goPackage{ImportPath: "/cmd/keyrotor", Imports: in("/speke", "/tokens", "/keyplan/ledger/boltstore")}, true},
		{"the end-to-end tests import everything", goPackage{ImportPath: "/e2e", XTestImports: in("/speke", "/tokens")}, true},
		{"a room's test uses a store in memory", goPackage{ImportPath: "/speke", XTestImports: in("/speke", "/keyplan/ledger/memstore", "/keyplan/source")}, true},
		{"a room's test asks a real key provider", goPackage{ImportPath: "/tokens", XTestImports: in("/speke", "/speke/signaling")}, true},
		{"a leaf's test uses a third party", goPackage{ImportPath: "/speke/cpix", XTestImports: in("/speke/cpix", "github.com/google/go-cmp/cmp")}, true},

		{"a room imports another room", goPackage{ImportPath: "/tokens", Imports: in("/scheduler")}, false},
		{"a room imports a sub-folder of keyplan", goPackage{ImportPath: "/speke", Imports: in("/keyplan/ledger")}, false},
		{"a room imports another room's sub-folder", goPackage{ImportPath: "/scheduler", Imports: in("/speke/widevine")}, false},
		{"a room imports cmd", goPackage{ImportPath: "/configs", Imports: in("/cmd/keyrotor")}, false},
		{"keyplan imports its sub-folder", goPackage{ImportPath: "/keyplan", Imports: in("/keyplan/ledger")}, false},
		{"keyplan imports a leaf", goPackage{ImportPath: "/keyplan", Imports: in("/speke/cpix")}, false},
		{"a leaf imports keyplan", goPackage{ImportPath: "/speke/cpix", Imports: in("/keyplan")}, false},
		{"a leaf imports the other leaf", goPackage{ImportPath: "/speke/cpix", Imports: in("/speke/signaling")}, false},
		{"a leaf imports a third party", goPackage{ImportPath: "/speke/signaling", Imports: in("github.com/beevik/etree")}, false},
		{"a leaf's test imports a room", goPackage{ImportPath: "/speke/cpix", XTestImports: in("/tokens")}, false},
		{"a leaf's test uses a store in memory", goPackage{ImportPath: "/speke/cpix", XTestImports: in("/keyplan/ledger/memstore")}, false},
		{"a leaf's test asks a real key provider", goPackage{ImportPath: "/speke/cpix", XTestImports: in("/speke")}, false},
		{"a room imports the key provider", goPackage{ImportPath: "/tokens", Imports: in("/speke")}, false},
		{"a room's test imports another room", goPackage{ImportPath: "/tokens", TestImports: in("/scheduler")}, false},
		{"a room's name begins like another's", goPackage{ImportPath: "/spekeproxy", Imports: in("/speke")}, false},
		{"a folder is named internal", goPackage{ImportPath: "/speke/internal"}, false},
		{"a folder is named util", goPackage{ImportPath: "/util/strings"}, false},
	} {
		t.Run(tc.name, func(t *testing.T) {
			tc.pkg.ImportPath = module + tc.pkg.ImportPath
			if bad := violations(tc.pkg); (len(bad) == 0) != tc.allowed {
				t.Errorf("violations %q, want allowed = %v", bad, tc.allowed)
			}
		})
	}
}

func listPackages(t *testing.T) []goPackage {
	t.Helper()
	list := exec.CommandContext(t.Context(), "go", "list", "-json=ImportPath,Imports,TestImports,XTestImports", "./...")
	list.Dir = root
	out, err := list.Output()
	if err != nil {
		t.Fatalf("go list: %v", err)
	}
	var packages []goPackage
	for dec := json.NewDecoder(strings.NewReader(string(out))); dec.More(); {
		var p goPackage
		if err := dec.Decode(&p); err != nil {
			t.Fatalf("go list -json: %v", err)
		}
		packages = append(packages, p)
	}
	return packages
}
