package configs

import (
	"cmp"
	"fmt"
	"iter"
	"slices"
	"strings"
	"unicode"

	"github.com/keyrotor/keyrotor/keyplan"
)

// An Error is one thing that is wrong in a configuration file.
type Error struct {
	File string
	Line int    // from 1: where Key stands, or the nearest key above it that does
	Key  string // "channels[0].policy.lead"; empty for the whole file
	Text string // "want a duration such as 15s"
}

// Error gives one line: "keyrotor.yaml:12: channels[0].policy.lead: want …".
func (e Error) Error() string {
	text := fmt.Sprintf("%s:%d: ", e.File, e.Line)
	if e.Key != "" {
		text += e.Key + ": "
	}
	return oneLine(text + e.Text)
}

// Errors is everything that is wrong in a configuration file, by line.
type Errors []Error

func (es Errors) Error() string {
	lines := make([]string, len(es))
	for i, e := range es {
		lines[i] = e.Error()
	}
	return strings.Join(lines, "\n")
}

// sorted is nil if there are none. Those of one line are by key, for sections may walk
// maps in any order.
func (es Errors) sorted() error {
	if len(es) == 0 {
		return nil
	}
	slices.SortStableFunc(es, func(a, b Error) int {
		return cmp.Or(cmp.Compare(a.Line, b.Line), cmp.Compare(a.Key, b.Key))
	})
	return es
}

// oneLine holds what users wrote as keys to one line of printable text.
func oneLine(s string) string {
	return strings.Map(func(r rune) rune {
		if !unicode.IsPrint(r) {
			return unicode.ReplacementChar
		}
		return r
	}, s)
}

// validated adds what Validate found, but for consequences of what did not decode.
func (d *decoder) validated(ps keyplan.Problems) {
	for _, p := range ps {
		if !d.failedAbove(p.Key) {
			d.errs = append(d.errs, Error{d.file, d.lineOf(p.Key), p.Key, "want " + p.Want})
		}
	}
}

func (d *decoder) failedAbove(key string) bool {
	for path := range upward(key) {
		if d.failed[path] {
			return true
		}
	}
	return false
}

func (d *decoder) lineOf(key string) int {
	for path := range upward(key) {
		if line, ok := d.lines[path]; ok {
			return line
		}
	}
	return 1
}

// upward gives key and each path above it; the last is the root, "".
func upward(key string) iter.Seq[string] {
	return func(yield func(string) bool) {
		for yield(key) && key != "" {
			key = key[:max(0, strings.LastIndexAny(key, ".["))]
		}
	}
}
