package webhook

import (
	"errors"
	"net"
	"net/http"
	"net/netip"
	"syscall"
	"time"
)

// ErrPrivate says that a target's name leads to an address that is not one of the public
// internet.
var ErrPrivate = errors.New("not an address of the public internet, and allow_private is not set")

// How many connections to a target are kept, and for how long.
const (
	idleConnections = parallel
	idleTime        = 90 * time.Second
)

// NewTransport speaks HTTP/1.1 and HTTP/2 with targets. Unless allowPrivate is set, it
// connects to addresses of the public internet only: it looks at the one that is dialled,
// each time, whatever the name led to before. It uses no proxy, which would dial for it.
func NewTransport(dialer net.Dialer, allowPrivate bool) *http.Transport {
	if !allowPrivate {
		dialer.Control = checked(dialer.Control)
	}
	return &http.Transport{
		DialContext:         dialer.DialContext,
		ForceAttemptHTTP2:   true,
		DisableCompression:  true,
		MaxIdleConnsPerHost: idleConnections,
		IdleConnTimeout:     idleTime,
		TLSHandshakeTimeout: longestTimeout,
	}
}

// checked refuses addresses before then is asked, which may be nil.
func checked(then control) control {
	return func(network, address string, c syscall.RawConn) error {
		at, err := netip.ParseAddrPort(address)
		if err != nil || !Public(at.Addr()) {
			return ErrPrivate // the dialer says which
		}
		if then == nil {
			return nil
		}
		return then(network, address, c)
	}
}

// A control is net.Dialer's Control: called once an address is chosen and before it is
// connected to.
type control = func(network, address string, c syscall.RawConn) error
