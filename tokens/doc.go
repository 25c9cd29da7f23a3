// Package tokens writes entitlement tokens: signed lists of the content keys that a
// player may get licences for.
//
// Which keys go in is decided by a Wish's Window, a pure function of the plan's
// licensable spans: what may be on air, what will be within lead, and what ended within
// dvr. A token never names only the next key, because a licence that replaces the
// current one must hold both. What does not fit is said in the answer.
//
// An Issuer turns the window into a token of the format that is asked for: Axinom's licence
// service message with an entitlement message of version 2, DASH-IF's authorization token,
// Cloud DRM's user token, or claims by a template of the operator's. Content keys leave it only
// in Axinom's, as encrypted_key, encrypted with the communication key that Axinom shares with
// the operator. A format writes claims; a KeySet signs them, and says which key does when.
//
// A Verifier tells what tokens grant, for keyrotor's own licence endpoints. Whatever is wrong
// with one, it fails alike, and reads nothing that nobody signed.
//
// The package does not judge who may have a token: its caller has authenticated the
// request. It reads no clock, and plans nothing that is not planned.
package tokens
