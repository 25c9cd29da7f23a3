package keyplan

// A Record is one decision about a channel. It is named by what it decides, and once it
// is kept it never changes: who writes a name first decides.
type Record struct {
	// Name is unique in its channel and made by one of the functions of this package
	// that end in Name. It is ASCII, at most 1,000 bytes, and sorts by byte value.
	Name string
	// Value is a JSON object with "v" (version) and "kind".
	Value []byte
}
