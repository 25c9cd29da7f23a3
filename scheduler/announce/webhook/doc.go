// Package webhook pushes what the feed announces to HTTP endpoints, as the Standard Webhooks
// specification (standardwebhooks.com) says: signed, retried, and with an ID by which the
// receiver knows what it has already got.
//
// It promises that each event of a channel's feed reaches each target that wants it at least
// once, in the order of the feed, until the event is older than the target's max_age: then it
// becomes a dead letter, which can be replayed. An event waits for those before it of the same
// target and channel, and for nothing else: channels and targets do not hold each other up,
// but for the requests that one target gets at a time, of which there are a few.
//
// How far a target has been told is kept in the store, a little later than it was told: after
// a crash the last events come again, with the same IDs. What a body says is what followers of
// the feed are told: KIDs, times and signaling, never a content key.
package webhook
