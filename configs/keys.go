package configs

import (
	"fmt"
	"reflect"
	"slices"
)

// Keys gives every key path that the struct dst points to can be set by, in the order of
// its fields, with [] for each item of a list and * for each name of a map:
// "channels", "channels[].id", "policies", "policies.*.lead". It panics if a type is not
// one that the package decodes.
func Keys(dst any) []string {
	return keysBelow(place{}, reflect.TypeOf(dst).Elem())
}

// Shown gives those of Keys that the configuration data sets, right or wrong, so that a
// test can tell whether an example shows them all. Dst is decoded into.
func Shown(data []byte, dst any) []string {
	d := decode("", data, dst)
	return slices.DeleteFunc(Keys(dst), func(key string) bool { return !d.shapes[key] })
}

func keysBelow(at place, t reflect.Type) []string {
	switch {
	case isScalar(t):
		return nil
	case t.Kind() == reflect.Pointer:
		return keysBelow(at, t.Elem())
	case t.Kind() == reflect.Slice:
		return keysBelow(at.item(0, 0), t.Elem())
	case t.Kind() == reflect.Map && t.Key().Kind() == reflect.String:
		return keysBelow(at.key("", "*", 0), t.Elem())
	case t.Kind() == reflect.Struct:
		return keysOfStruct(at, t)
	}
	panic(fmt.Sprintf("configs: %s: cannot decode into %s", at.shape, t))
}

func keysOfStruct(at place, t reflect.Type) []string {
	var keys []string
	for _, f := range fields(t) {
		below := at.key("", f.key, 0)
		keys = append(keys, below.shape)
		keys = append(keys, keysBelow(below, f.typ)...)
	}
	return keys
}
