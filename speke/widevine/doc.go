// Package widevine answers packagers that ask for content keys by Google's Widevine Common
// Encryption API: an HTTP POST of a signed JSON message, as shaka-packager sends it. It
// writes the same keys as SPEKE does, from the same plan.
//
// The URL path names the channel, by its ID: that is what a signer is allowed, and what
// stands in logs. The message's content_id names the packager endpoint below it, one of the
// channel's content IDs, because that is what period indexes are bound to.
//
// The signature is the credential, for packagers send no other: AES-256-CBC over the SHA-1
// of the message, under a key that the signer shares with us. Signatures by RSA are not
// understood.
//
// A packager asks for several consecutive periods at a time. It gets all of them, in
// ascending order, or an error: fewer would silently shift its keys. Since an error ends
// some packagers, what could not be served later is refused in the first call: a track or
// scheme that the channel lacks, and, as soon as the packager names it, another period
// length than the channel's packager_interval. shaka-packager always asks for the tracks SD,
// HD, UHD1, UHD2 and AUDIO, whatever its input has, so a channel for it lists these five.
//
// Entitlement licences, licence groups, video features and other DRM systems are refused.
// The policy that a message names is ignored: rights are the licence service's business.
package widevine
