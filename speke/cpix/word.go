package cpix

import "math/bits"

// Eight bytes at a time: almost all of a document is ASCII that needs no attention, and
// looking at its bytes one by one would be half the work.
const (
	ones  = 0x01_01_01_01_01_01_01_01
	highs = 0x80 * ones
)

// word gives the first eight bytes of s as a number.
func word(s string) uint64 {
	_ = s[7]
	return uint64(s[0]) | uint64(s[1])<<8 | uint64(s[2])<<16 | uint64(s[3])<<24 |
		uint64(s[4])<<32 | uint64(s[5])<<40 | uint64(s[6])<<48 | uint64(s[7])<<56
}

// oddities has a high bit set if a byte of w is a control character or beyond ASCII. In
// a byte of ASCII, subtracting a blank sets the high bit for control characters only;
// what it borrows from the next byte matters only where a bit is set already.
func oddities(w uint64) uint64 { return (w | (w - ' '*ones)) & highs }

// markups has a high bit set if a byte of w, which has no oddities, is one of & " < >.
// Setting one bit makes each two of them the same, and what equals them zero.
func markups(w uint64) uint64 {
	quoting := (w | ('&'^'"')*ones) ^ ('&'|'"')*ones
	angle := (w | ('<'^'>')*ones) ^ ('<'|'>')*ones
	return ((quoting - ones) | (angle - ones)) & highs
}

// nonLetters has the high bit set of each byte of w that is no letter of ASCII. Letters
// in lower case lie in one range, whose ends are moved to where the high bit changes.
func nonLetters(w uint64) uint64 {
	lower := (w | ' '*ones) &^ highs
	atLeastA, aboveZ := lower+(0x80-'a')*ones, lower+(0x7f-'z')*ones
	return (w | ^atLeastA | aboveZ) & highs
}

// letters gives a number of bytes, not always the greatest, that s begins with and that
// are letters of ASCII.
func letters(s string) int {
	n := 0
	for ; n <= len(s)-8; n += 8 {
		if others := nonLetters(word(s[n : n+8])); others != 0 {
			return n + bits.TrailingZeros64(others)/8
		}
	}
	return n
}

// printable gives a number of bytes, not always the greatest, that s begins with and
// that are ASCII without control characters.
func printable(s string) int {
	n := 0
	for n <= len(s)-8 && oddities(word(s[n:n+8])) == 0 {
		n += 8
	}
	return n
}

// plainLength gives how many bytes s begins with that are ASCII and stand for themselves
// everywhere.
func plainLength(s string) int {
	n := 0
	for ; n <= len(s)-8; n += 8 {
		if w := word(s[n : n+8]); oddities(w)|markups(w) != 0 {
			break
		}
	}
	for n < len(s) && isPlain(s[n]) {
		n++
	}
	return n
}

// isPlain reports whether c is of ASCII and stands for itself everywhere.
func isPlain(c byte) bool {
	return c >= ' ' && c < 0x80 && c != '&' && c != '"' && c != '<' && c != '>'
}
