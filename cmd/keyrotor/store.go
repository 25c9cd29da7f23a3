package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"path/filepath"

	"github.com/keyrotor/keyrotor/keyplan"
	"github.com/keyrotor/keyrotor/keyplan/ledger"
	"github.com/keyrotor/keyrotor/keyplan/ledger/boltstore"
	"github.com/keyrotor/keyrotor/keyplan/seal"
)

// The embedded store's folder holds the records and the key that seals what is in them.
const (
	storeFile = "keyrotor.db"
	sealFile  = "keyrotor.key"
)

// An ownStore is a store that is closed when the app has ended.
type ownStore interface {
	ledger.Store
	Close() error
}

// openStore opens the embedded store and the key that seals its content keys, which is
// made when both are used first.
func openStore(ctx context.Context, c StoreConfig) (*boltstore.Store, *seal.Local, error) {
	store, err := boltstore.Open(filepath.Join(c.Path, storeFile))
	if err != nil {
		return nil, nil, err
	}
	key, err := sealingKey(ctx, store, filepath.Join(c.Path, sealFile))
	if err != nil {
		return nil, nil, errors.Join(err, store.Close())
	}
	return store, key, nil
}

// The reserved channel ~store remembers which key seals the store.
const (
	storeChannel = "~store"
	sealedBy     = "sealed-by"
)

type sealedByBody struct {
	V    int    `json:"v"`
	Kind string `json:"kind"`
	// ID is that of the key, not the key.
	ID string `json:"id"`
}

// sealingKey reads the local key, or makes it for a store that has none yet. A store that
// was sealed by another key is refused: what it holds could not be opened, and new keys
// would be lost to whoever has the old one.
func sealingKey(ctx context.Context, store ledger.Store, path string) (*seal.Local, error) {
	recorded, err := store.Get(ctx, storeChannel, sealedBy)
	if err != nil {
		return nil, err
	}
	key, err := seal.OpenFile(path)
	switch {
	case errors.Is(err, fs.ErrNotExist) && len(recorded) > 0:
		return nil, fmt.Errorf("the key that seals this store is missing: put %s back from a backup, or begin with an empty folder", path)
	case errors.Is(err, fs.ErrNotExist):
		key, err = seal.CreateFile(path)
	}
	if err != nil {
		return nil, err
	}
	return key, checkSealedBy(ctx, store, key.ID(), path)
}

func checkSealedBy(ctx context.Context, store ledger.Store, id, path string) error {
	value, err := json.Marshal(sealedByBody{V: 1, Kind: sealedBy, ID: id})
	if err != nil {
		return err
	}
	recs, err := store.Create(ctx, storeChannel, keyplan.Record{Name: sealedBy, Value: value})
	if err != nil {
		return err
	}
	var recorded sealedByBody
	if err := json.Unmarshal(recs[0].Value, &recorded); err != nil {
		return fmt.Errorf("record %s of this store is damaged: %w", sealedBy, err)
	}
	if recorded.ID != id {
		return fmt.Errorf("%s is not the key that seals this store: it is %s, the store wants %s", path, id, recorded.ID)
	}
	return nil
}
