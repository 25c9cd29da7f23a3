package cpix

import (
	"strconv"
	"strings"
	"time"
)

// A ContentKeyPeriod is a key period as an encryptor counts it.
type ContentKeyPeriod struct {
	ID          Text // @id, an NCName
	Index       Text // @index, which rolls over after 2³²−1
	Start       Text // @start, an xs:dateTime
	End         Text // @end, an xs:dateTime, not part of the period
	StartOffset Text // @startOffset, an xs:duration into on-demand content
	EndOffset   Text // @endOffset
}

// Number gives Index as a number; ok is false if there is none, or it is not a decimal
// number of 32 bits without a sign.
func (p *ContentKeyPeriod) Number() (n uint32, ok bool) {
	parsed, err := strconv.ParseUint(strings.Trim(p.Index.Value, space), 10, 32)
	return uint32(parsed), err == nil
}

// Span gives Start and End in UTC; ok is false if either is missing or no xs:dateTime,
// or if the span holds no time.
func (p *ContentKeyPeriod) Span() (start, end time.Time, ok bool) {
	start, err := ParseTime(p.Start.Value)
	if err != nil {
		return time.Time{}, time.Time{}, false
	}
	end, err = ParseTime(p.End.Value)
	if err != nil || !start.Before(end) {
		return time.Time{}, time.Time{}, false
	}
	return start, end, true
}
