// Package seal keeps content keys encrypted at rest, so that a copy of the store gives
// away KIDs and times but no key.
//
// What is sealed opens only in its own place: for the same channel, key period, track,
// scheme, generation and KID. Local seals with one key that is held in a file; whoever
// has both that file and the store has the content keys, and without the file nothing
// opens again. The package never writes over a key file and does not change the key.
package seal
