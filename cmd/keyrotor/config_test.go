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
	const unsigned = "channels[0].announcement.signing: want the name of a set in tokens.signing whose algorithm is RS256, ES256 or EdDSA"
	const shared = `tokens: {signing: {apps: {algorithm: ES256, keys: [{id: a, key: "` + appsKey + `"}]}, ` +
		"shared: {algorithm: HS256, keys: [{id: b, key: MDEyMzQ1Njc4OWFiY2RlZjAxMjM0NTY3ODlhYmNkZWY=}]}}}\n"
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
		{"server: {", "server: {event_streams: {max: 1, max_per_remote: 1, patience: 1s}, ", ""},
		{"server: {", "server: {event_streams: {max: 0}, ", "server.event_streams.max: want at least 1"},
		{"server: {", "server: {event_streams: {max_per_remote: 0}, ", "server.event_streams.max_per_remote: want at least 1"},
		{"server: {", "server: {event_streams: {patience: 999ms}, ", "server.event_streams.patience: want a duration from 1s to 1h"},
		{"tracks: [VIDEO]", "tracks: [VIDEO], announcement: {max_age: 0s}", ""},
		{"tracks: [VIDEO]", "tracks: [VIDEO], announcement: {max_age: 1500ms}", "channels[0].announcement.max_age: want whole seconds, from 0s to 24h"},
		{"tracks: [VIDEO]", "tracks: [VIDEO], announcement: {max_age: 25h}", "channels[0].announcement.max_age: want whole seconds, from 0s to 24h"},
		{"tracks: [VIDEO]", "tracks: [VIDEO], announcement: {signing: feed}", unsigned},
		{"channels:\n  - {", shared + "channels:\n  - {announcement: {signing: shared}, ", unsigned},
		{"channels:\n  - {", shared + "channels:\n  - {announcement: {signing: apps}, ", ""},
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
