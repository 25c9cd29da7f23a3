package configs

import (
	"cmp"
	"reflect"
	"strconv"
	"strings"
	"time"
)

const day = 24 * time.Hour

// setDuration reads what time.ParseDuration reads, with whole days before it.
func setDuration(s string, dst reflect.Value) bool {
	days, rest, found := strings.Cut(s, "d")
	if !found {
		v, err := time.ParseDuration(s)
		dst.SetInt(int64(v))
		return err == nil
	}
	n, err := strconv.ParseUint(days, 10, 16)
	if err != nil || strings.ContainsAny(rest, "+-") {
		return false
	}
	v, err := time.ParseDuration(cmp.Or(rest, "0"))
	dst.SetInt(int64(time.Duration(n)*day + v))
	return err == nil && v < day
}

// setTime reads an RFC 3339 time, which has a zone, and keeps it in UTC.
func setTime(s string, dst reflect.Value) bool {
	v, err := time.Parse(time.RFC3339, s)
	dst.Set(reflect.ValueOf(v.UTC()))
	return err == nil
}
