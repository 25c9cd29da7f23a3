package speke_test

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/keyrotor/keyrotor/keyplan"
	"github.com/keyrotor/keyrotor/speke"
)

func TestAConfigThatIsNotCompleteIsRefusedAtOnce(t *testing.T) {
	_, err := speke.New(speke.Config{
		Channels: []speke.Channel{{}, {Channel: &keyplan.Channel{}}},
		Created:  func(string) (speke.Channel, bool) { return speke.Channel{}, false },
	})
	want := `ledger: want a value: without it no request can be answered
planner.source: want a value: without it no request can be answered
planner.sealer: want a value: without it no request can be answered
sealer: want a value: without it no request can be answered
signaling: want a value: without it no request can be answered
supports: want a value: without it no request can be answered
caller: want a value: without it no request can be answered
now: want a value: without it no request can be answered
admit: want a value, beside created
channels[0]: want a channel with a policy
channels[1]: want a channel with a policy`
	if err == nil {
		t.Fatal("accepted")
	}
	if diff := cmp.Diff(want, err.Error()); diff != "" {
		t.Errorf("-want +got\n%s", diff)
	}
}
