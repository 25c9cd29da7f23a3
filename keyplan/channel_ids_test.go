package keyplan_test

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/keyrotor/keyrotor/keyplan"
)

func TestAListOfChannelsHasThoseItNames(t *testing.T) {
	for _, tc := range []struct {
		list keyplan.ChannelIDs
		has  bool
	}{
		{nil, true}, {keyplan.ChannelIDs{"*"}, true}, {keyplan.ChannelIDs{"a", "news"}, true},
		{keyplan.ChannelIDs{"n*"}, true}, {keyplan.ChannelIDs{"n*s"}, true}, {keyplan.ChannelIDs{"*ws"}, true},
		{keyplan.ChannelIDs{"news*"}, false}, {keyplan.ChannelIDs{"ne*ews"}, false}, {keyplan.ChannelIDs{"*w"}, false},
		{keyplan.ChannelIDs{}, false}, {keyplan.ChannelIDs{"newsroom"}, false}, {keyplan.ChannelIDs{"new"}, false},
	} {
		if got := tc.list.Has("news"); got != tc.has {
			t.Errorf("%q has news: %v, want %v", tc.list, got, tc.has)
		}
	}
}

func TestWhatIsWrongWithAListOfChannelsIsNamed(t *testing.T) {
	for _, tc := range []struct {
		list keyplan.ChannelIDs
		want string
	}{
		{nil, ""},
		{keyplan.ChannelIDs{"*"}, ""},
		{keyplan.ChannelIDs{"news", "live-7", "live-*"}, ""},
		{keyplan.ChannelIDs{}, "channels: want at least one channel ID, or * for all"},
		{keyplan.ChannelIDs{"*", "news", "live-*-*", ""}, strings.TrimSpace(`
channels[0]: want a channel ID, a pattern with one *, or * alone for all
channels[2]: want a channel ID, a pattern with one *, or * alone for all
channels[3]: want a channel ID, a pattern with one *, or * alone for all`)},
	} {
		var ps keyplan.Problems
		tc.list.Check(&ps)
		if diff := cmp.Diff(tc.want, ps.Error()); diff != "" {
			t.Errorf("%q (-want +got):\n%s", tc.list, diff)
		}
	}
}

func TestAChannelThatIsNotConfiguredIsNamed(t *testing.T) {
	configured := []string{"news", "live-*", "a*b"}
	var ps keyplan.Problems
	keyplan.ChannelIDs{"news", "newz", "live-7", "live-", "a-b", "alive-7", "a--b", "ab", "ba", "*", "live-hd-*", "l*", "ne*", "x*"}.CheckKnown(&ps, configured)
	want := strings.TrimSpace(`
channels[1]: want the ID of one of the channels
channels[3]: want the ID of one of the channels
channels[5]: want the ID of one of the channels
channels[7]: want the ID of one of the channels
channels[8]: want the ID of one of the channels
channels[13]: want the ID of one of the channels`)
	if diff := cmp.Diff(want, ps.Error()); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}
