// Package tokens writes entitlement tokens: signed lists of the content keys that a
// player may get licences for.
//
// Which keys go in is decided by a Wish's Window, a pure function of the plan's
// licensable spans: what may be on air, what will be within lead, and what ended within
// dvr. A token never names only the next key, because a licence that replaces the
// current one must hold both. What does not fit is said in the answer.
//
// An Issuer turns the window into an Axinom licence service message with an entitlement
// message of version 2. Content keys leave it only as encrypted_key, encrypted with the
// communication key that Axinom shares with the operator.
//
// The package does not judge who may have a token: its caller has authenticated the
// request. It reads no clock, and plans nothing that is not planned.
package tokens
