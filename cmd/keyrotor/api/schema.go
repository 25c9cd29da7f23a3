package api

import (
	_ "embed"
	"net/http"
)

//go:embed announcement.schema.json
var announcementSchema []byte

// AnnouncementSchema answers GET /announcement.schema.json: what an announcement looks like, in
// JSON Schema (draft 2020-12).
func AnnouncementSchema(w http.ResponseWriter, _ *http.Request) {
	w.Header().Set("Content-Type", "application/schema+json")
	_, _ = w.Write(announcementSchema) // the client is gone if this fails
}
