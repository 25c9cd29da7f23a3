package tokens_test

import (
	"encoding/json"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/keyrotor/keyrotor/keyplan"
	"github.com/keyrotor/keyrotor/tokens"
)

func TestAnAnswerIsTheJSONThatItsTagsSay(t *testing.T) {
	for _, a := range []tokens.Answer{
		{Token: "a.b-_.c", Format: "partner", KIDs: []keyplan.KID{}, LeftOut: []tokens.LeftOut{}, Expires: morning, RefreshAt: morning.Add(5)},
		{
			Token: "x", Format: "axinom", KIDs: []keyplan.KID{{1}, {2}}, Expires: morning, RefreshAt: morning.Add(time.Millisecond),
			LeftOut: []tokens.LeftOut{{KID: keyplan.KID{3}, Reason: tokens.Cap}, {KID: keyplan.KID{4}, Reason: tokens.Unknown}},
		},
	} {
		want, err := json.Marshal(a)
		if err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff("before"+string(want), string(a.AppendJSON([]byte("before")))); diff != "" {
			t.Error(diff)
		}
	}
}
