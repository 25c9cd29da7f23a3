package storetest_test

import (
	"flag"
	"fmt"
	"maps"
	"os"
	"runtime"
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/keyrotor/keyrotor/keyplan/ledger"
	"github.com/keyrotor/keyrotor/keyplan/ledger/memstore"
	"github.com/keyrotor/keyrotor/keyplan/ledger/storetest"
)

// TestMain keeps rapid from writing down how a store failed that is meant to.
func TestMain(m *testing.M) {
	flag.Parse()
	if err := flag.Set("rapid.nofailfile", "true"); err != nil {
		panic(err)
	}
	os.Exit(m.Run())
}

func TestEveryLawFailsForAStoreThatBreaksIt(t *testing.T) {
	for _, law := range storetest.Laws() {
		t.Run(law.Name, func(t *testing.T) {
			if !fails(t, law, brokenStores()[law.Name]()) {
				t.Error("the law holds for a store that breaks it")
			}
			if fails(t, law, memstore.New()) {
				t.Error("the law does not hold for a store that keeps it")
			}
		})
	}
}

func TestThereIsABrokenStoreForEveryLaw(t *testing.T) {
	var names []string
	for _, law := range storetest.Laws() {
		names = append(names, law.Name)
	}
	slices.Sort(names)
	if diff := cmp.Diff(names, slices.Sorted(maps.Keys(brokenStores()))); diff != "" {
		t.Errorf("laws and broken stores (-law +store):\n%s", diff)
	}
}

// fails reports whether the law does not hold for the store. The law has a goroutine of
// its own, which it may end.
func fails(t *testing.T, law storetest.Law, store ledger.Store) bool {
	r := &recorder{T: t}
	done := make(chan struct{})
	go func() {
		defer close(done)
		law.Check(r, store)
	}()
	<-done
	return r.failed
}

// A recorder notes a failure instead of failing the test, and logs why.
type recorder struct {
	*testing.T
	failed bool
}

func (r *recorder) Fail()        { r.failed = true }
func (r *recorder) Failed() bool { return r.failed }

func (r *recorder) FailNow() {
	r.Fail()
	runtime.Goexit()
}

func (r *recorder) Error(args ...any) {
	r.Log(args...)
	r.Fail()
}

func (r *recorder) Errorf(format string, args ...any) { r.Error(fmt.Sprintf(format, args...)) }

func (r *recorder) Fatal(args ...any) {
	r.Log(args...)
	r.FailNow()
}

func (r *recorder) Fatalf(format string, args ...any) { r.Fatal(fmt.Sprintf(format, args...)) }
