package speke

import (
	"slices"

	"github.com/keyrotor/keyrotor/keyplan"
	"github.com/keyrotor/keyrotor/speke/cpix"
	"github.com/keyrotor/keyrotor/speke/signaling"
)

// A contract is what a document asks for once it is found well-made: for each of its
// content keys, in order, which tracks, scheme and periods the key is for. (SPEKE calls the
// usage rules and keys of a document its encryption contract.)
type contract struct {
	doc     *cpix.Document
	version version
	kids    []keyplan.KID       // of the content keys, in order
	at      map[keyplan.KID]int // where in kids each one stands
	// systems and rules hold the key of each DRM system and usage rule, in order.
	systems, rules []*cpix.ContentKey
	// asks has those of one key beside each other.
	asks []ask
	// periods are those that the keys are for, in the order of the document.
	periods []*cpix.ContentKeyPeriod
}

// An ask is a use of a content key that is asked for. The period is nil if the document
// lists none.
type ask struct {
	key    *cpix.ContentKey
	kid    keyplan.KID // the packager's
	track  keyplan.Track
	scheme keyplan.Scheme
	period *cpix.ContentKeyPeriod
}

// readContract checks everything about a document that does not depend on a channel, in
// the order in which packagers are told: lists, keys, schemes, rules.
func readContract(doc *cpix.Document, v version) (*contract, error) {
	if doc.ContentKeys == nil && doc.DRMSystems == nil && doc.UsageRules == nil {
		return nil, errNoContract
	}
	if len(doc.ContentKeys) == 0 || len(doc.DRMSystems) == 0 || len(doc.UsageRules) == 0 && v != speke10 {
		return nil, errContract
	}
	c := &contract{doc: doc, version: v}
	if err := c.readKIDs(); err != nil {
		return nil, err
	}
	if err := c.checkSchemes(); err != nil {
		return nil, err
	}
	uses, err := c.readRules()
	if err != nil {
		return nil, err
	}
	return c, c.compose(uses)
}

// readKIDs finds each content key by its KID, and the one of each DRM system. SPEKE 1.0
// has a single key.
func (c *contract) readKIDs() error {
	c.at = make(map[keyplan.KID]int, len(c.doc.ContentKeys))
	for i, key := range c.doc.ContentKeys {
		kid, err := keyplan.ParseKID(key.KID.Value)
		if _, twice := c.at[kid]; err != nil || twice || !soundIV(key) {
			return errContract
		}
		c.at[kid] = i
		c.kids = append(c.kids, kid)
	}
	for _, system := range c.doc.DRMSystems {
		key := c.key(system.KID)
		if system.SystemID.Value == "" || key == nil {
			return errContract
		}
		c.systems = append(c.systems, key)
	}
	if c.version == speke10 && len(c.kids) > 1 {
		return errContract
	}
	return nil
}

// soundIV reports whether a key brings no explicitIV, or one that a packager can use: 16
// bytes, or 8 where a block counter follows. One that is echoed and is none would leave
// tokens with another IV than the packager's.
func soundIV(key *cpix.ContentKey) bool {
	if key.ExplicitIV.Value == "" {
		return true
	}
	iv, err := cpix.DecodeBase64(key.ExplicitIV.Value)
	counter := key.Scheme.Value != string(keyplan.CBCS) && key.Scheme.Value != "SAMPLE-AES"
	return err == nil && (len(iv) == ivSize || len(iv) == ivSize/2 && counter)
}

// key finds a content key by its KID, or nil.
func (c *contract) key(text cpix.Text) *cpix.ContentKey {
	kid, err := keyplan.ParseKID(text.Value)
	i, ok := c.at[kid]
	if err != nil || !ok {
		return nil
	}
	return c.doc.ContentKeys[i]
}

// checkSchemes holds all keys of a document to one scheme that every system can play. In
// SPEKE 1.0 they have none.
func (c *contract) checkSchemes() error {
	if c.version == speke10 {
		return nil
	}
	for _, key := range c.doc.ContentKeys {
		if key.Scheme.Value == "" {
			return unprocessable("Missing ContentKey@commonEncryptionScheme for KID %s", key.KID.Value)
		}
	}
	scheme := c.version.scheme(c.doc.ContentKeys[0].Scheme.Value)
	for _, key := range c.doc.ContentKeys {
		if c.version.scheme(key.Scheme.Value) != scheme {
			return errSchemeMix
		}
	}
	return c.playable(scheme)
}

// playable checks that every DRM system which is known can play a scheme which is one.
func (c *contract) playable(scheme keyplan.Scheme) error {
	for _, s := range c.doc.DRMSystems {
		system, known := signaling.ParseSystem(s.SystemID.Value)
		if known && scheme.Valid() && !system.Compatible(string(scheme)) {
			return unprocessable("ContentKey@commonEncryptionScheme non compatible with DRMSystem %s", s.SystemID.Value)
		}
	}
	return nil
}

// compose lists what the keys are used for. A key that no rule uses is an error.
func (c *contract) compose(uses map[*cpix.ContentKey][]use) error {
	used := map[*cpix.ContentKeyPeriod]bool{}
	for i, key := range c.doc.ContentKeys {
		if len(uses[key]) == 0 {
			return errContract
		}
		for _, u := range uses[key] {
			c.asks = append(c.asks, ask{key, c.kids[i], u.track, c.version.scheme(key.Scheme.Value), u.period})
			used[u.period] = true
		}
	}
	for _, period := range c.doc.Periods {
		if used[period] {
			c.periods = append(c.periods, period)
		}
	}
	return nil
}

// fits reports whether a channel has what is asked for: every track and scheme, with a key
// of its own for each track and period, unless the channel adopts the packager's.
func (c *contract) fits(ch Channel) error {
	for i, a := range c.asks {
		shared := i > 0 && c.asks[i-1].key == a.key && ch.KID != keyplan.Adopt
		has := ch.Any || slices.Contains(ch.Tracks, a.track)
		if shared || !has || !slices.Contains(ch.Schemes, a.scheme) {
			return errUnsupported
		}
	}
	return nil
}
