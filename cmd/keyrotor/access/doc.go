// Package access decides who may call keyrotor, and for which channels.
//
// A Config lists credentials, a Guard finds the one that a request shows, and a Gate
// stands in front of a face (SPEKE, the HTTP API, the feed) and lets in the roles that
// it is told. What a caller may do with a channel is asked by the face, of Caller.May.
//
// It promises that comparing takes the same time whichever secret is meant, that no answer,
// error or log line holds what was shown or tells whether a user exists, and that a request
// which shows more than one secret is refused.
//
// A client certificate that is a credential comes before any secret, for the handshake has
// proved it and headers may be relics. So the certificate of a proxy that passes on other
// people's credentials must not be one.
//
// A Limiter holds callers to a rate, whatever they are told apart by, and Origins say whose pages
// may read answers that need no credential of this package.
//
// A Throttle answers 429 to a remote that showed too many bad credentials, and logs it once.
// It spares the log and tells of an attack. It locks nobody out and does not try to stop
// guessing, which is hopeless for another reason:
//
// Credentials are kept as SHA-256. That is enough because they are random secrets of 32
// bytes (Generate), which nobody can guess, so that a slow password hash would only
// cost time at every request. A password that a person thought of does not belong here.
package access
