package scheduler

import (
	"hash/fnv"
	"time"
)

// How far the turns of channels lie apart: on average, and all of them.
const (
	turnEach = 10 * time.Millisecond
	lastTurn = 5 * time.Second
)

// turn is how much before its time a channel is planned, and how much after its time it is
// purged, so that many channels whose periods begin at one instant do not ask the store all
// at once. It follows from the channel's ID. Announcements have no turn: they are on time.
func turn(channel string, channels int) time.Duration {
	span := min(time.Duration(channels-1)*turnEach, lastTurn)
	hash := fnv.New64a()
	hash.Write([]byte(channel))
	return time.Duration(hash.Sum64() % uint64(span+1))
}
