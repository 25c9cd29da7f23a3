package signaling_test

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/keyrotor/keyrotor/speke/signaling"
)

func TestSettingsNameWhatIsWrongWithThem(t *testing.T) {
	const want = "at most 256 bytes of UTF-8"
	full := strings.Repeat("é", 128)
	for _, c := range []struct {
		name                string
		provider, contentID string
		problems            map[string]string
	}{
		{name: "nothing set"},
		{name: "as long as may be", provider: full, contentID: full},
		{name: "a provider too long", provider: full + "x", problems: map[string]string{"widevine.provider": want}},
		{name: "a content ID too long", contentID: full + "x", problems: map[string]string{"widevine.content_id": want}},
		{name: "not UTF-8", provider: "\xff", contentID: "\xc3", problems: map[string]string{
			"widevine.provider": want, "widevine.content_id": want,
		}},
	} {
		t.Run(c.name, func(t *testing.T) {
			var got map[string]string
			s := signaling.Settings{Widevine: signaling.WidevineSettings{Provider: c.provider, ContentID: c.contentID}}
			s.Check(func(key, want string) {
				if got == nil {
					got = map[string]string{}
				}
				got[key] = want
			})
			if diff := cmp.Diff(c.problems, got); diff != "" {
				t.Error(diff)
			}
		})
	}
}
