package webhook_test

import (
	"net/netip"
	"testing"

	"github.com/keyrotor/keyrotor/scheduler/announce/webhook"
)

func TestAddressesOfThePublicInternetAreToldFromOthers(t *testing.T) {
	for _, tc := range []struct {
		what   string
		public bool
		addrs  []string
	}{
		{"public", true, []string{
			"1.1.1.1", "93.184.215.14", "172.15.255.255", "172.32.0.0", "100.63.255.255", "100.128.0.0", "169.253.255.255",
			"169.255.0.0", "192.167.255.255", "192.169.0.0", "198.17.255.255", "198.20.0.0", "223.255.255.255", "11.0.0.0", "168.63.129.15",
			"2606:4700:4700::1111", "2a00:1450:4001:80b::200e", "2001:4860:4860::8888", "::ffff:1.1.1.1", "64:ff9b::101:101",
		}},
		{"private", false, []string{"10.0.0.1", "10.255.255.255", "172.16.0.1", "172.31.255.255", "192.168.1.1", "fd12:3456::1", "fc00::1"}},
		{"loopback", false, []string{"127.0.0.1", "127.255.255.254", "::1"}},
		{"unspecified", false, []string{"0.0.0.0", "0.1.2.3", "::"}},
		{"link-local", false, []string{"169.254.1.1", "fe80::1", "fe80::1%eth0", "2606:4700::1%eth0"}},
		{"shared with a carrier", false, []string{"100.64.0.1", "100.127.255.255"}},
		{"multicast and broadcast", false, []string{"224.0.0.1", "239.255.255.255", "255.255.255.255", "240.0.0.1", "ff02::1", "ff0e::1"}},
		{"metadata of clouds", false, []string{"169.254.169.254", "fd00:ec2::254", "100.100.100.200", "192.0.0.192", "168.63.129.16", "fe80::a9fe:a9fe"}},
		{"documentation and tests", false, []string{"192.0.2.1", "198.51.100.1", "203.0.113.1", "198.18.0.1", "198.19.255.255", "2001:db8::1", "3fff::1"}},
		{"IPv4 inside IPv6", false, []string{
			"::ffff:127.0.0.1", "::ffff:10.0.0.1", "::ffff:169.254.169.254", "::127.0.0.1", "64:ff9b::7f00:1", "64:ff9b::a00:1",
			"64:ff9b:1::a00:1", "2002:7f00:1::1", "2002:a00:1::", "2001:0:4136:e378:8000:63bf:3fff:fdd2",
		}},
		{"not given out", false, []string{"4000::1", "100::1", "5f00::1", "fec0::1"}},
	} {
		for _, addr := range tc.addrs {
			if got := webhook.Public(netip.MustParseAddr(addr)); got != tc.public {
				t.Errorf("%s, which is %s: public is %v", addr, tc.what, got)
			}
		}
	}
	if webhook.Public(netip.Addr{}) {
		t.Error("no address is public")
	}
}
