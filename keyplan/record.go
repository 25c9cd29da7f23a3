package keyplan

import (
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strconv"
	"time"
)

// A Record is one decision about a channel. It is named by what it decides, and once it
// is kept it never changes: who writes a name first decides.
type Record struct {
	// Name is unique in its channel. It is ASCII, at most 1,000 bytes, and sorts by byte
	// value: times and numbers in it have a fixed width, but for the k of a Seen.
	Name string
	// Value is a JSON object with "v" (version, 1) and "kind".
	Value []byte
}

// A Fact is what a Record says, decoded: one of First, Entry, Closed, Gone, AddedKey,
// Static, Adopted, AdoptedUse, Split, Renewed, Issued, Revoked, Command, Served, ServedSpan,
// Binding, Seen, PackagerIV, Created and Event. Its Record is the same on every replica.
type Fact interface {
	Record() Record
}

// ErrUnknownRecord says that a record is of a kind or version that this program does
// not know, or damaged. Nothing may be planned on top of it.
var ErrUnknownRecord = errors.New("unknown record")

const recordVersion = 1

// Decode reads a record. It fails with ErrUnknownRecord, also if the record does not
// stand under the name that its contents call for, or if they cannot be right: a period
// that ends before it begins, an instant that is no whole second in UTC.
func Decode(r Record) (Fact, error) {
	var head struct {
		V    int    `json:"v"`
		Kind string `json:"kind"`
	}
	if err := json.Unmarshal(r.Value, &head); err != nil {
		return nil, fmt.Errorf("%s: %w: not a JSON object", r.Name, ErrUnknownRecord)
	}
	decode, known := decoders[head.Kind]
	if head.V != recordVersion || !known {
		return nil, fmt.Errorf("%s: %w: kind %q version %d", r.Name, ErrUnknownRecord, clip(head.Kind), head.V)
	}
	fact, err := decode(r.Value)
	if err != nil || fact.Record().Name != r.Name {
		return nil, fmt.Errorf("%s: %w: contents do not fit the name", r.Name, ErrUnknownRecord)
	}
	return fact, nil
}

// decoders is a table and not state: one row for each kind of record.
var decoders = map[string]func([]byte) (Fact, error){
	"first":   decodeAs[First],
	"period":  decodeAs[Entry],
	"closed":  decodeAs[Closed],
	"gone":    decodeAs[Gone],
	"key":     decodeAs[AddedKey],
	"static":  decodeAs[Static],
	"adopted": decodeAs[Adopted],
	"used":    decodeAs[AdoptedUse],
	"served":  decodeAs[Served],
	"span":    decodeAs[ServedSpan],
	"bind":    decodeAs[Binding],
	"seen":    decodeAs[Seen],
	"event":   decodeAs[Event],
	"iv":      decodeAs[PackagerIV],
	"channel": decodeAs[Created],
	"split":   decodeAs[Split],
	"renewed": decodeAs[Renewed],
	"issued":  decodeAs[Issued],
	"revoked": decodeAs[Revoked],
	"command": decodeAs[Command],
}

// decodeAs reads a fact, which is nil if it is not sound: if what builds on it would not
// hold.
func decodeAs[F interface {
	Fact
	sound() bool
}](value []byte) (Fact, error) {
	var f F
	if err := json.Unmarshal(value, &f); err != nil {
		return nil, err
	}
	if !f.sound() {
		return nil, ErrUnknownRecord
	}
	return f, nil
}

// whole reports whether every t is a whole second in UTC, as names of records have it.
func whole(ts ...time.Time) bool {
	return !slices.ContainsFunc(ts, func(t time.Time) bool {
		return t.Nanosecond() != 0 || t.Location() != time.UTC
	})
}

// encode writes body, which marshals to a JSON object with at least one member, behind
// the version and kind.
func encode(name, kind string, body any) Record {
	members, err := json.Marshal(body)
	if err != nil {
		panic("keyplan: " + kind + " does not marshal: " + err.Error())
	}
	value := fmt.Appendf(nil, `{"v":%d,"kind":%q,`, recordVersion, kind)
	return Record{Name: name, Value: append(value, members[1:]...)}
}

// stamp writes an instant so that names sort by time: 2026-11-21T22:13:00Z.
func stamp(t time.Time) string { return t.UTC().Format(time.RFC3339) }

// hexName makes a content ID or packager name safe inside a record name.
func hexName(s string) string { return hex.EncodeToString([]byte(s)) }

// number writes n so that names sort by value.
func number(n uint64) string {
	digits := strconv.FormatUint(n, 10)
	return "00000000000000000000"[len(digits):] + digits
}
