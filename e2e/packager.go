package e2e

import (
	"encoding/hex"
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/keyrotor/keyrotor/keyplan"
)

// The tracks of a Source, by the labels that the packager gets.
const (
	Video keyplan.Track = "VIDEO"
	Audio keyplan.Track = "AUDIO"
)

// packagerPath is where `npm ci` puts the packager, seen from this package's folder.
const packagerPath = "node_modules/shaka-packager/bin/packager-linux-x64"

// A Job is one run of shaka-packager. With no scheme it packages clear.
type Job struct {
	// Source is the path of an MP4 file with one video and one audio track.
	Source string
	// Scheme is how both tracks are encrypted.
	Scheme keyplan.Scheme
	// Keys are the content keys of Video and Audio. Nil with a scheme means that
	// Switches say where keys come from.
	Keys map[keyplan.Track]Key
	// Switches are given to the packager besides, such as "--crypto_period_duration=4".
	Switches []string
}

// A Key is a content key as a packager gets it.
type Key struct {
	KID keyplan.KID
	Key keyplan.Secret // 16 bytes
	IV  []byte         // 8 or 16 bytes; nil lets the packager draw one
}

// Segments are one packaged track: an initialization segment and its media segments
// in order.
type Segments struct {
	Init  []byte
	Media [][]byte
}

// Package runs the packager over job's source and returns both tracks. Anything that
// goes wrong fails the test.
func Package(t testing.TB, job Job) map[keyplan.Track]Segments {
	t.Helper()
	packager, err := filepath.Abs(packagerPath)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := os.Stat(packager); err != nil {
		t.Fatalf("no shaka-packager: `make test` installs it: %v", err)
	}
	dir := t.TempDir()
	args := []string{job.stream(dir, Video), job.stream(dir, Audio), "--segment_duration", strconv.Itoa(SegmentSeconds)}
	run(t, packager, slices.Concat(args, job.encryption(), job.Switches)...)
	return map[keyplan.Track]Segments{Video: collect(t, dir, Video), Audio: collect(t, dir, Audio)}
}

// stream describes one output of the packager.
func (j Job) stream(dir string, track keyplan.Track) string {
	fields := []string{
		"in=" + j.Source,
		"stream=" + strings.ToLower(string(track)),
		"init_segment=" + filepath.Join(dir, string(track)+"-init.mp4"),
		"segment_template=" + filepath.Join(dir, string(track)+"-$Number%03d$.m4s"),
	}
	if j.Keys != nil {
		fields = append(fields, "drm_label="+string(track))
	}
	return strings.Join(fields, ",")
}

func (j Job) encryption() []string {
	if j.Scheme == "" {
		return nil
	}
	switches := []string{"--protection_scheme", string(j.Scheme), "--clear_lead", "0"}
	if j.Keys == nil {
		return switches
	}
	var keys []string
	for _, track := range slices.Sorted(maps.Keys(j.Keys)) {
		keys = append(keys, j.Keys[track].argument(track))
	}
	return append(switches, "--enable_raw_key_encryption", "--keys", strings.Join(keys, ","))
}

// argument is the key in the packager's own notation.
func (k Key) argument(track keyplan.Track) string {
	arg := fmt.Sprintf("label=%s:key_id=%x:key=%s", track, k.KID[:], hex.EncodeToString(k.Key.Reveal()))
	if k.IV != nil {
		arg += ":iv=" + hex.EncodeToString(k.IV)
	}
	return arg
}

func collect(t testing.TB, dir string, track keyplan.Track) Segments {
	t.Helper()
	names, err := filepath.Glob(filepath.Join(dir, string(track)+"-*.m4s"))
	if err != nil || len(names) == 0 {
		t.Fatalf("the packager wrote no %s segment (%v)", track, err)
	}
	s := Segments{Init: read(t, filepath.Join(dir, string(track)+"-init.mp4"))}
	for _, name := range names { // Glob sorts
		s.Media = append(s.Media, read(t, name))
	}
	return s
}

// Read gives a file as text.
func Read(t testing.TB, file string) string { return string(read(t, file)) }

func read(t testing.TB, file string) []byte {
	t.Helper()
	b, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	return b
}
