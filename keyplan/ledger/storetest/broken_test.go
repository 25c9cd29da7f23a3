package storetest_test

import (
	"slices"
	"strings"

	"github.com/keyrotor/keyrotor/keyplan"
	"github.com/keyrotor/keyrotor/keyplan/ledger"
)

// brokenStores gives for each law a store that breaks it, mostly in the way in which a
// real one was once written.
func brokenStores() map[string]func() ledger.Store {
	return map[string]func() ledger.Store{
		"the first writer of a name wins":                                creating(lastWriterWins),
		"Create returns what is stored, not what it was given":           creating(returnsItsOwn),
		"Create returns the records of one call in their order":          creating(returnsSorted),
		"one Create keeps the new records beside those that exist":       creating(allOrNothing),
		"of a name twice in one Create the first counts":                 creating(lastOfACallCounts),
		"an empty value counts as the first too":                         creating(takesEmptyForMissing),
		"a Create of nothing does nothing":                               creating(refusesNothing),
		"channels are apart":                                             renaming(strings.ToLower, same),
		"no join of channel and name is taken for another":               joining,
		"values hold any bytes":                                          creating(storing(onlyUTF8)),
		"a value may be empty":                                           finding(dropsEmpty),
		"a value may have 64 KiB":                                        creating(storing(upTo(32 << 10))),
		"a name may have 1,000 bytes and counts to the last":             renaming(same, clip(999)),
		"names differ by case, spaces and separators":                    renaming(same, strings.TrimSpace),
		"Get returns records in the order of their names":                getting(sortsNames),
		"Get leaves out what does not exist":                             getting(fillsGaps),
		"Get returns a record as often as it is named":                   getting(onceEach),
		"a Get of nothing finds nothing":                                 getting(allForNothing),
		"List has from in it and to not":                                 listing(toIncluded),
		"List without an end goes to the last name":                      listing(endsAtTilde),
		"List goes by bytes":                                             listing(backwards),
		"List of an unknown channel is empty":                            listing(mustExist),
		"List stops at its limit":                                        listing(noLimit),
		"pages that begin after the last name give every record once":    listing(trimsFrom),
		"a limit below 1 means 1,000":                                    listing(atLeastOne),
		"Delete removes what it names and nothing else":                  deleting(prefixes),
		"Delete may be repeated":                                         deleting(onlyExisting),
		"a name that was deleted may be created anew":                    deleting(leavesATombstone),
		"what the caller does to its records afterwards changes nothing": sharing,
		"what Create returns is the caller's own":                        sharing,
		"what Get returns is the caller's own":                           sharing,
		"what List returns is the caller's own":                          sharing,
		"a Create whose context has ended keeps nothing":                 deaf,
		"a Get or List whose context has ended fails":                    deaf,
		"a Delete whose context has ended removes nothing":               deaf,
		"everyone who races for a name gets the same record":             creating(looksThenWrites),
		"List sees every Create that returned before it began":           remembering,
		"any run of calls leaves what it leaves in a map":                deleting(theFirstOnly),
	}
}

func same(s string) string { return s }

func clip(most int) func(string) string {
	return func(s string) string { return s[:min(len(s), most)] }
}

func onlyUTF8(value []byte) []byte { return []byte(strings.ToValidUTF8(string(value), "?")) }

func upTo(most int) func([]byte) []byte {
	return func(value []byte) []byte { return value[:min(len(value), most)] }
}

func dropsEmpty(recs []keyplan.Record) []keyplan.Record {
	return slices.DeleteFunc(recs, func(r keyplan.Record) bool { return len(r.Value) == 0 })
}
