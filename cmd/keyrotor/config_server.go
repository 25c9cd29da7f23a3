package main

import (
	"net"
	"strconv"
	"strings"
	"time"

	"github.com/keyrotor/keyrotor/cmd/keyrotor/access"
	"github.com/keyrotor/keyrotor/cmd/keyrotor/api"
	"github.com/keyrotor/keyrotor/keyplan"
)

// A ServerConfig says where and how HTTP is served.
type ServerConfig struct {
	// Listen is host:port.
	Listen string `yaml:"listen"`
	// ReadTimeout bounds how long a request may take to arrive, WriteTimeout how long an
	// answer may take to leave; event streams are not bounded.
	ReadTimeout  time.Duration `yaml:"read_timeout"`
	WriteTimeout time.Duration `yaml:"write_timeout"`
	// ShutdownTimeout is how long requests under way may take once the server stops.
	ShutdownTimeout time.Duration `yaml:"shutdown_timeout"`
	// MaxBody bounds a request body in bytes.
	MaxBody int64 `yaml:"max_body"`
	// TLS makes the server speak HTTPS. Nil means HTTP.
	TLS *TLSConfig `yaml:"tls"`
	// Throttle says when bad credentials are too many.
	Throttle access.ThrottleConfig `yaml:"throttle"`
	// TrustedProxies are the networks of reverse proxies whose X-Forwarded-For is believed.
	TrustedProxies []string `yaml:"trusted_proxies"`
	// EventStreams bounds how many clients follow.
	EventStreams api.StreamsConfig `yaml:"event_streams"`
}

func (s ServerConfig) validate() keyplan.Problems {
	var ps keyplan.Problems
	if _, port, err := net.SplitHostPort(s.Listen); err != nil {
		ps.Add("listen", "host:port, such as 127.0.0.1:8080")
	} else if _, err := strconv.ParseUint(port, 10, 16); err != nil {
		ps.Add("listen", "a port from 0 to 65535 after the colon")
	}
	for _, d := range []struct {
		key   string
		value time.Duration
	}{{"read_timeout", s.ReadTimeout}, {"write_timeout", s.WriteTimeout}, {"shutdown_timeout", s.ShutdownTimeout}} {
		if d.value < time.Second {
			ps.Add(d.key, "a duration of at least 1s")
		}
	}
	if s.MaxBody < 1<<10 {
		ps.Add("max_body", "at least 1024 bytes")
	}
	if s.TLS != nil {
		ps.Under("tls", s.TLS.validate())
	}
	ps.Under("throttle", s.Throttle.Validate())
	_, problems := access.ParseProxies(s.TrustedProxies)
	ps.Under("trusted_proxies", problems)
	ps.Under("event_streams", s.EventStreams.Validate())
	return ps
}

// proxies are what validate has checked.
func (s ServerConfig) proxies() access.Proxies {
	proxies, _ := access.ParseProxies(s.TrustedProxies)
	return proxies
}

// loopback reports whether only this machine can reach the server. What is no address
// reaches nobody: it has a problem of its own.
func (s ServerConfig) loopback() bool {
	host, _, err := net.SplitHostPort(s.Listen)
	if err != nil {
		return true
	}
	ip := net.ParseIP(strings.Trim(host, "[]"))
	return host == "localhost" || ip != nil && ip.IsLoopback()
}
