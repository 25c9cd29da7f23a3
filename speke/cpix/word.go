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

// Each of the next three marks bytes of a word by their high bits. The lowest bit that is
// set is right; those above it may be of bytes that lost something to the one below.

// oddities marks control characters and what is beyond ASCII: of what is neither, a blank
// can be subtracted.
func oddities(w uint64) uint64 { return (w | (w - ' '*ones)) & highs }

// suspects marks all that may not stand for itself: < and >, which setting one bit makes
// the same, what is beyond ASCII, and what comes before the apostrophe: control characters,
// quotation mark, ampersand, and a few that are rare in values and innocent.
func suspects(w uint64) uint64 {
	angle := (w | ('<'^'>')*ones) ^ ('<'|'>')*ones
	return (w | (w - '\''*ones) | (angle - ones)) & highs
}

// nonLetters marks what is no letter of ASCII. Letters in lower case lie in one range,
// whose ends are moved to where the high bit changes.
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
		if others := nonLetters(word(s[n:])); others != 0 {
			return n + bits.TrailingZeros64(others)/8
		}
	}
	return n
}

// printable gives how many bytes s begins with that are ASCII without control characters.
func printable(s string) int {
	n := 0
	for ; n <= len(s)-8; n += 8 {
		if odd := oddities(word(s[n:])); odd != 0 {
			return n + bits.TrailingZeros64(odd)/8
		}
	}
	for n < len(s) && s[n] >= ' ' && s[n] < 0x80 {
		n++
	}
	return n
}

// plainLength gives how many bytes s begins with that are ASCII and stand for themselves
// everywhere.
func plainLength(s string) int {
	n := 0
	for n <= len(s)-16 && suspects(word(s[n:]))|suspects(word(s[n+8:])) == 0 {
		n += 16
	}
	for n <= len(s)-8 {
		suspect := suspects(word(s[n:]))
		if suspect == 0 {
			n += 8
			continue
		}
		if n += bits.TrailingZeros64(suspect) / 8; !isPlain(s[n]) {
			return n
		}
		n++
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
