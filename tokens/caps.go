package tokens

import (
	"time"

	"github.com/keyrotor/keyrotor/keyplan"
)

// Caps bound what goes into one token. The zero Caps bound nothing.
type Caps struct {
	// Keys is how many content keys may go in. 0 means any number.
	Keys int
	// Cost is how many bytes a key takes in the token's claims, and Room how many bytes
	// there are for all of them. A nil Cost means that length does not matter.
	Cost func(Key) int
	Room int
}

// take says which of the claims, by index, go in. The most urgent come first; one that
// does not fit is left out, and less urgent ones are tried still. The entry that contains
// now and static keys go in whatever the caps are: without them nobody plays. since is dvr
// before now.
func (c Caps) take(claims []claim, since, now time.Time) []bool {
	taken := make([]bool, len(claims))
	in := load{adopted: map[keyplan.KID]int{}}
	for _, i := range byUrgency(claims, since, now) {
		n, bytes := c.more(in, claims[i].keys)
		if claims[i].on(now) || c.hold(in.keys+n, in.bytes+bytes) {
			taken[i] = true
			in.keys, in.bytes = in.keys+n, in.bytes+bytes
			c.note(in, claims[i].keys)
		}
	}
	return taken
}

// A load is what is in a token, and the bytes that each adopted KID takes there: it alone may
// come again.
type load struct {
	keys, bytes int
	adopted     map[keyplan.KID]int
}

func (c Caps) hold(keys, bytes int) bool {
	return (c.Keys == 0 || keys <= c.Keys) && (c.Cost == nil || bytes <= c.Room)
}

// more is what keys add to a load: a KID that is in already takes no room again, but perhaps
// for its IV.
func (c Caps) more(in load, keys []Key) (n, bytes int) {
	for _, k := range keys {
		cost, again := in.adopted[k.KID]
		if !again {
			n++
		}
		bytes += max(c.cost(k)-cost, 0)
	}
	return n, bytes
}

func (c Caps) note(in load, keys []Key) {
	for _, k := range keys {
		if k.Adopted {
			in.adopted[k.KID] = max(in.adopted[k.KID], c.cost(k))
		}
	}
}

func (c Caps) cost(k Key) int {
	if c.Cost == nil {
		return 0
	}
	return c.Cost(k)
}
