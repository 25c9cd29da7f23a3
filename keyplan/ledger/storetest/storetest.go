// Package storetest is the specification that every ledger.Store is held to.
//
// It is a list of Laws, each a sentence about stores and a check of it. A store that
// passes Run may be used wherever another one is. What cannot be seen through the Store
// interface is left to the tests of each store: that its records outlive a crash, that
// an outage wraps ledger.ErrUnavailable, that it opens and closes properly.
package storetest

import (
	"context"
	"slices"
	"testing"

	"github.com/keyrotor/keyrotor/keyplan/ledger"
	"pgregory.net/rapid"
)

// Run holds a store to every law, each in a subtest of its own. open gives an empty
// store and sees to its closing, by t.Cleanup; it is called once a law.
func Run(t *testing.T, open func(t *testing.T) ledger.Store) {
	for _, law := range Laws() {
		t.Run(law.Name, func(t *testing.T) { law.Check(t, open(t)) })
	}
}

// A Law is one sentence that is true of every store.
type Law struct {
	Name  string
	check func(subject)
}

// Check reports to t whether store, which must be empty, keeps the law.
func (l Law) Check(t T, store ledger.Store) { l.check(subject{t, store}) }

// A T is whom a law reports to: a *testing.T, a *rapid.T, or a recorder where a store
// is expected to fail.
type T interface {
	rapid.TB
	Context() context.Context
}

// Laws lists all of them.
func Laws() []Law {
	return slices.Concat(createLaws(), shapeLaws(), getLaws(), listLaws(), deleteLaws(),
		ownershipLaws(), contextLaws(), raceLaws(), modelLaws())
}
