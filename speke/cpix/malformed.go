package cpix

import (
	"errors"
	"fmt"
	"strings"
	"unicode/utf8"
)

// ErrMalformed is wrapped by every error of Read. The error says where (line and column,
// counted in characters from 1) and why; of the document it repeats a clipped name at
// most, never a value.
var ErrMalformed = errors.New("malformed CPIX document")

// malformed makes an error at the character that follows before.
func malformed(before, format string, args ...any) error {
	line := 1 + strings.Count(before, "\n")
	column := 1 + utf8.RuneCountInString(before[strings.LastIndexByte(before, '\n')+1:])
	return fmt.Errorf("%w: line %d, column %d: %s", ErrMalformed, line, column, fmt.Sprintf(format, args...))
}

// clip bounds what an error repeats of a name.
func clip(name string) string {
	const most = 32
	n := 0
	for i := range name {
		if n == most {
			return name[:i] + "…"
		}
		n++
	}
	return name
}
