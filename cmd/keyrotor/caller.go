package main

import (
	"net/http"

	"github.com/keyrotor/keyrotor/cmd/keyrotor/access"
	"github.com/keyrotor/keyrotor/speke"
)

// may reports whether the caller of a request may see a channel.
func may(r *http.Request, channel string) bool { return access.From(r.Context()).May(channel) }

// mayFollow reports whether the caller may see the feed of a channel that is not public.
func mayFollow(r *http.Request, channel string) bool {
	return may(r, channel) && access.From(r.Context()).Is(access.Viewer)
}

// packager says who asks by SPEKE: the credential, and behind a slash ?encryptor=, which tells
// packagers with one credential apart. So none can speak as another credential's.
func packager(r *http.Request) speke.Caller {
	caller := access.From(r.Context())
	name := caller.Name
	if encryptor := r.URL.Query().Get("encryptor"); encryptor != "" && len(encryptor) <= maxEncryptor {
		name += "/" + encryptor
	}
	return speke.Caller{Packager: name, May: caller.May}
}

// packagerName is the name of a packager that asks, or "" if the caller is none.
func packagerName(r *http.Request) string {
	if !access.From(r.Context()).Is(access.Packager) {
		return ""
	}
	return packager(r).Packager
}

// maxEncryptor bounds a packager's name in bytes, since it becomes part of record names.
const maxEncryptor = 128
