package boltstore

import (
	"bytes"
	"fmt"

	"github.com/keyrotor/keyrotor/keyplan"
	bolt "go.etcd.io/bbolt"
)

// What these return is copied: the memory of a bucket ends with its transaction.

// pick returns the records of b that exist among names, in their order.
func pick(b *bolt.Bucket, names []string) []keyplan.Record {
	var found []keyplan.Record
	for _, name := range names {
		if value := b.Get([]byte(name)); value != nil {
			found = append(found, keyplan.Record{Name: name, Value: bytes.Clone(value)})
		}
	}
	return found
}

// span returns up to limit records of b with from ≤ name < to; "" for to means no end.
func span(b *bolt.Bucket, from, to string, limit int) []keyplan.Record {
	var page []keyplan.Record
	c := b.Cursor()
	for name, value := c.Seek([]byte(from)); name != nil; name, value = c.Next() {
		if len(page) == limit || to != "" && string(name) >= to {
			break
		}
		page = append(page, keyplan.Record{Name: string(name), Value: bytes.Clone(value)})
	}
	return page
}

// fill puts each of recs into b whose name is not taken, and reports whether any was.
func fill(b *bolt.Bucket, recs []keyplan.Record) (changed bool, err error) {
	for _, r := range recs {
		if b.Get([]byte(r.Name)) != nil {
			continue
		}
		// Never nil: Get would take a nil value, before it is written, for no record.
		value := append([]byte{}, r.Value...)
		if err := b.Put([]byte(r.Name), value); err != nil {
			return false, fmt.Errorf("record with a name of %d bytes: %w", len(r.Name), err)
		}
		changed = true
	}
	return changed, nil
}

// purge takes names out of a channel, and the bucket with the last of them.
func purge(tx *bolt.Tx, channel string, names []string) (changed bool, err error) {
	b := tx.Bucket([]byte(channel))
	if b == nil {
		return false, nil
	}
	if changed, err = remove(b, names); err != nil || !changed {
		return false, err
	}
	if left, _ := b.Cursor().First(); left == nil {
		err = tx.DeleteBucket([]byte(channel))
	}
	return true, err
}

// remove takes names out of b and reports whether any was there.
func remove(b *bolt.Bucket, names []string) (changed bool, err error) {
	for _, name := range names {
		if b.Get([]byte(name)) == nil {
			continue
		}
		if err := b.Delete([]byte(name)); err != nil {
			return false, err
		}
		changed = true
	}
	return changed, nil
}
