package tokens

import (
	"bytes"
	"encoding/json"
	"errors"
)

// An Object is the text of a JSON object, without white space between its parts. It goes into
// tokens as it is, so that whatever a licence service takes can be configured.
type Object string

// UnmarshalText refuses what is no JSON object, or has a name twice in one.
func (o *Object) UnmarshalText(text []byte) error {
	var compact bytes.Buffer
	if !isObject(text) || repeatsName(text) || json.Compact(&compact, text) != nil {
		return errors.New(`want a JSON object in quotes, such as '{"hdcp":"TYPE1"}', with each name once`)
	}
	*o = Object(compact.String())
	return nil
}

// members are those of o, by name. An empty Object has none.
func (o Object) members() map[string]json.RawMessage {
	var members map[string]json.RawMessage
	_ = json.Unmarshal([]byte(o), &members) // UnmarshalText took it
	return members
}

// append appends a member with o as its value and a comma before it, unless o is empty.
func (o Object) append(b []byte, name string) []byte {
	if o == "" {
		return b
	}
	return append(append(append(append(b, `,"`...), name...), `":`...), o...)
}
