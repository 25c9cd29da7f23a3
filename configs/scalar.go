package configs

import (
	"encoding"
	"fmt"
	"reflect"
	"strconv"
	"time"

	"go.yaml.in/yaml/v3"
)

var (
	durationType = reflect.TypeFor[time.Duration]()
	timeType     = reflect.TypeFor[time.Time]()
	textType     = reflect.TypeFor[encoding.TextUnmarshaler]()
)

// isScalar reports whether values of t are written as one scalar.
func isScalar(t reflect.Type) bool {
	switch t.Kind() {
	case reflect.String, reflect.Bool:
		return true
	}
	return t == secretType || isText(t) || isInt(t) || isUint(t)
}

// isText reports whether t takes text by UnmarshalText; time.Time does.
func isText(t reflect.Type) bool {
	return t.Kind() != reflect.Pointer && reflect.PointerTo(t).Implements(textType)
}

func isInt(t reflect.Type) bool { return t.Kind() >= reflect.Int && t.Kind() <= reflect.Int64 }

func isUint(t reflect.Type) bool { return t.Kind() >= reflect.Uint && t.Kind() <= reflect.Uint64 }

// scalar decodes n into dst, whose type is one that isScalar names.
func (d *decoder) scalar(at place, n *yaml.Node, dst reflect.Value) {
	t := dst.Type()
	if n.Kind != yaml.ScalarNode || isNull(n) {
		d.want(at, "%s", wantScalar(t))
		return
	}
	switch {
	case t == secretType:
		d.secret(at, n, dst)
	case t != timeType && isText(t):
		if err := dst.Addr().Interface().(encoding.TextUnmarshaler).UnmarshalText([]byte(n.Value)); err != nil {
			d.say(at, err.Error())
		}
	case !setScalar(n, dst):
		d.want(at, "%s", wantScalar(t))
	}
}

// setScalar reports whether n is what dst can hold.
func setScalar(n *yaml.Node, dst reflect.Value) bool {
	switch t := dst.Type(); {
	case t == timeType:
		return setTime(n.Value, dst)
	case t == durationType:
		return setDuration(n.Value, dst)
	case isInt(t):
		return setInt(n, dst)
	case isUint(t):
		return setUint(n, dst)
	case t.Kind() == reflect.Bool:
		dst.SetBool(n.Value == "true")
		return n.Tag == "!!bool" && (n.Value == "true" || n.Value == "false")
	}
	dst.SetString(n.Value)
	return true
}

// setInt takes decimal digits in their one form: 010 is eight to some and ten to others.
func setInt(n *yaml.Node, dst reflect.Value) bool {
	v, err := strconv.ParseInt(n.Value, 10, dst.Type().Bits())
	dst.SetInt(v)
	return err == nil && n.Tag == "!!int" && n.Value == strconv.FormatInt(v, 10)
}

func setUint(n *yaml.Node, dst reflect.Value) bool {
	v, err := strconv.ParseUint(n.Value, 10, dst.Type().Bits())
	dst.SetUint(v)
	return err == nil && n.Tag == "!!int" && n.Value == strconv.FormatUint(v, 10)
}

// wantScalar says how values of t are written.
func wantScalar(t reflect.Type) string {
	switch {
	case t == secretType:
		return "a secret: text, env:NAME or file:PATH"
	case t == durationType:
		return "a duration such as 15s, 1h30m or 7d"
	case t == timeType:
		return "a time such as 2026-01-31T20:00:00Z"
	case isText(t):
		return "text"
	case isInt(t), isUint(t):
		return "a whole number" + span(t)
	case t.Kind() == reflect.Bool:
		return "true or false"
	}
	return "text"
}

// span words the range of an integer type, if users may meet its ends.
func span(t reflect.Type) string {
	switch most := uint64(1)<<(t.Bits()-1) - 1; {
	case t.Bits() < 64 && isInt(t):
		return fmt.Sprintf(" from -%d to %d", most+1, most)
	case t.Bits() < 64:
		return fmt.Sprintf(" from 0 to %d", 2*most+1)
	case isUint(t):
		return " that is not negative"
	}
	return ""
}
