package main_test

import (
	"net/http"
	"os"
	"path/filepath"
	"testing"
)

const benchmarkedTokens = `
tokens:
  default: dashif
  signing:
    apps: {algorithm: HS256, keys: [{id: one, key: MDEyMzQ1Njc4OWFiY2RlZjAxMjM0NTY3ODlhYmNkZWY=}]}
  dashif: {signing: apps}
  axinom:
    communication_key_id: aa0151d7-081c-4699-a049-fc584556c9d2
    communication_key: RPSdG/fViTkTjcuG3fcRXL2JDchGThWQ/tfSNHAoG+A=
`

// BenchmarkToken tells how much CPU time a server spends on a token that HS256 signs, of the
// current and the recent keys of five tracks, beside what the same HTTP stack spends on
// answering the same bytes from memory: ratio is how many times as much.
func BenchmarkToken(b *testing.B) {
	folder := b.TempDir()
	process := start(b, write(b, folder, benchmarked+benchmarkedTokens))
	planned := &server{t: b, url: "http://" + process.addr}
	planned.await(func() bool { return planned.get("/readyz", "").status == http.StatusOK })
	for _, format := range []string{"dashif", "axinom"} {
		client := asker{b, "http://" + process.addr + "/v1/channels/bench/token", `{"format":"` + format + `","subject":"viewer-1"}`}
		answer := client.ask()
		file := filepath.Join(b.TempDir(), "answer.json")
		if err := os.WriteFile(file, answer, 0o600); err != nil {
			b.Fatal(err)
		}
		floor := launch(b, "floor", file)
		b.Logf("%s: %d bytes out", format, len(answer))
		var spent [2]float64
		b.Run(format+"/floor", func(b *testing.B) {
			spent[0] = asker{b, "http://" + floor.addr + spekePath, client.document}.measure(floor)
		})
		b.Run(format+"/token", func(b *testing.B) {
			spent[1] = asker{b, client.url, client.document}.measure(process)
			b.ReportMetric(spent[1]/spent[0], "ratio")
		})
	}
}
