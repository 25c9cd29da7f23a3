package license

import (
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"strings"

	"github.com/keyrotor/keyrotor/keyplan"
)

const (
	// maxKIDs is how many KIDs a request may have. Players name all that stand in a pssh box,
	// which packagers fill with a batch of 50.
	maxKIDs = 1000
	// maxBody is the longest such request, in bytes, with room for white space.
	maxBody = 64 << 10
)

// readClearKey reads a license request of Encrypted Media Extensions, 9.1.3, and gives each of its
// KIDs once. Of a license type that is not temporary it wants nothing: there is nothing to keep.
func readClearKey(body io.Reader) ([]keyplan.KID, error) {
	text, err := io.ReadAll(body)
	if long, ok := errors.AsType[*http.MaxBytesError](err); ok {
		return nil, long
	}
	var asked struct {
		KIDs []string `json:"kids"`
		Type string   `json:"type"`
	}
	switch {
	case err != nil, json.Unmarshal(text, &asked) != nil:
		return nil, wrongRequest("body: want a JSON object with kids and type")
	case asked.Type != "" && asked.Type != "temporary":
		return nil, wrongRequest("type: want temporary")
	case len(asked.KIDs) == 0 || len(asked.KIDs) > maxKIDs:
		return nil, wrongRequest(fmt.Sprintf("kids: want 1 to %d of them", maxKIDs))
	}
	return parseKIDs(asked.KIDs)
}

func parseKIDs(names []string) ([]keyplan.KID, error) {
	kids, known := make([]keyplan.KID, 0, len(names)), make(map[keyplan.KID]bool, len(names))
	for i, name := range names {
		b, err := base64.RawURLEncoding.Strict().DecodeString(name)
		if err != nil || len(b) != len(keyplan.KID{}) || strings.ContainsAny(name, "\r\n") {
			return nil, wrongRequest(fmt.Sprintf("kids[%d]: want 16 bytes in base64url without padding", i))
		}
		if kid := keyplan.KID(b); !known[kid] {
			known[kid], kids = true, append(kids, kid)
		}
	}
	return kids, nil
}
