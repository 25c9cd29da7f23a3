package cpix

import (
	"errors"
	"strings"
	"time"
)

// ErrTime is what ParseTime gives.
var ErrTime = errors.New("not an xs:dateTime of the years 0001 to 9999")

// ParseTime reads an xs:dateTime (XML Schema part 2, 3.2.7) in UTC. Without a zone it is
// UTC; 24:00:00 is the first instant of the next day; digits below a nanosecond are
// dropped. White space around it is allowed.
func ParseTime(s string) (time.Time, error) {
	const seconds = "2006-01-02T15:04:05"
	s = strings.Trim(s, space)
	if len(s) < len(seconds) {
		return time.Time{}, ErrTime
	}
	fraction, zone, ok := cutFraction(s[len(seconds):])
	clock, midnight := s[:len(seconds)], false
	if date, found := strings.CutSuffix(clock, "T24:00:00"); found {
		clock, midnight = date+"T00:00:00", true
	}
	offset, zoned := parseZone(zone)
	t, err := time.Parse(seconds, clock)
	if err != nil || !ok || !zoned || t.Year() == 0 || midnight && fraction != 0 {
		return time.Time{}, ErrTime
	}
	if midnight {
		t = t.AddDate(0, 0, 1)
	}
	return t.Add(fraction - offset), nil
}

// cutFraction cuts the decimal fraction of a second off the beginning of s.
func cutFraction(s string) (fraction time.Duration, rest string, ok bool) {
	digits, found := strings.CutPrefix(s, ".")
	if !found {
		return 0, s, true
	}
	rest = strings.TrimLeft(digits, "0123456789")
	digits = digits[:len(digits)-len(rest)]
	unit := time.Second
	for _, d := range digits {
		unit /= 10
		fraction += time.Duration(d-'0') * unit
	}
	return fraction, rest, digits != ""
}

// parseZone gives how far a zone is ahead of UTC: up to 14 hours either way.
func parseZone(s string) (ahead time.Duration, ok bool) {
	if s == "" || s == "Z" {
		return 0, true
	}
	t, err := time.Parse("15:04", s[1:])
	ahead = time.Duration(t.Hour())*time.Hour + time.Duration(t.Minute())*time.Minute
	if err != nil || len(s) != len("+15:04") || ahead > 14*time.Hour {
		return 0, false
	}
	switch s[0] {
	case '+':
		return ahead, true
	case '-':
		return -ahead, true
	}
	return 0, false
}
