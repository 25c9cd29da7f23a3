// Package configs reads keyrotor's configuration: one YAML file, decoded strictly into
// the struct that the caller composes of the rooms' sections. It knows no section.
//
// It promises that one run names everything that is wrong, by line: syntax, unknown and
// repeated keys, wrong types, then what the sections' own Validate finds. A Validate
// problem at or below a key that could not be decoded is left out, for it is a
// consequence. No problem repeats the text of a field that is a keyplan.Secret.
//
// A key sets the exported field with the tag `yaml:"key"`; a struct with
// `yaml:",inline"` gives its keys to the one around it; a field without a tag is not
// configuration. Fields are structs, pointers (nil if the key is absent), slices, maps
// from text, text, bool, integers, time.Duration, time.Time, keyplan.Secret, or take
// text through encoding.TextUnmarshaler, whose error is shown and so must not repeat
// secrets. Types must not contain themselves. A key that is absent, or stands without a
// value before a pointer, struct, slice or map, leaves the field as it was, so that
// defaults may be filled in beforehand.
//
// Text is taken as it is written, numbers too: a track may be named 1. A duration is
// Go's ("15s", "1h30m") with days before it ("7d", "1d12h"), or 0. A time is RFC 3339
// with its zone, and is kept in UTC.
//
// A secret is the text itself, env:NAME for an environment variable, or file:PATH for
// the content of a file less one line end, where PATH is relative to the folder of the
// configuration file. There is no other interpolation: ${NAME} is six characters.
//
// An alias (*name) may stand for a whole value. Not allowed are merge keys (<<), tags
// (!name), several documents, encodings but UTF-8, more than 1 MiB, and more than
// 100,000 values once aliases are expanded.
package configs
