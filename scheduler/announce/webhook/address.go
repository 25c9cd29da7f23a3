package webhook

import (
	"net/netip"
	"slices"
)

// reserved4 are the networks of IPv4 that are not the public internet (RFC 6890 and IANA's
// registry of special-purpose addresses), and an address of Azure's that only its machines reach.
var reserved4 = prefixes(
	"0.0.0.0/8", "10.0.0.0/8", "100.64.0.0/10", "127.0.0.0/8", "169.254.0.0/16", "172.16.0.0/12",
	"192.0.0.0/24", "192.0.2.0/24", "192.88.99.0/24", "192.168.0.0/16", "198.18.0.0/15",
	"198.51.100.0/24", "203.0.113.0/24", "224.0.0.0/4", "240.0.0.0/4", "168.63.129.16/32",
)

// public6 is all of IPv6 that is given out; reserved6 what of it is not the public internet:
// among it tunnels, which lead to an IPv4 address that nobody has looked at.
var (
	public6   = netip.MustParsePrefix("2000::/3")
	reserved6 = prefixes("2001::/23", "2001:db8::/32", "2002::/16", "3fff::/20")
	// translated holds an IPv4 address in its last 32 bits (RFC 6052).
	translated = netip.MustParsePrefix("64:ff9b::/96")
)

func prefixes(written ...string) []netip.Prefix {
	all := make([]netip.Prefix, len(written))
	for i, p := range written {
		all[i] = netip.MustParsePrefix(p)
	}
	return all
}

// Public reports whether an address is one of the public internet: not private, loopback,
// link-local, multicast, shared, a machine's metadata service or for documentation, nor one of
// IPv6 that stands for such a one of IPv4.
func Public(addr netip.Addr) bool {
	addr = addr.Unmap()
	within := func(p netip.Prefix) bool { return p.Contains(addr) }
	switch {
	case addr.Is4():
		return !slices.ContainsFunc(reserved4, within)
	case addr.Zone() != "":
		return false
	case translated.Contains(addr):
		bytes := addr.As16()
		return Public(netip.AddrFrom4([4]byte(bytes[12:])))
	}
	return public6.Contains(addr) && !slices.ContainsFunc(reserved6, within)
}
