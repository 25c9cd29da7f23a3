package webhook

import (
	"cmp"
	"context"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"time"

	"github.com/keyrotor/keyrotor/keyplan"
)

// Channel is the reserved channel with the records of this package, and with the lease of who
// delivers.
const Channel = "~deliveries"

// A Store keeps records (keyplan/ledger.Store).
type Store interface {
	Create(ctx context.Context, channel string, recs ...keyplan.Record) ([]keyplan.Record, error)
	List(ctx context.Context, channel string, from, to string, limit int) ([]keyplan.Record, error)
	Delete(ctx context.Context, channel string, names ...string) error
}

// patience is how long a call to the store may take.
const patience = 10 * time.Second

// records takes records of one kind and target to a store and back.
type records struct {
	store Store
	kind  string
}

// The kinds of records. Each stands under its kind, the target's name in hex, and a name of
// its own.
const (
	kindDelivered = "delivered"
	kindDead      = "dead"
	kindReplay    = "replay"
)

// prefix begins the names of a target's records of a kind, and of nothing else.
func prefix(kind, target string) string {
	return kind + "/" + hex.EncodeToString([]byte(target)) + "/"
}

// A head begins the value of every record.
type head struct {
	V    int    `json:"v"`
	Kind string `json:"kind"`
}

func headOf(kind string) head { return head{V: 1, Kind: kind} }

// record makes one of what marshals to JSON, with a head.
func record(name string, value any) keyplan.Record {
	text, err := json.Marshal(value)
	if err != nil {
		panic("webhook: " + name + " does not marshal: " + err.Error())
	}
	return keyplan.Record{Name: name, Value: text}
}

// read reads a record that has a head of its kind. What another version wrote is not guessed at.
func read[T any](kind string, r keyplan.Record) (T, error) {
	var h head
	var value T
	if err := cmp.Or(json.Unmarshal(r.Value, &h), json.Unmarshal(r.Value, &value)); err != nil || h != headOf(kind) {
		return value, fmt.Errorf("%s: %w: want kind %s version 1", r.Name, keyplan.ErrUnknownRecord, kind)
	}
	return value, nil
}

// listed gives all of a target's records of a kind, by name.
func (r records) listed(ctx context.Context, target string) ([]keyplan.Record, error) {
	ctx, cancel := context.WithTimeout(ctx, patience)
	defer cancel()
	from := prefix(r.kind, target)
	end := from + "~" // after everything that a name here may go on with
	var all []keyplan.Record
	for {
		page, err := r.store.List(ctx, Channel, from, end, 0)
		if err != nil {
			return nil, fmt.Errorf("list records of kind %s: %w", r.kind, err)
		}
		if len(page) == 0 {
			return all, nil
		}
		all = append(all, page...)
		from = page[len(page)-1].Name + "\x00"
	}
}

// create keeps a record and gives what is stored under its name.
func (r records) create(ctx context.Context, rec keyplan.Record) (keyplan.Record, error) {
	ctx, cancel := context.WithTimeout(ctx, patience)
	defer cancel()
	stored, err := r.store.Create(ctx, Channel, rec)
	if err != nil {
		return keyplan.Record{}, fmt.Errorf("keep %s: %w", rec.Name, err)
	}
	return stored[0], nil
}

func (r records) remove(ctx context.Context, names ...string) error {
	if len(names) == 0 {
		return nil
	}
	ctx, cancel := context.WithTimeout(ctx, patience)
	defer cancel()
	if err := r.store.Delete(ctx, Channel, names...); err != nil {
		return fmt.Errorf("delete %d records of kind %s: %w", len(names), r.kind, err)
	}
	return nil
}
