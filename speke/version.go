package speke

import (
	"net/http"

	"github.com/keyrotor/keyrotor/keyplan"
	"github.com/keyrotor/keyrotor/speke/cpix"
)

// A version is one of SPEKE's, as X-Speke-Version names it.
type version string

const (
	speke10 version = "1.0"
	speke20 version = "2.0"
	speke21 version = "2.1"
)

// spoken is the version that an X-Speke-Version names, if it is one that has the header.
func spoken(header string) (version, bool) {
	v := version(header)
	return v, v == speke20 || v == speke21
}

// documented is the version that a CPIX@version stands for, "" for one that is not known.
func documented(text cpix.Text) version {
	switch text {
	case cpix.Text{}:
		return speke10
	case cpix.NewText("2.3"):
		return speke20
	case cpix.NewText("2.4"):
		return speke21
	}
	return ""
}

// versionOf is the version in which a request is to be answered, and be refused if there
// is an error. header is its X-Speke-Version, "" if it has none; then the document's own
// version decides, and one without any is SPEKE 1.0. A request is never answered in
// another version than its own.
func versionOf(header string, doc *cpix.Document) (version, error) {
	named := documented(doc.Version)
	if header == "" && named == speke10 {
		return speke10, missing(doc.ID, errMissingID)
	}
	speaks, known := spoken(header)
	switch {
	case header != "" && !known:
		return "", errSpekeVersion
	case doc.ContentID.Value == "":
		return speaks, errMissingContentID
	case doc.Version.Value == "":
		return speaks, errMissingVersion
	case named == "" || known && named != speaks:
		return speaks, errVersion
	}
	return named, nil
}

// missing is err if a text is absent or empty.
func missing(text cpix.Text, err error) error {
	if text.Value == "" {
		return err
	}
	return nil
}

// contentID is what names the content in a version.
func (v version) contentID(doc *cpix.Document) string {
	if v == speke10 {
		return doc.ID.Value
	}
	return doc.ContentID.Value
}

// scheme is the one that a ContentKey@commonEncryptionScheme names. SPEKE 2.1 also has the
// METHODs of HLS. What is no scheme stays as it is: no channel has it.
func (v version) scheme(name string) keyplan.Scheme {
	if v == speke21 {
		switch name {
		case "SAMPLE-AES":
			return keyplan.CBCS
		case "SAMPLE-AES-CTR":
			return keyplan.CENC
		case "AES-128":
			return keyplan.CBC1
		}
	}
	return keyplan.Scheme(name)
}

// name sets the headers in which a version says who answers. Before it is known, those
// of SPEKE 2.x are.
func (v version) name(header http.Header, userAgent string) {
	if v == speke10 {
		header.Set("Speke-User-Agent", userAgent)
		return
	}
	header.Set("X-Speke-User-Agent", userAgent)
	if v != "" {
		header.Set("X-Speke-Version", string(v))
	}
}
