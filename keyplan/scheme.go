package keyplan

// A Scheme is a Common Encryption protection scheme (ISO/IEC 23001-7), as it stands
// in ContentKey@commonEncryptionScheme.
type Scheme string

// The four schemes. HLS names the same things otherwise: SAMPLE-AES is cbcs,
// SAMPLE-AES-CTR is cenc, AES-128 is cbc1.
const (
	CENC Scheme = "cenc"
	CENS Scheme = "cens"
	CBC1 Scheme = "cbc1"
	CBCS Scheme = "cbcs"
)

// Valid reports whether s is one of the four.
func (s Scheme) Valid() bool {
	switch s {
	case CENC, CENS, CBC1, CBCS:
		return true
	}
	return false
}
