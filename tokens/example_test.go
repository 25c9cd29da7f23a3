package tokens_test

import (
	"encoding/json"
	"fmt"

	"github.com/keyrotor/keyrotor/tokens"
)

// A backend that hands tokens to players keeps an answer until RefreshAt, and looks at what
// was left out: a player that needs one of those keys needs a token of its own for it.
func ExampleAnswer() {
	const body = `{"token":"…","format":"axinom","kids":["0f5f2d7b-2b88-4549-b568-94f80868ff3a"],
 "leftOut":[{"kid":"949d22b2-9486-4dc5-831b-0dbd692b1580","reason":"cap"}],
 "expires":"2026-11-22T01:06:04Z","refreshAt":"2026-11-22T00:56:15Z"}` // of POST /v1/channels/demo/token
	var answer tokens.Answer
	if err := json.Unmarshal([]byte(body), &answer); err != nil {
		panic(err)
	}
	fmt.Println("allowed:", answer.KIDs)
	for _, out := range answer.LeftOut {
		fmt.Println("left out:", out.KID, out.Reason)
	}
	fmt.Println("lasts", answer.Expires.Sub(answer.RefreshAt), "longer than it is worth keeping")
	// Output:
	// allowed: [0f5f2d7b-2b88-4549-b568-94f80868ff3a]
	// left out: 949d22b2-9486-4dc5-831b-0dbd692b1580 cap
	// lasts 9m49s longer than it is worth keeping
}
