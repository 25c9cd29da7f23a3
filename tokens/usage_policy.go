package tokens

import (
	"fmt"
	"maps"
	"slices"

	"github.com/keyrotor/keyrotor/keyplan"
)

// usagePolicies are the definitions, by name, and which keys are under them.
type usagePolicies struct {
	names   []string // in the order of the configuration
	defined map[string]string
	all     string
	byTrack map[keyplan.Track]string
}

func newUsagePolicies(c AxinomConfig) usagePolicies {
	u := usagePolicies{defined: map[string]string{}, all: c.UsagePolicy, byTrack: c.TrackUsagePolicies}
	for _, p := range c.UsagePolicies {
		u.names = append(u.names, p.Name)
		u.defined[p.Name] = string(p.append(nil))
	}
	return u
}

// of is the policy of a key in a token for a request: what the request says of its KID, of its
// track, or of all keys, in this order, and else what is configured. Empty means none.
func (u usagePolicies) of(r Request, k Key) string {
	if len(r.Policies) > 0 {
		for _, asked := range []string{k.KID.String(), string(k.Track)} {
			if name, ok := r.Policies[asked]; ok {
				return name
			}
		}
	}
	if r.Policy != "" {
		return r.Policy
	}
	if name, ok := u.byTrack[k.Track]; ok {
		return name
	}
	return u.all
}

// check reports that r names a policy that is not defined, or a key that cannot be.
func (u usagePolicies) check(ch *keyplan.Channel, r Request) error {
	if r.Policy != "" && u.defined[r.Policy] == "" {
		return u.undefined("policy")
	}
	for _, of := range slices.Sorted(maps.Keys(r.Policies)) {
		kid, err := keyplan.ParseKID(of)
		isKID := err == nil && kid.String() == of
		if !isKID && !ch.Any && !slices.Contains(ch.Tracks, keyplan.Track(of)) {
			return &RequestError{"policies", fmt.Sprintf("a lower-case KID or one of %q for each usage policy", ch.Tracks)}
		}
		if u.defined[r.Policies[of]] == "" {
			return u.undefined(fmt.Sprintf("policies[%.40q]", of))
		}
	}
	return nil
}

func (u usagePolicies) undefined(field string) error {
	if len(u.names) == 0 {
		return &RequestError{field, "none: no usage policy is defined"}
	}
	return &RequestError{field, fmt.Sprintf("a usage policy that is defined: one of %q", u.names)}
}

// room is how many bytes the definitions take that some key of a request may be under.
func (u usagePolicies) room(r Request) int {
	var bytes int
	for _, name := range u.names {
		if u.reachable(r, name) {
			bytes += len(u.defined[name]) + len(",")
		}
	}
	if bytes == 0 {
		return 0
	}
	return bytes + len(usagePoliciesMember) + len("]")
}

func (u usagePolicies) reachable(r Request, name string) bool {
	for _, asked := range r.Policies {
		if asked == name {
			return true
		}
	}
	if r.Policy != "" {
		return r.Policy == name
	}
	for _, configured := range u.byTrack {
		if configured == name {
			return true
		}
	}
	return u.all == name
}

const usagePoliciesMember = `,"content_key_usage_policies":[`

// append appends the definitions of the policies that keys are under, if there are any.
func (u usagePolicies) append(b []byte, keys []AxinomKey) []byte {
	before := usagePoliciesMember
	for _, name := range u.names {
		under := func(k AxinomKey) bool { return k.UsagePolicy == name }
		if slices.ContainsFunc(keys, under) {
			b = append(append(b, before...), u.defined[name]...)
			before = ","
		}
	}
	if before == "," {
		b = append(b, ']')
	}
	return b
}
