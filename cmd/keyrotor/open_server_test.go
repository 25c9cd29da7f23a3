package main_test

import (
	"strings"
	"testing"
)

func TestAServerWithoutCredentialsWarnsThatItHasNone(t *testing.T) {
	const warning = `level=WARN msg="no credentials: everybody on this machine may do everything"`
	i, j := strings.Index(fixture, "credentials:"), strings.Index(fixture, "tokens:")
	for yaml, warned := range map[string]int{fixture: 0, fixture[:i] + fixture[j:]: 1} {
		if got := strings.Count(assemble(t, yaml).logs.String(), warning); got != warned {
			t.Errorf("%d warnings, want %d", got, warned)
		}
	}
}

func TestAServerWarnsOfWhatIsHardlyMeant(t *testing.T) {
	yaml := strings.Replace(fixture, "  axinom:\n", "  axinom:\n    license_server: '{\"access_control\":{\"prevent_drm_message_reuse\":true}}'\n", 1)
	const warning = `level=WARN msg="configuration is allowed, and hardly meant" warning="tokens.axinom.license_server: prevent_drm_message_reuse`
	if got := assemble(t, yaml).logs.String(); !strings.Contains(got, warning) {
		t.Errorf("log %s", got)
	}
}
