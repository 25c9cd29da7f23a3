package tokens

import (
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"strconv"

	"github.com/keyrotor/keyrotor/keyplan"
)

// A UsagePolicyConfig is a content key usage policy of Axinom's: what a device must have to
// use a key. Each DRM's block goes into tokens as it is; of its members, those that Axinom
// documents are checked.
type UsagePolicyConfig struct {
	Name      string `yaml:"name"`
	Widevine  Object `yaml:"widevine"`
	PlayReady Object `yaml:"playready"`
	FairPlay  Object `yaml:"fairplay"`
}

// append appends the definition.
func (c UsagePolicyConfig) append(b []byte) []byte {
	b = appendText(append(b, `{"name":`...), c.Name)
	b = c.FairPlay.append(c.PlayReady.append(c.Widevine.append(b, "widevine"), "playready"), "fairplay")
	return append(b, '}')
}

// maxPolicyName bounds a policy's name in bytes, since it stands beside each key.
const maxPolicyName = 64

// checkUsagePolicies reports definitions that are wrong, and names that are not defined.
func (c AxinomConfig) checkUsagePolicies(ps *keyplan.Problems) {
	var names []string
	for i, p := range c.UsagePolicies {
		var sub keyplan.Problems
		if p.Name == "" || len(p.Name) > maxPolicyName || slices.Contains(names, p.Name) {
			sub.Add("name", "1 to %d bytes, a name that no policy before it has", maxPolicyName)
		}
		names = append(names, p.Name)
		p.checkMembers(&sub)
		ps.Under(fmt.Sprintf("usage_policies[%d]", i), sub)
	}
	const want = "the name of one of the usage_policies"
	if c.UsagePolicy != "" && !slices.Contains(names, c.UsagePolicy) {
		ps.Add("usage_policy", want)
	}
	for _, track := range slices.Sorted(maps.Keys(c.TrackUsagePolicies)) {
		if !slices.Contains(names, c.TrackUsagePolicies[track]) {
			ps.Add("track_usage_policies."+string(track), want)
		}
	}
}

// documented are the members that Axinom documents, and the values they may have.
var documented = []struct {
	drm, member string
	values      []string // as JSON
}{
	{"widevine", "device_security_level", quoted("SW_SECURE_CRYPTO", "SW_SECURE_DECODE", "HW_SECURE_CRYPTO", "HW_SECURE_DECODE", "HW_SECURE_ALL")},
	{"playready", "min_device_security_level", []string{"150", "2000", "3000"}},
	{"fairplay", "hdcp", quoted("NONE", "TYPE0", "TYPE1", "TYPE1_STRICT")},
}

func quoted(names ...string) []string {
	for i, name := range names {
		names[i] = strconv.Quote(name)
	}
	return names
}

func (c UsagePolicyConfig) checkMembers(ps *keyplan.Problems) {
	blocks := map[string]Object{"widevine": c.Widevine, "playready": c.PlayReady, "fairplay": c.FairPlay}
	for _, d := range documented {
		value, given := blocks[d.drm].members()[d.member]
		if given && !slices.Contains(d.values, string(value)) {
			ps.Add(d.drm, "%s: %s", d.member, oneOf(d.values))
		}
	}
	var enablers []string
	value, given := c.PlayReady.members()["play_enablers"]
	notUUID := func(s string) bool { return !isUUID(s) }
	if given && (json.Unmarshal(value, &enablers) != nil || slices.ContainsFunc(enablers, notUUID)) {
		ps.Add("playready", "play_enablers: a list of UUIDs")
	}
}
