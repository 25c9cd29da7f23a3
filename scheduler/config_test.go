package scheduler_test

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/keyrotor/keyrotor/keyplan"
	"github.com/keyrotor/keyrotor/scheduler"
)

func TestNewNamesEveryProblemOfAConfig(t *testing.T) {
	news := channel(t, "news", everyMinute)
	_, err := scheduler.New(scheduler.Config{Channels: []*keyplan.Channel{news, nil, news}})
	want := keyplan.Problems{
		{Key: "ledger", Want: "one"},
		{Key: "planner.source", Want: "one"},
		{Key: "planner.sealer", Want: "one"},
		{Key: "channels[1]", Want: "a channel with a policy"},
		{Key: "channels[2]", Want: "a channel that is not listed before"},
	}
	if diff := cmp.Diff(error(want), err); diff != "" {
		t.Errorf("problems (-want +got):\n%s", diff)
	}
}
