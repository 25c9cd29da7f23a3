// Package api is keyrotor's own HTTP interface: channels, periods, KIDs, announcements,
// events and tokens as JSON, and errors as application/problem+json (RFC 9457). SPEKE has
// its own handler. It says what /openapi.yaml says, and never a key.
//
// Handlers are plain net/http and read path parameters with Request.PathValue.
package api
