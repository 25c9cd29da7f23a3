// Package keyplan decides which content key each track of a live channel uses in
// each key period, ahead of time and once.
//
// A Policy says when keys change, its Calendar unrolls that into Periods, and a
// Planner drafts Records that fix a period's KIDs and keys. Records are kept
// elsewhere (keyplan/ledger) and never change; a Plan is a pure function of the
// set of them, so that two replicas that hold the same records answer the same.
//
// The package knows no clock, no network and no disk: time is an argument, keys
// come from a KeySource and are sealed by a Sealer, both passed in.
package keyplan
