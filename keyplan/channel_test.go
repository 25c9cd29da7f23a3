package keyplan_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/keyrotor/keyrotor/keyplan"
)

func TestAChannelFillsInItsDefaults(t *testing.T) {
	got, problems := keyplan.NewChannel(keyplan.ChannelConfig{ID: "news", Tracks: []keyplan.Track{"ALL"}, Policy: "hourly"}, nil)
	want := &keyplan.Channel{
		ID: "news", ContentIDs: []string{"news"}, Tracks: []keyplan.Track{"ALL"}, Schemes: []keyplan.Scheme{keyplan.CBCS}, KID: keyplan.Override,
	}
	if diff := cmp.Diff(want, got); diff != "" || problems != nil {
		t.Errorf("%v\n%s", problems, diff)
	}
}

func TestAChannelKeepsWhatIsGiven(t *testing.T) {
	c := keyplan.ChannelConfig{
		ID: "a", ContentIDs: []string{"a-dash", "a-cmaf"}, Tracks: []keyplan.Track{"SD+HD1", "AUDIO"},
		Schemes: []keyplan.Scheme{keyplan.CENC, keyplan.CENS, keyplan.CBC1, keyplan.CBCS},
		KID:     keyplan.Adopt,
	}
	got, problems := keyplan.NewChannel(c, nil)
	want := &keyplan.Channel{ID: c.ID, ContentIDs: c.ContentIDs, Tracks: c.Tracks, Schemes: c.Schemes, KID: keyplan.Adopt}
	if diff := cmp.Diff(want, got); diff != "" || problems != nil {
		t.Errorf("%v\n%s", problems, diff)
	}
}

func TestAChannelOfAnyTracksListsNone(t *testing.T) {
	got, problems := keyplan.NewChannel(keyplan.ChannelConfig{ID: "a", Tracks: []keyplan.Track{"any"}}, nil)
	want := &keyplan.Channel{ID: "a", ContentIDs: []string{"a"}, Any: true, Schemes: []keyplan.Scheme{keyplan.CBCS}, KID: keyplan.Override}
	if diff := cmp.Diff(want, got); diff != "" || problems != nil {
		t.Errorf("%v\n%s", problems, diff)
	}
}

func TestAChannelIsRefusedForEveryProblemAtOnce(t *testing.T) {
	_, problems := keyplan.NewChannel(keyplan.ChannelConfig{
		ContentIDs: []string{"a", "a", "b/c"},
		Tracks:     []keyplan.Track{"VIDEO", "", "VIDEO", "any"},
		Schemes:    []keyplan.Scheme{"CBCS", keyplan.CENC, keyplan.CENC},
		KID:        "keep",
	}, nil)
	want := `id: want 1 to 256 bytes
content_ids[1]: want a content ID that is not listed before
content_ids[2]: want no white space, control characters or slashes
tracks[1]: want 1 to 256 bytes
tracks[2]: want a track type that is not listed before
tracks[3]: want any alone, or a track type
schemes[0]: want cenc, cens, cbc1 or cbcs
schemes[2]: want a scheme that is not listed before
kid: want override or adopt`
	if diff := cmp.Diff(want, problems.Error()); diff != "" {
		t.Error(diff)
	}
}

func TestAChannelHasOneToSixteenTracks(t *testing.T) {
	for n, ok := range map[int]bool{0: false, 1: true, 16: true, 17: false} {
		var tracks []keyplan.Track
		for i := range n {
			tracks = append(tracks, keyplan.Track(fmt.Sprint("T", i)))
		}
		_, problems := keyplan.NewChannel(keyplan.ChannelConfig{ID: "a", Tracks: tracks}, nil)
		if (problems == nil) != ok {
			t.Errorf("%d tracks: %v", n, problems)
		}
	}
}

func TestNamesAreSafeInAURLALogAndXML(t *testing.T) {
	good := []string{"a", "a~", "ü", "live-1_x.y+z", strings.Repeat("a", 256), "...", "日本"}
	bad := []string{
		"", strings.Repeat("a", 257), "~channels", ".", "..", "a/b", "a b", "a\tb", "a\nb", "\x00", "\x7f", "a\u0085b",
		"a\u00a0b", "a\u2028b", "\u009b31m", "\ufffd", "\ufffe", "\uffff", "a\xffb",
	}
	for _, name := range good {
		if _, ps := keyplan.NewChannel(keyplan.ChannelConfig{ID: name, Tracks: []keyplan.Track{"ALL"}}, nil); ps != nil {
			t.Errorf("%q: %v", name, ps)
		}
	}
	for _, name := range bad {
		if _, ps := keyplan.NewChannel(keyplan.ChannelConfig{ID: name, Tracks: []keyplan.Track{"ALL"}}, nil); len(ps) != 1 {
			t.Errorf("%q: %v", name, ps)
		}
	}
}
