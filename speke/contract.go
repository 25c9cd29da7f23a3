package speke

import (
	"slices"
	"time"

	"github.com/keyrotor/keyrotor/keyplan"
	"github.com/keyrotor/keyrotor/speke/cpix"
	"github.com/keyrotor/keyrotor/speke/signaling"
)

// A contract is what a document asks for once it is found well-made: for each of its
// content keys, in order, which tracks, scheme and periods the key is for. (SPEKE calls the
// usage rules and keys of a document its encryption contract.)
//
// Content keys and periods are named by where in the document's lists they stand.
type contract struct {
	doc     *cpix.Document
	version version
	kids    []keyplan.KID       // of the content keys, in order
	at      map[keyplan.KID]int // where in kids each one stands
	systems []system            // the DRM systems, in order
	rules   []int               // the content key of each usage rule, in order
	// asks has those of one key beside each other.
	asks []ask
	// periods are those that the keys are for, in the order of the document.
	periods []int
}

// A system is a DRM system that is asked for.
type system struct {
	key int
	// is tells which one it is, if it is known.
	is    signaling.System
	known bool
}

// An ask is a use of a content key that is asked for.
type ask struct {
	key    int
	kid    keyplan.KID // the packager's
	track  keyplan.Track
	scheme keyplan.Scheme
	period int // noPeriod if the document lists none
	// start is that of its entry, once that is found; for a static key it is zero.
	start time.Time
}

// noPeriod is in the place of where a period stands.
const noPeriod = -1

// mostSystems is how many DRM systems a document may have for each of its keys. There are
// seven; what a few bytes ask for is kilobytes in the answer.
const mostSystems = 12

// read makes the contract of a document, in the memory of the one before. It checks everything
// that does not depend on a channel, in the order in which packagers are told: lists, keys,
// schemes, rules.
func (c *contract) read(doc *cpix.Document, v version) error {
	if doc.ContentKeys == nil && doc.DRMSystems == nil && doc.UsageRules == nil {
		return errNoContract
	}
	keys, systems := len(doc.ContentKeys), len(doc.DRMSystems)
	if keys == 0 || systems == 0 || systems > mostSystems*keys || len(doc.UsageRules) == 0 && v != speke10 {
		return errContract
	}
	*c = contract{
		doc: doc, version: v, kids: c.kids[:0], at: c.at,
		systems: c.systems[:0], rules: c.rules[:0], asks: c.asks[:0], periods: c.periods[:0],
	}
	for _, read := range []func() error{c.readKIDs, c.readSystems, c.checkSchemes, c.readRules, c.compose} {
		if err := read(); err != nil {
			return err
		}
	}
	return nil
}

// readKIDs finds each content key by its KID. SPEKE 1.0 has a single key.
func (c *contract) readKIDs() error {
	if c.version == speke10 && len(c.doc.ContentKeys) > 1 {
		return errContract
	}
	if c.at == nil {
		c.at = map[keyplan.KID]int{}
	}
	clear(c.at)
	for i, key := range c.doc.ContentKeys {
		kid, err := keyplan.ParseKID(key.KID.Value)
		if _, twice := c.at[kid]; err != nil || twice || !soundIV(key) {
			return errContract
		}
		c.kids, c.at[kid] = append(c.kids, kid), i
	}
	return nil
}

// readSystems finds the key of each DRM system.
func (c *contract) readSystems() error {
	key := 0
	for _, s := range c.doc.DRMSystems {
		var ok bool
		if key, ok = c.key(s.KID, key); !ok || s.SystemID.Value == "" {
			return errContract
		}
		is, known := signaling.ParseSystem(s.SystemID.Value)
		c.systems = append(c.systems, system{key, is, known})
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

// key finds a content key by its KID. It looks first at the one before which was found, and
// at the one after that: packagers name keys in order, and spell each alike.
func (c *contract) key(text cpix.Text, before int) (at int, ok bool) {
	for at := before; at < min(before+2, len(c.kids)); at++ {
		if c.doc.ContentKeys[at].KID == text {
			return at, true
		}
	}
	kid, err := keyplan.ParseKID(text.Value)
	at, ok = c.at[kid]
	return at, ok && err == nil
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
	for i, s := range c.systems {
		if s.known && scheme.Valid() && !s.is.Compatible(string(scheme)) {
			return unprocessable("ContentKey@commonEncryptionScheme non compatible with DRMSystem %s", c.doc.DRMSystems[i].SystemID.Value)
		}
	}
	return nil
}

// compose puts the asks of one key beside each other, and lists the periods that they are
// for. A key that no rule uses is an error.
func (c *contract) compose() error {
	slices.SortStableFunc(c.asks, func(a, b ask) int { return a.key - b.key })
	keys, used := 0, make([]bool, len(c.doc.Periods))
	for i, a := range c.asks {
		if i == 0 || c.asks[i-1].key != a.key {
			keys++
		}
		if a.period != noPeriod {
			used[a.period] = true
		}
	}
	if keys < len(c.kids) {
		return errContract
	}
	for period := range used {
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
