package keyplan

import "time"

const (
	// MaxStaleness is how long after a command was acknowledged a replica that reaches the
	// store may still not know of it.
	MaxStaleness = 2 * time.Second
	// MaxSkew is how far a replica's clock may be off.
	MaxSkew = 5 * time.Second
)
