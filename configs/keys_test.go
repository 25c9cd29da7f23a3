package configs_test

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/keyrotor/keyrotor/configs"
)

func TestKeysNamesEveryPathInOrder(t *testing.T) {
	want := []string{
		"listen", "policies", "policies.*.every", "policies.*.keep", "policies.*.from", "policies.*.ahead",
		"channels", "channels[].id", "channels[].content_ids", "channels[].tracks", "channels[].schemes",
		"channels[].kid", "channels[].policy",
		"credentials", "credentials[].name", "credentials[].basic", "credentials[].basic.user",
		"credentials[].basic.password", "credentials[].bearer", "credentials[].bearer.token",
		"port", "level", "open", "labels",
	}
	if diff := cmp.Diff(want, configs.Keys(new(document))); diff != "" {
		t.Errorf("keys (-want +got):\n%s", diff)
	}
}

func TestShownNamesThePathsThatAFileSets(t *testing.T) {
	const text = `
policies: {a: {every: 1h}, b: {ahead: none}}
channels: [{id: a}, {tracks: [VIDEO], unheard_of: 1}]
credentials: [{bearer: }]
level: 300
`
	want := []string{
		"policies", "policies.*.every", "policies.*.ahead", "channels", "channels[].id", "channels[].tracks",
		"credentials", "credentials[].bearer", "level",
	}
	if diff := cmp.Diff(want, configs.Shown([]byte(text), new(document))); diff != "" {
		t.Errorf("keys (-want +got):\n%s", diff)
	}
}
