package announce_test

import (
	"encoding/json"
	"fmt"
	"os"
	"time"

	"github.com/keyrotor/keyrotor/scheduler/announce"
	"github.com/keyrotor/keyrotor/speke/signaling"
)

// A program that follows a channel reads the announcement and finds in it what each coming
// period needs: when to fetch the licence, and the init data to ask for it with.
func ExampleDocument() {
	body, err := os.ReadFile("testdata/document.json") // of GET /v1/channels/news/announcement
	if err != nil {
		panic(err)
	}
	var doc announce.Document
	if err := json.Unmarshal(body, &doc); err != nil {
		panic(err)
	}
	for _, period := range doc.Coming {
		window := period.FetchWindow
		fmt.Printf("from %s: fetch between %s and %s\n",
			period.Start.Format(time.TimeOnly), window.Start.Format(time.TimeOnly), window.End.Format(time.TimeOnly))
		for _, key := range period.Keys {
			for _, system := range key.Systems {
				if key.Scheme == "cbcs" && system.SystemID == signaling.Widevine {
					fmt.Printf("%s %s: init data of %d bytes\n", key.Track, key.KID, len(system.PSSH))
				}
			}
		}
	}
	fmt.Println("ask again at", doc.RefreshAt.Format(time.TimeOnly))
	// Output:
	// from 12:01:00: fetch between 12:00:40 and 12:00:55
	// VIDEO ecb6cecd-030e-8d7d-9f9b-dd64166c6038: init data of 70 bytes
	// AUDIO d31241ac-c8ca-8d46-982d-95f429e6bb2b: init data of 70 bytes
	// ask again at 12:01:00
}
