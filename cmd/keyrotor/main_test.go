package main_test

import (
	"flag"
	"testing"

	"github.com/rogpeppe/go-internal/testscript"

	keyrotor "github.com/keyrotor/keyrotor/cmd/keyrotor"
)

// TestMain puts the command keyrotor, which is this very binary running the real main,
// into the PATH of scripts and of tests that start processes; floor is for benchmarks.
func TestMain(m *testing.M) {
	testscript.Main(m, map[string]func(){"keyrotor": keyrotor.Main, "floor": serveFile})
}

var update = flag.Bool("update", false, "write what commands print into the stories' files")
