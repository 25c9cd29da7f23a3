package main_test

import (
	"bytes"
	"fmt"
	"io"
	"log/slog"
	"net"
	"net/http"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
	"time"

	keyrotor "github.com/keyrotor/keyrotor/cmd/keyrotor"
)

const benchmarked = `
server: {listen: "127.0.0.1:0"}
log: {level: info}
store: {path: FOLDER/data}
policies:
  hourly: {rotate: {every: 1h}}
channels:
  - {id: bench, policy: hourly, tracks: [SD, HD, UHD, STEREO_AUDIO, MULTICHANNEL_AUDIO], bindings: {bench: {unix: true}}}
`

// fiveKeys asks for five keys under three DRM systems, as MediaPackage does: 5.7 KB.
func fiveKeys() string {
	const line = "\n      "
	var keys, systems, rules strings.Builder
	for i, track := range []string{"SD", "HD", "UHD", "STEREO_AUDIO", "MULTICHANNEL_AUDIO"} {
		kid := fmt.Sprintf("%08d-cd3e-420d-963a-e382420c6eff", i)
		fmt.Fprintf(&keys, "    <cpix:ContentKey kid=%q commonEncryptionScheme=\"cbcs\"></cpix:ContentKey>\n", kid)
		for _, system := range []struct{ id, children string }{
			{"edef8ba9-79d6-4ace-a3c8-27dcd51d21ed", `<cpix:PSSH/>` + line + `<cpix:ContentProtectionData/>` + line + `<cpix:HLSSignalingData playlist="media"/>`},
			{"9a04f079-9840-4286-ab92-e65be0885f95", `<cpix:PSSH/>`},
			{"94ce86fb-07ff-4f43-adb8-93d2fa968ca2", `<cpix:HLSSignalingData playlist="media"/>`},
		} {
			fmt.Fprintf(&systems, "    <cpix:DRMSystem kid=%q systemId=%q>%s%s%[3]s</cpix:DRMSystem>\n", kid, system.id, line, system.children)
		}
		fmt.Fprintf(&rules, "    <cpix:ContentKeyUsageRule kid=%q intendedTrackType=%q><cpix:KeyPeriodFilter periodId=\"keyPeriod_1\"/><cpix:VideoFilter minPixels=\"1\" maxPixels=\"2073600\"/></cpix:ContentKeyUsageRule>\n", kid, track)
	}
	index := time.Now().Unix() / 3600
	return fmt.Sprintf(`<?xml version="1.0" encoding="UTF-8"?>
<cpix:CPIX contentId="bench" version="2.3" xmlns:cpix="urn:dashif:org:cpix" xmlns:pskc="urn:ietf:params:xml:ns:keyprov:pskc">
  <cpix:ContentKeyList>
%s  </cpix:ContentKeyList>
  <cpix:DRMSystemList>
%s  </cpix:DRMSystemList>
  <cpix:ContentKeyPeriodList><cpix:ContentKeyPeriod id="keyPeriod_1" index="%d"/></cpix:ContentKeyPeriodList>
  <cpix:ContentKeyUsageRuleList>
%s  </cpix:ContentKeyUsageRuleList>
</cpix:CPIX>`, &keys, &systems, index, &rules)
}

// BenchmarkServe20 tells how much CPU time a server spends on a SPEKE 2.0 request, beside
// what the same HTTP stack spends on answering the same bytes from memory.
func BenchmarkServe20(b *testing.B) {
	folder := b.TempDir()
	server := start(b, write(b, folder, benchmarked))
	client := asker{b, "http://" + server.addr + spekePath, fiveKeys()}
	answer := client.ask()
	b.Logf("%d bytes in, %d out", len(client.document), len(answer))
	file := filepath.Join(folder, "answer.xml")
	if err := os.WriteFile(file, answer, 0o600); err != nil {
		b.Fatal(err)
	}
	floor := launch(b, "floor", file)
	b.Run("floor", func(b *testing.B) { asker{b, "http://" + floor.addr + spekePath, client.document}.measure(floor) })
	b.Run("speke", func(b *testing.B) { asker{b, client.url, client.document}.measure(server) })
}

// An asker sends one document again and again.
type asker struct {
	*testing.B
	url, document string
}

func (a asker) ask() []byte {
	resp, err := http.Post(a.url, "application/xml", strings.NewReader(a.document))
	if err != nil {
		a.Fatal(err)
	}
	defer resp.Body.Close()
	body, err := io.ReadAll(resp.Body)
	if err != nil || resp.StatusCode != http.StatusOK {
		a.Fatalf("%d %v %s", resp.StatusCode, err, body)
	}
	return body
}

// measure reports the CPU time of the process that answers, and gives it in microseconds for
// each request.
func (a asker) measure(p *process) float64 {
	for range 200 {
		a.ask()
	}
	began := cpu(a, p.cmd.Process.Pid)
	for a.Loop() {
		a.ask()
	}
	spent := float64((cpu(a, p.cmd.Process.Pid) - began).Microseconds()) / float64(a.N)
	a.ReportMetric(spent, "cpu-µs/op")
	return spent
}

// cpu is the user and system time of a process (proc(5), /proc/pid/stat, fields 14 and 15,
// in hundredths of a second).
func cpu(t testing.TB, pid int) time.Duration {
	t.Helper()
	stat, err := os.ReadFile(fmt.Sprintf("/proc/%d/stat", pid))
	if err != nil {
		t.Fatal(err)
	}
	fields := bytes.Fields(stat[bytes.LastIndexByte(stat, ')')+1:])
	var ticks int
	for _, field := range fields[11:13] {
		n, err := strconv.Atoi(string(field))
		if err != nil {
			t.Fatal(err)
		}
		ticks += n
	}
	return time.Duration(ticks) * 10 * time.Millisecond
}

// serveFile is the command floor: the server's HTTP stack, over a handler that reads the
// request and answers a file.
func serveFile() {
	answer, err := os.ReadFile(os.Args[1])
	if err != nil {
		panic(err)
	}
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		panic(err)
	}
	handler := http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		_, _ = io.Copy(io.Discard, r.Body)
		w.Header().Set("Content-Type", "application/xml")
		_, _ = w.Write(answer)
	})
	routes := []keyrotor.Route{keyrotor.NewRoute(http.MethodPost, spekePath, handler)}
	fmt.Fprintf(os.Stderr, "msg=listening addr=%s\n", listener.Addr())
	panic(http.Serve(listener, keyrotor.NewRouter(routes, keyrotor.Defaults().Server, slog.New(slog.DiscardHandler))))
}
