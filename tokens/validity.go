package tokens

import (
	"time"

	"github.com/keyrotor/keyrotor/keyplan"
)

// leeway is how far before now a token begins, so that a licence service whose clock is
// behind takes it at once.
const leeway = time.Minute

// A validity is the spans in which a token and its licences may be used. Its ends are
// whole seconds in UTC.
type validity struct {
	begin      time.Time // of both
	expires    time.Time // of the token
	licenseEnd time.Time
}

// validityOf lets a token live for its lifetime, and at least until the last of its keys may
// be on air, since players fetch licences before that. Licences last until no key of the
// token can be on air, for viewers as far behind live as dvr, and grace more; one that is
// fetched at the end of the token lasts as long. Static keys, which have no span, change
// nothing; alone, they are licensed until the token ends.
func (r Request) validityOf(keys []Key, pol *keyplan.Policy, now time.Time, s Section) validity {
	used := latest(now, r.ValidFrom)
	expires := used.Add(s.lifetime())
	var until, reauth time.Time
	for i := range keys {
		of := &keys[i].Of
		if i > 0 && of.Entry == keys[i-1].Of.Entry {
			continue // the same span
		}
		expires, until = latest(expires, of.From), latest(until, of.Until)
		if s.StrictReauth {
			reauth = latest(reauth, lastInstant(*of))
		}
	}
	licenseEnd := expires
	switch {
	case s.StrictReauth && reauth.After(ceil(used)):
		licenseEnd, expires = reauth, earliest(expires, reauth)
	case s.StrictReauth:
	case !until.IsZero():
		licenseEnd = latest(until, expires).Add(pol.DVR + pol.Grace)
	}
	return validity{begin: r.beginning(now), expires: r.bound(ceil(expires)), licenseEnd: r.bound(ceil(licenseEnd))}
}

// lastInstant is the last whole second before any key that follows those of an entry may be on
// air; zero for static ones, which none follows. Licences that end there, before the period
// does, make players come with a new token (strict_reauth). That of a position in the past
// would have ended before it began: it ends with the token.
func lastInstant(l keyplan.Licensable) time.Time {
	if l.Static() {
		return time.Time{}
	}
	return ceil(l.End.Add(l.From.Sub(l.Start))).Add(-time.Second)
}

func (r Request) beginning(now time.Time) time.Time {
	if r.ValidFrom.IsZero() {
		return floor(now.Add(-leeway))
	}
	return ceil(r.ValidFrom)
}

// bound holds an end to ValidTo.
func (r Request) bound(t time.Time) time.Time {
	if to := floor(r.ValidTo); !r.ValidTo.IsZero() && to.Before(t) {
		return to
	}
	return t
}

// floor and ceil round to whole seconds, in UTC.
func floor(t time.Time) time.Time { return t.UTC().Truncate(time.Second) }

func ceil(t time.Time) time.Time { return floor(t.Add(time.Second - 1)) }

func latest(a, b time.Time) time.Time {
	if a.After(b) {
		return a
	}
	return b
}

func earliest(a, b time.Time) time.Time {
	if a.Before(b) {
		return a
	}
	return b
}
