package cpix_test

import (
	"encoding/base64"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/keyrotor/keyrotor/speke/cpix"
)

func TestDecodeBase64TakesWhatTheFieldWrites(t *testing.T) {
	want := []byte{1, 2, 3, 4}
	for _, s := range []string{"AQIDBA==", "AQIDBA", "AQIDBA=", "AQIDBB==", "AQIDBP", " AQ ID\r\n\tBA == "} {
		got, err := cpix.DecodeBase64(s)
		if err != nil || !cmp.Equal(want, got) {
			t.Errorf("%q: %v, %v", s, got, err)
		}
	}
	if got, err := cpix.DecodeBase64(" "); err != nil || len(got) != 0 {
		t.Errorf("nothing: %v, %v", got, err)
	}
}

func TestDecodeBase64RefusesTheRest(t *testing.T) {
	for _, s := range []string{"A", "AQID!", "AQ==ID", "AQID-_", "AQIDBA==x", "é"} {
		if got, err := cpix.DecodeBase64(s); err != cpix.ErrBase64 {
			t.Errorf("%q: %v, %v", s, got, err)
		}
	}
}

func FuzzDecodeBase64(f *testing.F) {
	f.Add("AQIDBA==")
	f.Add("AQ\nIDBP=")
	f.Fuzz(func(t *testing.T, s string) {
		data, err := cpix.DecodeBase64(s)
		if err != nil {
			return
		}
		again, err := cpix.DecodeBase64(base64.StdEncoding.EncodeToString(data))
		if err != nil || string(again) != string(data) {
			t.Errorf("%q: %q, then %q, %v", s, data, again, err)
		}
	})
}
