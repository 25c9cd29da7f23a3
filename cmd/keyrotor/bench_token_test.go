package main_test

import (
	"net/http"
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
// current and the recent keys of five tracks.
func BenchmarkToken(b *testing.B) {
	process := start(b, write(b, b.TempDir(), benchmarked+benchmarkedTokens))
	planned := &server{t: b, url: "http://" + process.addr}
	planned.await(func() bool { return planned.get("/readyz", "").status == http.StatusOK })
	for _, format := range []string{"dashif", "axinom"} {
		b.Run(format, func(b *testing.B) {
			asker{b, process, "/v1/channels/bench/token", `{"format":"` + format + `","subject":"viewer-1"}`}.besideFloor()
		})
	}
}
