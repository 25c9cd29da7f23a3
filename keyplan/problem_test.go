package keyplan_test

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/keyrotor/keyrotor/keyplan"
)

func TestProblemsSayWhereAndWhatIsWanted(t *testing.T) {
	var entry, list, ps keyplan.Problems
	entry.Add("lead", "at least %v", "1s")
	entry.Add("", "a mapping")
	list.Under("[1]", entry)
	ps.Add("", "100% of it")
	ps.Under("channels", list)
	ps.Under("policies", entry)
	ps.Under("", entry)
	want := `want 100% of it
channels[1].lead: want at least 1s
channels[1]: want a mapping
policies.lead: want at least 1s
policies: want a mapping
lead: want at least 1s
want a mapping`
	if diff := cmp.Diff(want, ps.Error()); diff != "" {
		t.Error(diff)
	}
}
