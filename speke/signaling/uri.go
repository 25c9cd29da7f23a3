package signaling

import (
	"net/url"
	"strings"
)

// maxURI is the longest URI or template in the Settings, in bytes: it travels in every
// playlist, and a PlayReady Object must not exceed 15 kB.
const maxURI = 512

// isURI reports whether s is absolute and has only characters of RFC 3986, none of which
// ends an HLS quoted string. What follows the scheme is its own affair: FairPlay's
// "skd://{kid}:{iv}" has no port.
func isURI(s string) bool {
	scheme, rest, _ := strings.Cut(s, ":")
	_, err := url.PathUnescape(rest)
	return err == nil && len(s) <= maxURI && isScheme(scheme) && rest != "" && !strings.ContainsFunc(rest, notOfURI)
}

// isWebURL reports whether s is a URI with which a player can reach a server, without
// credentials. The host must not have a placeholder, which stands as "~" here.
func isWebURL(s string) bool {
	u, err := url.Parse(s)
	if err != nil || !isURI(s) || u.User != nil {
		return false
	}
	return (u.Scheme == "https" || u.Scheme == "http") && u.Hostname() != "" && !strings.Contains(u.Host, "~")
}

func isScheme(s string) bool {
	notOfScheme := func(r rune) bool { return !isAlphanumeric(r) && !strings.ContainsRune("+-.", r) }
	return s != "" && !strings.ContainsRune("0123456789+-.", rune(s[0])) && !strings.ContainsFunc(s, notOfScheme)
}

func notOfURI(r rune) bool {
	return !isUnreserved(r) && !strings.ContainsRune(":/?#[]@!$&'()*+,;=%", r)
}

func isUnreserved(r rune) bool { return isAlphanumeric(r) || strings.ContainsRune("-._~", r) }

func isAlphanumeric(r rune) bool {
	return '0' <= r && r <= '9' || 'A' <= r && r <= 'Z' || 'a' <= r && r <= 'z'
}

// percentEncoded is s with every byte encoded that is not unreserved (RFC 3986, 2.1), so
// that it can stand anywhere in a URI.
func percentEncoded(s string) string {
	const digits = "0123456789ABCDEF"
	b := make([]byte, 0, 3*len(s))
	for _, c := range []byte(s) {
		if isUnreserved(rune(c)) {
			b = append(b, c)
		} else {
			b = append(b, '%', digits[c>>4], digits[c&15])
		}
	}
	return string(b)
}
