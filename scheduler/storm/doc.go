// Package storm says what a rotation does to a licence service: how many licence requests
// come in each second, by what viewers know of the coming key and when they ask; and what
// becomes of requests that come faster than the service can answer.
//
// It is a simulation of single viewers, drawn at random from a seed: the same numbers give
// the same result on every machine. It knows no clock and asks nobody.
//
// The players it has in mind look for news (a manifest, an announcement) every two seconds,
// each at a phase of its own. One that meets a new key without having known of it asks
// |N(0,1)| seconds after that look, as decoders and DRM modules take their time; one that
// knows asks when it chose to.
package storm
