package access

import (
	"fmt"
	"net/http"
	"net/netip"
	"slices"
	"strings"

	"github.com/keyrotor/keyrotor/keyplan"
)

// Proxies are the networks of reverse proxies whose X-Forwarded-For is believed. Nil
// believes nobody: the remote is then the other end of the connection.
type Proxies []netip.Prefix

// ParseProxies reads networks (10.0.0.0/8) and single addresses. Keys of problems are
// indexes.
func ParseProxies(texts []string) (Proxies, keyplan.Problems) {
	var proxies Proxies
	var ps keyplan.Problems
	for i, text := range texts {
		network, err := netip.ParsePrefix(text)
		if addr, single := netip.ParseAddr(text); single == nil {
			network, err = addr.Prefix(addr.BitLen())
		}
		if err != nil {
			ps.Add(fmt.Sprintf("[%d]", i), "an address or a network, such as 10.0.0.0/8")
			continue
		}
		proxies = append(proxies, network)
	}
	return proxies, ps
}

// Remote gives the address of who sent r: going back from the connection's other end, the
// first that is no proxy of p. An element of X-Forwarded-For that is no address ends the
// way there. It is the zero Addr if even the connection has none, as on a Unix socket.
func (p Proxies) Remote(r *http.Request) netip.Addr {
	remote := address(r.RemoteAddr)
	hops := strings.Split(strings.Join(r.Header.Values("X-Forwarded-For"), ","), ",")
	for _, hop := range slices.Backward(hops) {
		before := address(strings.TrimSpace(hop))
		if !p.trusts(remote) || !before.IsValid() {
			break
		}
		remote = before
	}
	return remote
}

// Network gives the smallest network around Remote that may be one host's: an IPv4 address, or
// the /64 of an IPv6 one. It is the zero Prefix if there is no address.
func (p Proxies) Network(r *http.Request) netip.Prefix { return neighbours(p.Remote(r)) }

func neighbours(remote netip.Addr) netip.Prefix {
	bits := 64
	if remote.Is4() {
		bits = 32
	}
	network, err := remote.Prefix(bits)
	if err != nil {
		return netip.Prefix{}
	}
	return network
}

func (p Proxies) trusts(a netip.Addr) bool {
	return slices.ContainsFunc(p, func(network netip.Prefix) bool { return network.Contains(a) })
}

// address reads an address with or without a port, or gives the zero Addr. IPv4 inside
// IPv6 is IPv4, and a zone says nothing about who sends.
func address(text string) netip.Addr {
	if withPort, err := netip.ParseAddrPort(text); err == nil {
		return withPort.Addr().Unmap().WithZone("")
	}
	addr, err := netip.ParseAddr(text)
	if err != nil {
		return netip.Addr{}
	}
	return addr.Unmap().WithZone("")
}
