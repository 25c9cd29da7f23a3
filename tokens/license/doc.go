// Package license delivers content keys to players: by the license protocol of Encrypted Media
// Extensions for Clear Key, for development, and as the 16 bytes that HLS AES-128 wants.
//
// A request shows a token, and gets the keys that the token names and that the channel has: none
// whose period ended longer than keep ago, none that is withdrawn, and by HLS AES-128 none that
// is for another scheme. Whatever is wrong with a token, and whichever key is not to be had, the
// answer is the same.
//
// Players get plain keys here. What a token says of devices and outputs is not enforced, nor
// are licences bound to a device: that is what licence services are for.
//
// Where more requests with a good token come in a second than the server should answer, each of
// the others is told a later second in which there is room still.
package license
