package e2e

import (
	"os/exec"
	"path/filepath"
	"strconv"
	"testing"
)

// SegmentSeconds is how long each group of pictures of a Source is, and so each segment.
const SegmentSeconds = 2

// Source makes an MP4 file with a test pattern and a tone, and returns its path. The
// video is H.264 baseline, 96×64 at 10 frames a second; the audio is AAC at 48 kHz.
func Source(t testing.TB, seconds int) string {
	t.Helper()
	ffmpeg, err := exec.LookPath("ffmpeg")
	if err != nil {
		t.Fatal("no ffmpeg in PATH: `make test` installs it")
	}
	file := filepath.Join(t.TempDir(), "source.mp4")
	run(t, ffmpeg, "-v", "error", "-nostdin",
		"-f", "lavfi", "-i", "testsrc2=size=96x64:rate=10",
		"-f", "lavfi", "-i", "sine=frequency=440:sample_rate=48000",
		"-t", strconv.Itoa(seconds),
		"-c:v", "libx264", "-profile:v", "baseline", "-pix_fmt", "yuv420p",
		"-g", "20", "-keyint_min", "20", "-sc_threshold", "0",
		"-c:a", "aac", "-b:a", "32k",
		file)
	return file
}

// run fails the test if the program does, with what it wrote. It does not repeat the
// arguments: there may be keys among them.
func run(t testing.TB, program string, args ...string) {
	t.Helper()
	out, err := exec.CommandContext(t.Context(), program, args...).CombinedOutput()
	if err != nil {
		t.Fatalf("%s: %v\n%s", filepath.Base(program), err, out)
	}
}
