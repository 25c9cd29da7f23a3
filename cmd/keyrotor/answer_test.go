package main_test

import (
	"encoding/xml"
	"testing"
)

// A served is what a SPEKE answer holds.
type served struct{ keys []servedKey }

type servedKey struct{ KID, key, iv, pssh, track string }

// parse reads an answer.
func parse(t testing.TB, body string) served {
	t.Helper()
	var doc struct {
		Keys []struct {
			KID string `xml:"kid,attr"`
			IV  string `xml:"explicitIV,attr"`
			Key string `xml:"Data>Secret>PlainValue"`
		} `xml:"ContentKeyList>ContentKey"`
		Systems []struct {
			KID  string `xml:"kid,attr"`
			PSSH string `xml:"PSSH"`
		} `xml:"DRMSystemList>DRMSystem"`
		Rules []struct {
			KID   string `xml:"kid,attr"`
			Track string `xml:"intendedTrackType,attr"`
		} `xml:"ContentKeyUsageRuleList>ContentKeyUsageRule"`
	}
	if err := xml.Unmarshal([]byte(body), &doc); err != nil {
		t.Fatalf("%v in %s", err, body)
	}
	var s served
	for i, k := range doc.Keys {
		key := servedKey{KID: k.KID, key: k.Key, iv: k.IV}
		if i < len(doc.Systems) && doc.Systems[i].KID == k.KID {
			key.pssh = doc.Systems[i].PSSH
		}
		for _, r := range doc.Rules {
			if r.KID == k.KID {
				key.track = r.Track
			}
		}
		s.keys = append(s.keys, key)
	}
	return s
}
