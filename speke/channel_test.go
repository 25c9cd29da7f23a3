package speke_test

import (
	"testing"

	"go.yaml.in/yaml/v3"

	"github.com/keyrotor/keyrotor/keyplan"
	"github.com/keyrotor/keyrotor/speke"
)

func policy(t testing.TB, text string) *keyplan.Policy {
	t.Helper()
	var c keyplan.PolicyConfig
	if err := yaml.Unmarshal([]byte(text), &c); err != nil {
		t.Fatal(err)
	}
	pol, ps := keyplan.NewPolicy(c)
	if len(ps) > 0 {
		t.Fatal(ps)
	}
	return pol
}

// channel has two tracks and two schemes.
func channel(t testing.TB, id, pol string, contentIDs ...string) speke.Channel {
	t.Helper()
	ch, ps := keyplan.NewChannel(keyplan.ChannelConfig{
		ID: id, ContentIDs: contentIDs, Tracks: []keyplan.Track{"VIDEO", "AUDIO"},
		Schemes: []keyplan.Scheme{keyplan.CBCS, keyplan.CENC},
	}, policy(t, pol))
	if len(ps) > 0 {
		t.Fatal(ps)
	}
	return speke.Channel{Channel: ch}
}

// liveChannel is the channel "live" with two packager endpoints.
func liveChannel(t testing.TB, pol string) speke.Channel {
	t.Helper()
	return channel(t, "live", pol, "live", "live-dash")
}
