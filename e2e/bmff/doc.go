// Package bmff reads the fragmented MP4 that a packager writes, and deciphers it.
//
// It knows the boxes that say where samples lie (ISO/IEC 14496-12: trex, tfhd, trun,
// sbgp, sgpd) and how they are encrypted (ISO/IEC 23001-7: schm, tenc, senc, saiz,
// saio, seig, and the schemes cenc, cens, cbc1 and cbcs). It exists to check a
// packager's work, so it is strict: what it does not understand is an error, and what
// two boxes say of the same thing must agree.
//
// It is no demuxer: one track per file, no sample times, no writing.
package bmff
