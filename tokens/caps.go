package tokens

import "time"

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
// now goes in whatever the caps are: without it nobody plays.
func (c Caps) take(claims []claim, now time.Time) []bool {
	taken := make([]bool, len(claims))
	var keys, bytes int
	for _, i := range byUrgency(claims, now) {
		n, b := keys+len(claims[i].keys), bytes+c.cost(claims[i].keys)
		if claims[i].Contains(now) || c.hold(n, b) {
			taken[i], keys, bytes = true, n, b
		}
	}
	return taken
}

func (c Caps) hold(keys, bytes int) bool {
	return (c.Keys == 0 || keys <= c.Keys) && (c.Cost == nil || bytes <= c.Room)
}

func (c Caps) cost(keys []Key) int {
	if c.Cost == nil {
		return 0
	}
	var sum int
	for _, k := range keys {
		sum += c.Cost(k)
	}
	return sum
}
