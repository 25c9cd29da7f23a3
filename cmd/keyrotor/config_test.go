package main_test

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	keyrotor "github.com/keyrotor/keyrotor/cmd/keyrotor"
	"github.com/keyrotor/keyrotor/configs"
)

func TestWhatIsWrongAcrossSectionsIsNamed(t *testing.T) {
	const sound = `
server: {listen: "127.0.0.1:0"}
credentials: [{name: a, role: packager, bearer: {token: x}}]
policies: {weekly: {rotate: {every: 168h}}}
channels:
  - {id: news, policy: weekly, tracks: [VIDEO]}
`
	const aes = "tracks: [VIDEO], signaling: {aes128: {uri: 'https://a/{kid}'}}"
	for _, tc := range []struct{ from, to, want string }{
		{"", "", ""},
		{"bearer", "channels: [news, '*'], bearer", "credentials[0].channels[1]: want a channel ID, a pattern with one *, or * alone for all"},
		{"bearer", "channels: [news], bearer", ""},
		{"bearer", "channels: [newz], bearer", "credentials[0].channels[0]: want the ID of one of the channels"},
		{"bearer", "channels: ['*'], bearer", ""},
		{"127.0.0.1:0", "127.0.0.1:65535", ""},
		{"127.0.0.1:0", "127.0.0.1:65536", "server.listen: want a port from 0 to 65535 after the colon"},
		{"127.0.0.1:0", "127.0.0.1:http", "server.listen: want a port from 0 to 65535 after the colon"},
		{"127.0.0.1:0", "127.0.0.1:-1", "server.listen: want a port from 0 to 65535 after the colon"},
		{"127.0.0.1:0", "127.0.0.1", "server.listen: want host:port, such as 127.0.0.1:8080"},
		{"server: {", "server: {read_timeout: 1s, ", ""},
		{"server: {", "server: {read_timeout: 999ms, ", "server.read_timeout: want a duration of at least 1s"},
		{"server: {", "server: {write_timeout: 10ms, ", "server.write_timeout: want a duration of at least 1s"},
		{"server: {", "server: {shutdown_timeout: 0s, ", "server.shutdown_timeout: want a duration of at least 1s"},
		{"tracks: [VIDEO]", aes, "channels[0].signaling.aes128.uri: want scheme cbc1 among the channel's schemes, which HLS AES-128 needs"},
		{"tracks: [VIDEO]", aes + ", schemes: [cbcs, cbc1]", ""},
	} {
		text := strings.Replace(sound, tc.from, tc.to, 1)
		got := ""
		if err := configs.Decode("file", []byte(text), keyrotor.Defaults()); err != nil {
			_, got, _ = strings.Cut(err.Error(), ": ")
		}
		if diff := cmp.Diff(tc.want, got); diff != "" {
			t.Errorf("%q for %q (-want +got):\n%s", tc.to, tc.from, diff)
		}
	}
}
