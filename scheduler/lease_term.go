package scheduler

import (
	"context"
	"encoding/json"
	"fmt"
	"strconv"
	"strings"
	"time"

	"github.com/keyrotor/keyrotor/keyplan"
)

// A term is a record: who holds a lease, from its predecessor's end on.
type term struct {
	V    int    `json:"v"`
	Kind string `json:"kind"`
	Term uint64 `json:"term"`
	// Holder is empty if the lease was given back.
	Holder string `json:"holder"`
	// Seconds is how long it lasts, by the clock of each reader since it first saw it.
	Seconds int64 `json:"seconds"`
}

// Terms stand under this prefix and their number, and nothing else does.
const (
	leasePrefix = "lease/"
	leaseEnd    = "lease0"
)

// keptTerms is how many terms pile up before the old ones are deleted.
const keptTerms = 16

func leaseName(n uint64) string { return fmt.Sprintf("%s%020d", leasePrefix, n) }

func (t term) record() keyplan.Record {
	value, err := json.Marshal(t)
	if err != nil {
		panic("scheduler: a term does not marshal: " + err.Error())
	}
	return keyplan.Record{Name: leaseName(t.Term), Value: value}
}

// readTerm takes what cannot be read for somebody's term of the usual length.
func readTerm(r keyplan.Record) term {
	var t term
	if json.Unmarshal(r.Value, &t) != nil || t.V != 1 || t.Seconds < 0 {
		t = term{Holder: "unknown", Seconds: int64(leaseLength / time.Second)}
	}
	t.Term, _ = strconv.ParseUint(strings.TrimPrefix(r.Name, leasePrefix), 10, 64)
	return t
}

// acquire tries to get the lease if nobody holds it.
func (l *Lease) acquire(ctx context.Context) bool {
	newest, err := l.newest(ctx)
	if err != nil || !l.free(newest) {
		return false // that the store does not answer is said by who needs it more
	}
	got, err := l.take(ctx, newest.Term+1)
	return got && err == nil
}

// extend asks for the term after its own, and is false if somebody else has it. It looks first:
// the answer to an earlier try may have been lost.
func (l *Lease) extend(ctx context.Context) (bool, error) {
	newest, err := l.newest(ctx)
	if err != nil || newest.Holder != l.holder {
		return false, err
	}
	return l.take(ctx, newest.Term+1)
}

// free reports whether the next term is anybody's. One that this replica asked for, without
// an answer, is its own.
func (l *Lease) free(t term) bool {
	length := time.Duration(t.Seconds) * time.Second
	return t.Holder == "" || t.Holder == l.holder || time.Since(l.seenAt) >= length
}

// newest gives the newest term, which is the zero one if there was none, and keeps when it was
// first seen. Those before it need not be read again.
func (l *Lease) newest(ctx context.Context) (term, error) {
	terms, err := l.list(ctx, leaseName(l.seen), leaseEnd)
	if err != nil {
		return term{}, err
	}
	if len(terms) == 0 {
		l.seen = 0 // a store that was put back knows less
		return term{}, nil
	}
	t := readTerm(terms[len(terms)-1])
	if t.Term != l.seen {
		l.seen, l.seenAt = t.Term, time.Now()
	}
	return t, nil
}

func (l *Lease) list(ctx context.Context, from, to string) ([]keyplan.Record, error) {
	ctx, cancel := context.WithTimeout(ctx, patience)
	defer cancel()
	return l.store.List(ctx, l.channel, from, to, 0)
}

// take tries to make term n this replica's. It looks again once it is: n may be an old term
// whose record was deleted, by who holds a later one.
func (l *Lease) take(ctx context.Context, n uint64) (bool, error) {
	until, wall := time.Now().Add(leaseLength), l.now().Round(0).Add(leaseLength)
	if err := l.create(ctx, n, l.holder); err != nil {
		return false, err
	}
	newest, err := l.newest(ctx)
	if err != nil || newest.Term != n || newest.Holder != l.holder {
		return false, err
	}
	l.mu.Lock()
	l.term, l.until, l.wall = n, until, wall
	l.mu.Unlock()
	if n%keptTerms == 0 {
		l.forget(ctx, n)
	}
	return true, nil
}

func (l *Lease) create(ctx context.Context, n uint64, holder string) error {
	ctx, cancel := context.WithTimeout(ctx, patience)
	defer cancel()
	t := term{V: 1, Kind: "lease", Term: n, Holder: holder}
	if holder != "" {
		t.Seconds = int64(leaseLength / time.Second)
	}
	_, err := l.store.Create(ctx, l.channel, t.record())
	return err
}

// forget deletes the terms before n. What fails is made up for the next time.
func (l *Lease) forget(ctx context.Context, n uint64) {
	terms, err := l.list(ctx, leasePrefix, leaseName(n))
	old := make([]string, len(terms))
	for i, r := range terms {
		old[i] = r.Name
	}
	if err == nil {
		ctx, cancel := context.WithTimeout(ctx, patience)
		defer cancel()
		err = l.store.Delete(ctx, l.channel, old...)
	}
	if err != nil {
		l.log.Warn("old terms are not deleted yet", "lease", l.channel, "err", err)
	}
}

// release gives back what is left of a term, also when ctx has ended. If that fails, the term
// ends by itself.
func (l *Lease) release(ctx context.Context) {
	if !l.Held() {
		return
	}
	l.mu.Lock()
	l.until = time.Time{}
	l.mu.Unlock()
	if err := l.create(context.WithoutCancel(ctx), l.term+1, ""); err != nil {
		l.log.Warn("lease not given back, others wait for its end", "lease", l.channel, "err", err)
	}
}
