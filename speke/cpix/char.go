package cpix

import "unicode/utf8"

// space is what counts as white space in XML 1.0 (section 2.3).
const space = " \t\r\n"

func isSpace(c byte) bool { return c == ' ' || c == '\n' || c == '\t' || c == '\r' }

// isChar reports whether r is a Char of XML 1.0 (section 2.2).
func isChar(r rune) bool {
	switch {
	case r < ' ':
		return r == '\t' || r == '\n' || r == '\r'
	case r < 0xd800:
		return true
	}
	return r >= 0xe000 && r <= 0xfffd || r >= 0x10000 && r <= utf8.MaxRune
}

// illegal gives the offset of the first thing in s that is not a Char in UTF-8, or −1.
func illegal(s string) int {
	for i := printable(s); i < len(s); i += printable(s[i:]) {
		r, size := rune(s[i]), 1
		if r >= utf8.RuneSelf {
			r, size = utf8.DecodeRuneInString(s[i:])
		}
		if r == utf8.RuneError && size == 1 || !isChar(r) {
			return i
		}
		i += size
	}
	return -1
}

// nameLength gives how many bytes of an NCName s begins with: a Name without a colon
// (XML 1.0, section 2.3).
func nameLength(s string) int {
	n := letters(s)
	for n < len(s) && isNameByte(s[n]) {
		n++
	}
	switch {
	case n < len(s) && s[n] >= utf8.RuneSelf:
		return longNameLength(s)
	case n > 0 && !isLetter(rune(s[0])):
		return 0
	}
	return n
}

// longNameLength is nameLength of what goes beyond ASCII.
func longNameLength(s string) int {
	for i, r := range s {
		switch {
		case isLetter(r), i > 0 && isNameRest(r), r >= utf8.RuneSelf && isNameStart(r):
		default:
			return i
		}
	}
	return len(s)
}

// Bits of the characters of ASCII that may stand in a name: those below 64, and the others.
const (
	nameLow  = 1<<'-' | 1<<'.' | (1<<10-1)<<'0'
	nameHigh = (1<<26-1)<<('A'-64) | 1<<('_'-64) | (1<<26-1)<<('a'-64)
)

// isNameByte reports whether c is of ASCII and may stand in a name.
func isNameByte(c byte) bool {
	if c < 64 {
		return uint64(nameLow)>>c&1 != 0
	}
	return uint64(nameHigh)>>(c-64)&1 != 0 // 0 if c is beyond ASCII
}

// isLetter reports whether r is a letter of ASCII, or the underscore that counts as one.
func isLetter(r rune) bool {
	lower := r | 0x20
	return lower >= 'a' && lower <= 'z' || r == '_'
}

// isNameStart reports whether r, beyond ASCII, may begin a name.
func isNameStart(r rune) bool {
	switch {
	case r < 0x300:
		return r >= 0xc0 && r != 0xd7 && r != 0xf7
	case r < 0x2000:
		return r >= 0x370 && r != 0x37e
	case r < 0x3001:
		return r == 0x200c || r == 0x200d || r >= 0x2070 && r <= 0x218f || r >= 0x2c00 && r <= 0x2fef
	}
	return r <= 0xd7ff || r >= 0xf900 && r <= 0xfdcf || r >= 0xfdf0 && r <= 0xfffd || r >= 0x10000 && r <= 0xeffff
}

// isNameRest reports whether r, which may not begin a name, may stand further on in it.
func isNameRest(r rune) bool {
	if r < utf8.RuneSelf {
		return r >= '0' && r <= '9' || r == '-' || r == '.'
	}
	return r == 0xb7 || r >= 0x300 && r <= 0x36f || r == 0x203f || r == 0x2040
}
