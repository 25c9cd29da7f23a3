package source

import "github.com/keyrotor/keyrotor/keyplan"

// asUUID sets the version and the variant (RFC 9562, 4), which leaves 122 bits of kid.
func asUUID(kid keyplan.KID, version byte) keyplan.KID {
	kid[6] = version<<4 | kid[6]&0x0f
	kid[8] = 0b10<<6 | kid[8]&0x3f
	return kid
}
