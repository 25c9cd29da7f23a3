// Package access decides who may call keyrotor, and for which channels.
//
// A Config lists credentials, a Guard finds the one that a request shows, and a Gate
// stands in front of a face (SPEKE, the HTTP API, the feed) and lets in the roles that
// it is told. What a caller may do with a channel is asked by the face, of Caller.May.
//
// It promises that comparing takes the same time whichever credential is meant, that no
// answer, error or log line holds what was shown or tells whether a user exists, and that
// a request which shows more than one credential is refused.
//
// Credentials are kept as SHA-256. That is enough because they are random secrets of 32
// bytes (Generate), which nobody can guess, so that a slow password hash would only
// cost time at every request. A password that a person thought of does not belong here.
package access
