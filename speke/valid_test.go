package speke_test

import (
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/keyrotor/keyrotor/keyplan"
	"github.com/keyrotor/keyrotor/speke"
)

// An outbox takes answers to be held to schemas: all to that of what package cpix writes, and
// those of SPEKE 2.x whose keys are plain to that of complete answers.
type outbox struct {
	*provider
	folder        string
	all, complete []string // files
}

func (o *outbox) put(name, answer string) {
	o.Helper()
	file := filepath.Join(o.folder, name)
	if err := os.WriteFile(file, []byte(answer), 0o600); err != nil {
		o.Fatal(err)
	}
	o.all = append(o.all, file)
	if strings.Contains(answer, ` version="2.`) && !strings.Contains(answer, "<cpix:DeliveryDataList>") {
		o.complete = append(o.complete, file)
	}
}

// ask puts the answer to a document, plain and encrypted to several recipients.
func (o *outbox) ask(name, document string, certs ...string) {
	o.Helper()
	for name, document := range map[string]string{name: document, name + " encrypted": delivered(document, certs...)} {
		got := o.post("", document)
		if got.status != http.StatusOK {
			o.Fatalf("%s: %d %s", name, got.status, got.body)
		}
		o.put(name, got.body)
	}
}

func (o *outbox) requireValid() {
	o.Helper()
	for schema, files := range map[string][]string{"cpix/testdata/cpix.rng": o.all, "testdata/answer.rng": o.complete} {
		args := append([]string{"--noout", "--nonet", "--relaxng", schema}, files...)
		out, err := exec.CommandContext(o.Context(), "xmllint", args...).CombinedOutput()
		if n := strings.Count(string(out), " validates\n"); err != nil || n != len(files) || n == 0 {
			o.Errorf("%d of %d answers hold to %s: %v\n%s", n, len(files), schema, err, out)
		}
	}
}

func TestEveryAnswerIsValid(t *testing.T) {
	o := &outbox{provider: startAll(t, speke.Settings{V1Track: "VIDEO", V1Scheme: keyplan.CBCS}), folder: t.TempDir()}
	certs := []string{newRecipient(t, 2048).cert, newRecipient(t, 3072).cert}
	o.ask("1.0", v1(widevine, playReady, fairPlay), certs...)
	for version, document := range map[string]string{"2.0": valid, "2.1": edit(t, valid, `version="2.3"`, `version="2.4"`)} {
		o.ask(version, document, certs...)
		o.ask(version+" extras", edit(t, document, withExtras...), certs...)
		o.ask(version+" of FairPlay", edit(t, document, widevine, fairPlay), certs...)
		o.ask(version+" of PlayReady", edit(t, document, widevine, playReady, "<cpix:PSSH/>", "<cpix:PSSH/><cpix:SmoothStreamingProtectionHeaderData/>"), certs...)
		o.ask(version+" without a period", edit(t, document, "<cpix:ContentKeyPeriodList>.*</cpix:ContentKeyPeriodList>", "", `<cpix:KeyPeriodFilter periodId="now"/>`, ""), certs...)
	}
	o.ask("2.1 by time", edit(t, valid, `version="2.3"`, `version="2.4"`, `index="2953944"`, clocked("12:00:00Z", "12:10:00Z")), certs...)
	o.requireValid()
}

func TestEveryAnswerToARangeIsValid(t *testing.T) {
	o := &outbox{provider: startAll(t, speke.Settings{}), folder: t.TempDir()}
	asked := speke.Range{Channel: "live", From: at("12:05"), To: at("12:40"), Packager: "origin"}
	for name, certs := range map[string][]string{"plain": nil, "encrypted": {newRecipient(t, 2048).cert, newRecipient(t, 2048).cert}} {
		for _, asked.Scheme = range []keyplan.Scheme{keyplan.CENC, keyplan.CBC1, keyplan.CBCS} {
			asked.Recipients = certs
			answer, err := o.handler.Document(t.Context(), asked)
			if err != nil {
				t.Fatal(err)
			}
			o.put(name+" "+string(asked.Scheme), string(answer))
		}
	}
	o.requireValid()
}

func TestEveryGoldenAnswerIsValid(t *testing.T) {
	o := &outbox{provider: startAll(t, speke.Settings{}), folder: t.TempDir()}
	for _, request := range requests(t) {
		data, err := os.ReadFile(request)
		if err != nil {
			t.Fatal(err)
		}
		o.put(filepath.Base(request), o.post("", string(data)).body)
	}
	o.requireValid()
}
