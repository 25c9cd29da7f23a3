package speke_test

import (
	"net/http"
	"strings"
	"testing"

	"github.com/keyrotor/keyrotor/speke"
)

func TestAnAnswerDoesNotGrowWithHowOftenTheSameIsAskedFor(t *testing.T) {
	p := startAll(t, speke.Settings{})
	want := p.post("2.0", valid)
	line := `<cpix:HLSSignalingData playlist="media"/>`
	got := p.post("2.0", edit(t, valid, line, strings.Repeat(line, 1000)))
	if got.status != http.StatusOK || got.body != want.body {
		t.Errorf("a playlist a thousand times: %d, %d bytes, not %d", got.status, len(got.body), len(want.body))
	}
	const last = `<cpix:DRMSystem kid="` + audioKID + `" systemId="1077efec-c0b2-4d02-ace3-3c1e52e2fb4b">\s*<cpix:PSSH/>\s*</cpix:DRMSystem>`
	system := `<cpix:DRMSystem kid="` + audioKID + `" systemId="edef8ba9-79d6-4ace-a3c8-27dcd51d21ed"><cpix:PSSH/></cpix:DRMSystem>`
	got = p.post("2.0", edit(t, valid, last, strings.Repeat(system, 1000)))
	if got.status != http.StatusUnprocessableEntity || got.body != "Malformed encryption contract" {
		t.Errorf("a system a thousand times: %d, %d bytes", got.status, len(got.body))
	}
}
