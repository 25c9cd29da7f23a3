package license

import (
	"net/http"
	"slices"
	"strings"
)

// Headers are those in which players send tokens.
var Headers = []string{"Authorization", "X-AxDRM-Message", "X-Drm-UserToken"}

// tokenOf gives the one token that a request shows: in a header, Authorization as a Bearer, or in
// the query as token, for players that send no headers. A request with two is refused even if
// both are good: whoever wrote them may mean either.
func tokenOf(r *http.Request) (string, bool) {
	shown := slices.Concat(r.Header.Values(Headers[1]), r.Header.Values(Headers[2]), r.URL.Query()["token"])
	for _, value := range r.Header.Values(Headers[0]) {
		scheme, token, _ := strings.Cut(value, " ")
		if !strings.EqualFold(scheme, "Bearer") {
			return "", false
		}
		shown = append(shown, strings.Trim(token, " "))
	}
	if len(shown) != 1 {
		return "", false
	}
	return shown[0], true
}
