package access

import "slices"

// A Role says what a caller may ask for.
type Role string

// The roles.
const (
	Packager Role = "packager" // asks for content keys
	Issuer   Role = "issuer"   // asks for entitlement tokens
	Viewer   Role = "viewer"   // sees plans and announcements, never keys
	Operator Role = "operator" // sees what a viewer sees, and commands
)

// anyone is the role of every caller of a Guard without credentials; it includes all.
const anyone Role = "anyone"

// Valid reports whether r is one of the four.
func (r Role) Valid() bool {
	return slices.Contains([]Role{Packager, Issuer, Viewer, Operator}, r)
}

// Includes reports whether r may do what other may.
func (r Role) Includes(other Role) bool {
	return r == other || r == anyone || r == Operator && other == Viewer
}
