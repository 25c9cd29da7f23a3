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

// callerName names who sent a request.
func callerName(r *http.Request) string {
	if caller := access.From(r.Context()); caller != nil {
		return caller.Name
	}
	return ""
}

// packager says who asks by SPEKE.
func packager(r *http.Request) speke.Caller {
	caller := access.From(r.Context())
	return speke.Caller{Packager: packagerOf(r, caller.Name), May: caller.May}
}

// packagerOf names a packager: whose credential or signature it shows, and behind a slash
// ?encryptor=, which tells packagers with one of them apart. So none can speak as another's.
func packagerOf(r *http.Request, name string) string {
	encryptor := r.URL.Query().Get("encryptor")
	if encryptor == "" || len(encryptor) > maxEncryptor {
		return name
	}
	return name + "/" + encryptor
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
