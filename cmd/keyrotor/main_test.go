package main_test

import (
	"testing"

	"github.com/rogpeppe/go-internal/testscript"

	keyrotor "github.com/keyrotor/keyrotor/cmd/keyrotor"
)

// TestMain puts the command keyrotor, which is this very binary running the real main,
// into the PATH of scripts and of tests that start processes.
func TestMain(m *testing.M) {
	testscript.Main(m, map[string]func(){"keyrotor": keyrotor.Main})
}
