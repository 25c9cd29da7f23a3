package configs

import (
	"bytes"
	"fmt"
	"regexp"
	"strconv"
	"strings"
	"unicode"
	"unicode/utf8"
)

// A failure is why a file is not a YAML document, and where.
type failure struct {
	line int
	text string
}

// checkText finds what the YAML reader would refuse without a line number.
func checkText(data []byte) *failure {
	if len(data) > maxBytes {
		return &failure{1, fmt.Sprintf("want at most %d bytes", maxBytes)}
	}
	for at := 0; at < len(data); {
		r, size := utf8.DecodeRune(data[at:])
		switch {
		case r == utf8.RuneError && size == 1:
			return &failure{lineAt(data, at), "want UTF-8"}
		case unicode.IsControl(r) && !strings.ContainsRune("\t\n\r", r):
			return &failure{lineAt(data, at), "want no control characters"}
		}
		at += size
	}
	return nil
}

// lineAt gives the line, from 1, of the byte at offset at.
func lineAt(data []byte, at int) int { return 1 + bytes.Count(data[:at], []byte("\n")) }

var (
	yamlError     = regexp.MustCompile(`^yaml: (?:line (\d+): )?(.*)$`)
	unknownAnchor = regexp.MustCompile(`^yaml: unknown anchor '(.*)' referenced$`)
)

// syntax words an error of the YAML parser. Its texts are constant but for the one that
// names an anchor, which is not repeated: a secret may begin with an asterisk.
func syntax(err error, data []byte) *failure {
	if m := unknownAnchor.FindStringSubmatch(err.Error()); m != nil {
		at := max(0, bytes.Index(data, []byte("*"+m[1])))
		return &failure{lineAt(data, at), "unknown alias; text that begins with * needs quotes"}
	}
	m := yamlError.FindStringSubmatch(err.Error())
	if m == nil {
		return &failure{1, "not YAML"}
	}
	line, _ := strconv.Atoi(m[1])
	if countsFromZero(m[2]) {
		line++
	}
	last := lineAt(data, len(data)) // the parser may stand behind it
	return &failure{min(max(1, line), last), "not YAML: " + m[2]}
}

// countsFromZero reports whether the parser gives this problem's line from 0, as it does
// for those that it finds itself; those of its scanner count from 1.
func countsFromZero(problem string) bool {
	for _, start := range []string{"did not find expected", "found undefined tag handle", "found duplicate %"} {
		if strings.HasPrefix(problem, start) {
			return true
		}
	}
	return false
}
