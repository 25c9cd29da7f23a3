package main_test

import (
	"fmt"
	"strings"
	"testing"
	"time"
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

// BenchmarkServe20 tells how much CPU time a server spends on a SPEKE 2.0 request.
func BenchmarkServe20(b *testing.B) {
	server := start(b, write(b, b.TempDir(), benchmarked))
	asker{b, server, spekePath, fiveKeys()}.besideFloor()
}
