package main_test

import (
	"encoding/base64"
	"encoding/xml"
	"fmt"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// An announcedKey is what an announcement says of a key, but for its name.
type announcedKey struct {
	Track, Scheme, KID string
	Systems            []announcedSystem
}

type announcedSystem struct {
	SystemID, PSSH, ContentProtectionData string
	HLS                                   *struct{ Media, Master string }
}

// announced are the keys of a channel's current period.
func (s *server) announced(channel string) []announcedKey {
	s.t.Helper()
	var doc struct{ Current struct{ Keys []announcedKey } }
	s.decode(s.get("/v1/channels/"+channel+"/announcement", "viewer"), &doc)
	if len(doc.Current.Keys) == 0 {
		s.t.Fatal("no key is announced")
	}
	return doc.Current.Keys
}

// A spokenSystem is what a SPEKE answer says of a DRM system. Texts are in base64.
type spokenSystem struct {
	SystemID              string `xml:"systemId,attr"`
	PSSH                  string
	ContentProtectionData string
	Lines                 []struct {
		Playlist string `xml:"playlist,attr"`
		Text     string `xml:",chardata"`
	} `xml:"HLSSignalingData"`
	URI               string `xml:"URIExtXKey"`
	KeyFormat         string
	KeyFormatVersions string
}

// spoken asks by SPEKE for the key of k under all its systems, with the elements that a
// version has. The answer must be of the KID of k.
func (s *server) spoken(version, root, rule, elements string, k announcedKey) []spokenSystem {
	s.t.Helper()
	const kid = `kid="98ee5596-cd3e-a20d-163a-e382420c6eff"`
	var systems strings.Builder
	for _, system := range k.Systems {
		fmt.Fprintf(&systems, "<cpix:DRMSystem %s systemId=%q>%s</cpix:DRMSystem>", kid, system.SystemID, elements)
	}
	r := s.speke("packager", fmt.Sprintf(`<cpix:CPIX %s xmlns:cpix="urn:dashif:org:cpix" xmlns:pskc="urn:ietf:params:xml:ns:keyprov:pskc" xmlns:speke="urn:aws:amazon:com:speke">
<cpix:ContentKeyList><cpix:ContentKey %s commonEncryptionScheme=%q/></cpix:ContentKeyList>
<cpix:DRMSystemList>%s</cpix:DRMSystemList>
<cpix:ContentKeyPeriodList><cpix:ContentKeyPeriod id="p" index="%d"/></cpix:ContentKeyPeriodList>
<cpix:ContentKeyUsageRuleList><cpix:ContentKeyUsageRule %s%s><cpix:KeyPeriodFilter periodId="p"/></cpix:ContentKeyUsageRule></cpix:ContentKeyUsageRuleList>
</cpix:CPIX>`, root, kid, k.Scheme, systems.String(), week(), kid, rule))
	r.URL.Path = "/speke/v" + version + "/copyProtection"
	if r.Header.Set("X-Speke-Version", version); version == "1.0" {
		r.Header.Del("X-Speke-Version") // which that version does not know
	}
	a := s.send(r)
	var answered struct {
		Key struct {
			KID string `xml:"kid,attr"`
		} `xml:"ContentKeyList>ContentKey"`
		Systems []spokenSystem `xml:"DRMSystemList>DRMSystem"`
	}
	if err := xml.Unmarshal([]byte(a.body), &answered); err != nil || a.status != 200 {
		s.t.Fatalf("%s of %s: %d, %v: %s", k.Scheme, k.Track, a.status, err, a.body)
	}
	if answered.Key.KID != k.KID || len(answered.Systems) != len(k.Systems) {
		s.t.Fatalf("asked for the key of KID %s under %d systems, got KID %s, %d systems", k.KID, len(k.Systems), answered.Key.KID, len(answered.Systems))
	}
	return answered.Systems
}

// asAnnounced is what a SPEKE 2.0 answer says of a system.
func (s *server) asAnnounced(spoken spokenSystem) announcedSystem {
	s.t.Helper()
	a := announcedSystem{SystemID: spoken.SystemID, PSSH: spoken.PSSH, ContentProtectionData: spoken.ContentProtectionData}
	lines := map[string]string{}
	for _, line := range spoken.Lines {
		if line.Text != "" {
			lines[line.Playlist] = string(s.unbase64(line.Text))
		}
	}
	if len(lines) > 0 {
		a.HLS = &struct{ Media, Master string }{lines["media"], lines["master"]}
	}
	return a
}

// asSpoken is what a SPEKE 1.0 answer would say of an announced system: of a playlist's line
// its attributes, each in base64.
func (s *server) asSpoken(a announcedSystem) spokenSystem {
	s.t.Helper()
	spoken := spokenSystem{SystemID: a.SystemID, PSSH: a.PSSH, ContentProtectionData: a.ContentProtectionData}
	if a.HLS == nil {
		return spoken
	}
	attribute := func(name string) string {
		_, rest, _ := strings.Cut(a.HLS.Media, name+`="`)
		value, _, _ := strings.Cut(rest, `"`)
		if value == "" {
			return ""
		}
		return base64.StdEncoding.EncodeToString([]byte(value))
	}
	spoken.URI, spoken.KeyFormat, spoken.KeyFormatVersions = attribute(",URI"), attribute("KEYFORMAT"), attribute("KEYFORMATVERSIONS")
	return spoken
}

// everything has each of the systems that are announced, under some scheme.
var everything = strings.Replace(signaled, "schemes: [cbcs, cenc, cbc1]\n", "schemes: [cbcs, cenc, cbc1]\n    v1_track: VIDEO\n", 1)

func TestTheAnnouncementHasTheBytesThatSPEKEAnswers(t *testing.T) {
	const elements20 = `<cpix:PSSH/><cpix:ContentProtectionData/><cpix:HLSSignalingData playlist="media"/><cpix:HLSSignalingData playlist="master"/>`
	const elements10 = `<cpix:URIExtXKey/><speke:KeyFormat/><speke:KeyFormatVersions/><cpix:PSSH/><cpix:ContentProtectionData/>`
	s := serve(t, everything)
	compared := map[string]bool{}
	for _, k := range s.announced("news") {
		in20 := s.spoken("2.0", `contentId="news" version="2.3"`, ` intendedTrackType="`+k.Track+`"`, elements20, k)
		in10 := s.spoken("1.0", `id="news"`, "", elements10, k)
		for i, system := range k.Systems {
			if diff := cmp.Diff(system, s.asAnnounced(in20[i])); diff != "" {
				t.Errorf("%s under %s (-announced +SPEKE 2.0):\n%s", system.SystemID, k.Scheme, diff)
			}
			if diff := cmp.Diff(s.asSpoken(system), in10[i]); diff != "" {
				t.Errorf("%s under %s (-announced +SPEKE 1.0):\n%s", system.SystemID, k.Scheme, diff)
			}
			compared[system.SystemID] = true
		}
	}
	if len(compared) != 7 {
		t.Errorf("only these systems were compared: %v", compared)
	}
}
