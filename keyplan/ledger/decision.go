package ledger

import (
	"encoding/json"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"github.com/keyrotor/keyrotor/keyplan"
)

// DecisionsChannel is the reserved channel whose records are the store-wide feed: the order in
// which decisions were made that every replica must know soon, of whatever channel.
const DecisionsChannel = "~decisions"

// A decision names records of a channel that every replica must know soon. There is one of
// sequence number n + 1 only after there was one of n, since who loses a number to another
// takes the next: who knows all up to n misses nothing by reading on from n + 1.
type decision struct {
	V       int      `json:"v"`
	Kind    string   `json:"kind"`
	Seq     uint64   `json:"seq"`
	Channel string   `json:"channel"`
	Names   []string `json:"names"`
}

// A forgotten says that decisions up to Seq have been purged. It is kept before they are
// deleted, so that who sees a hole, or has written into one, can tell.
type forgotten struct {
	V    int    `json:"v"`
	Kind string `json:"kind"`
	Seq  uint64 `json:"seq"`
}

// Records of the two kinds stand under these and the sequence number, and sort in this order.
const (
	decisionPrefix  = "feed/"
	forgottenPrefix = "forgotten/"
)

// newDecision has no number yet.
func newDecision(channel string, recs []keyplan.Record) decision {
	return decision{V: 1, Kind: "decision", Channel: channel, Names: names(recs)}
}

// says reports whether d names what other does, under whatever number.
func (d decision) says(other decision) bool {
	return d.Channel == other.Channel && slices.Equal(d.Names, other.Names)
}

func (d decision) record() keyplan.Record { return reserved(decisionName(d.Seq), d) }

func (f forgotten) record() keyplan.Record { return reserved(forgottenName(f.Seq), f) }

// Numbers have twenty digits, so that names sort by them.
func decisionName(seq uint64) string { return fmt.Sprintf("%s%020d", decisionPrefix, seq) }

func forgottenName(seq uint64) string { return fmt.Sprintf("%s%020d", forgottenPrefix, seq) }

// readDecision reads what stands under the name of a decision. It is false if that cannot be
// read; its sequence number is good all the same.
func readDecision(r keyplan.Record) (decision, bool) {
	var d decision
	err := json.Unmarshal(r.Value, &d)
	ok := err == nil && d.V == 1 && d.Kind == "decision" && d.Channel != ""
	d.Seq, _ = sequence(r.Name, decisionPrefix)
	return d, ok
}

// sequence is the number behind a prefix.
func sequence(name, prefix string) (uint64, bool) {
	digits, ok := strings.CutPrefix(name, prefix)
	seq, err := strconv.ParseUint(digits, 10, 64)
	return seq, ok && err == nil
}

func reserved(name string, body any) keyplan.Record {
	value, err := json.Marshal(body)
	if err != nil {
		panic("ledger: " + name + " does not marshal: " + err.Error())
	}
	return keyplan.Record{Name: name, Value: value}
}
