package tokens_test

import (
	"testing"
	"time"

	"github.com/keyrotor/keyrotor/keyplan"
	"github.com/keyrotor/keyrotor/tokens"
)

// Tokens of 24 keys, as of two tracks over two hours of ten-minute periods.
func BenchmarkVerify(b *testing.B) {
	policy := every(10 * time.Minute)
	policy.DVR = new(2 * time.Hour)
	n, s := newNotary(b), newStudio(b, policy, keyplan.CBC1).at(b, morning.Add(2*time.Hour))
	for _, format := range []string{"axinom", "drmcloud", "dashif", "rsa", "ed"} {
		token := s.issueWith(b, n.section, tokens.Request{Format: format}).Token
		b.Run(format, func(b *testing.B) {
			b.ReportMetric(float64(len(token)), "characters")
			for b.Loop() {
				if _, err := n.verifier.Verify(token, s.now); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}
