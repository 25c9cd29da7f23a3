package main_test

import (
	"debug/elf"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
)

const imageVersion = "v0.0.0-image-test"

func TestTheImageBuildsAStaticBinaryThatKnowsItsVersion(t *testing.T) {
	binary := buildAsTheDockerfileDoes(t)
	if linkage := dynamicLinkage(t, binary); linkage != "" {
		t.Errorf("the binary has %s; an image from scratch cannot run it", linkage)
	}
	run := exec.CommandContext(t.Context(), binary, "version")
	run.Env = []string{} // nothing of this machine's
	out, err := run.CombinedOutput()
	if err != nil {
		t.Fatalf("keyrotor version: %v\n%s", err, out)
	}
	if !strings.Contains(string(out), imageVersion) {
		t.Errorf("keyrotor version says %q, want %s in it", out, imageVersion)
	}
}

func TestALinkerIsSeenInADynamicBinary(t *testing.T) {
	shell, err := exec.LookPath("sh")
	if err != nil {
		t.Fatal(err)
	}
	if dynamicLinkage(t, shell) == "" {
		t.Errorf("%s passes for a static binary", shell)
	}
}

func TestTheImageRunsAsNobodyFromScratch(t *testing.T) {
	last := stages(dockerfile(t))
	final := last[len(last)-1]
	for _, want := range []string{
		"FROM scratch",
		"USER 65532:65532",
		"EXPOSE 8080",
		`ENTRYPOINT ["/keyrotor"]`,
		`CMD ["serve", "--config", "/etc/keyrotor/config.yaml"]`,
	} {
		if !strings.Contains(final, want+"\n") {
			t.Errorf("the last stage has no line %q", want)
		}
	}
}

// buildAsTheDockerfileDoes runs the Dockerfile's own build line here, with its two
// arguments as environment variables, and returns the binary's path.
func buildAsTheDockerfileDoes(t *testing.T) string {
	t.Helper()
	var line string
	for l := range strings.Lines(dockerfile(t)) {
		if command, ok := strings.CutPrefix(l, "RUN "); ok && strings.Contains(command, "go build") {
			line = command
		}
	}
	if line == "" {
		t.Fatal("the Dockerfile has no RUN line with go build")
	}
	out := t.TempDir()
	build := exec.CommandContext(t.Context(), "sh", "-c", line)
	build.Dir = root
	build.Env = append(os.Environ(), "OUT="+out, "VERSION="+imageVersion)
	if output, err := build.CombinedOutput(); err != nil {
		t.Fatalf("%s: %v\n%s", strings.TrimSpace(line), err, output)
	}
	return filepath.Join(out, "keyrotor")
}

// dynamicLinkage says what in an ELF binary needs a dynamic linker; "" means nothing.
func dynamicLinkage(t *testing.T, binary string) string {
	t.Helper()
	file, err := elf.Open(binary)
	if err != nil {
		t.Fatal(err)
	}
	defer file.Close()
	for _, p := range file.Progs {
		switch p.Type {
		case elf.PT_INTERP:
			return "an interpreter"
		case elf.PT_DYNAMIC:
			return "a dynamic section"
		}
	}
	return ""
}

func dockerfile(t *testing.T) string {
	t.Helper()
	text, err := os.ReadFile(filepath.Join(root, "Dockerfile"))
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}

// stages splits a Dockerfile before each FROM; the first part is what comes before.
func stages(text string) []string {
	var parts []string
	for line := range strings.Lines(text) {
		if len(parts) == 0 || strings.HasPrefix(line, "FROM ") {
			parts = append(parts, "")
		}
		parts[len(parts)-1] += line
	}
	return parts
}
