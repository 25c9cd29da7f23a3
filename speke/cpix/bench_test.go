package cpix_test

import (
	"testing"

	"github.com/keyrotor/keyrotor/speke/cpix"
)

// request is what an encryptor sends to get answer.
func request(keys, systems int) []byte {
	doc := answer(keys, systems)
	for _, k := range doc.ContentKeys {
		k.Key, k.ExplicitIV = nil, cpix.Text{}
	}
	for _, s := range doc.DRMSystems {
		s.PSSH, s.ContentProtectionData.Value = cpix.NewText(""), ""
		for _, h := range s.HLSSignalingData {
			h.Value = ""
		}
	}
	return doc.Append(nil)
}

func BenchmarkReadRequestOf5KeysAnd3Systems(b *testing.B) {
	data := request(5, 3)
	var reader cpix.Reader
	b.SetBytes(int64(len(data)))
	b.ReportAllocs()
	for b.Loop() {
		if _, err := reader.Read(data); err != nil {
			b.Fatal(err)
		}
	}
}

func BenchmarkAppendAnswerOf5KeysAnd3Systems(b *testing.B) {
	doc := answer(5, 3)
	out := doc.Append(nil)
	b.SetBytes(int64(len(out)))
	b.ReportAllocs()
	for b.Loop() {
		out = doc.Append(out[:0])
	}
}
