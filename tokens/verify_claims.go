package tokens

// A claimsReader reads the claims of a JWT: exp, which must be there, nbf, and KIDs in a list at
// the end of a path of names. Other claims do not matter (RFC 7519, 4).
type claimsReader []string

func (path claimsReader) read(claims members) (Grant, flaw) {
	var g Grant
	var ok bool
	if g.Expires, ok = claims.instant("exp"); !ok {
		return Grant{}, "its exp is missing, or no number of seconds"
	}
	if g.NotBefore, ok = claims.instant("nbf"); !ok && claims.has("nbf") {
		return Grant{}, "its nbf is no number of seconds"
	}
	last := len(path) - 1
	for _, name := range path[:last] {
		if claims, ok = claims.object(name); !ok {
			return Grant{}, "it has no KIDs where they should be"
		}
	}
	list, ok := claims.list(path[last])
	if !ok {
		return Grant{}, "it has no KIDs where they should be"
	}
	if g.KIDs, ok = readKIDs(list); !ok {
		return Grant{}, "a KID of it is none"
	}
	return g, ""
}

// readable reports whether tokens that t writes can be read again: the KIDs stand where path
// leads, and exp is when the token expires.
func (t *template) readable(path claimsReader) bool {
	d := blank("", Request{})
	d.keys = make([]Key, 1)
	sample, _ := t.append(nil, d) // it opens no key
	claims, _ := readMembers(sample)
	g, wrong := path.read(claims)
	return wrong == "" && len(g.KIDs) == 1 && g.Expires.Equal(latestTime)
}
