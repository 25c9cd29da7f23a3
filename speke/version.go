package speke

import "github.com/keyrotor/keyrotor/speke/cpix"

const version20, cpix20 = "2.0", "2.3"

// version is the SPEKE version in which a request is to be answered. header is its
// X-Speke-Version, "" if it has none; then the document's own version decides. A request
// with neither is SPEKE 1.0. A request is never answered in another version than its own.
func version(header string, doc *cpix.Document) (string, error) {
	switch {
	case header != "" && header != version20, header == "" && !doc.Version.Present:
		return "", errSpekeVersion
	case doc.ContentID.Value == "":
		return "", errMissingContentID
	case doc.Version.Value == "":
		return "", errMissingVersion
	case doc.Version.Value != cpix20:
		return "", errVersion
	}
	return version20, nil
}
