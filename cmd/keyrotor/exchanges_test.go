package main_test

import (
	"strings"
	"testing"
)

// An exchange is a request and the status that it gets.
type exchange struct {
	method, path, who, body string
	status                  int
}

// exchanges provoke every answer of the fixture's server but those of a broken one. kid is
// one of channel open.
func exchanges(t testing.TB, kid string) []exchange {
	t.Helper()
	var all []exchange
	for _, path := range []string{"/speke/v1.0/copyProtection", spekePath, "/speke"} {
		all = append(all, spekeExchanges(t, path)...)
	}
	const heartbeat = "/speke/v1.0/heartbeat"
	all = append(all,
		exchange{"GET", heartbeat, "packager", "", 200},
		exchange{"GET", heartbeat, "", "", 401},
		exchange{"GET", heartbeat, "viewer", "", 403},
	)
	const cpix, rebind = "/v1/channels/open/cpix?scheme=cbcs", "/v1/channels/open/rebind"
	all = append(all,
		exchange{"GET", cpix, "packager", "", 200},
		exchange{"GET", "/v1/channels/open/cpix", "packager", "", 400},
		exchange{"GET", cpix, "", "", 401},
		exchange{"GET", cpix, "operator", "", 403},
		exchange{"GET", "/v1/channels/nowhere/cpix", "packager", "", 404},
		exchange{"GET", cpix + "&from=2026-01-01T00:00:00Z", "packager", "", 422},
		exchange{"POST", rebind, "operator", `{"index":7}`, 200},
		exchange{"POST", rebind, "operator", `{"index":-7}`, 400},
		exchange{"POST", rebind, "", `{"index":7}`, 401},
		exchange{"POST", rebind, "viewer", `{"index":7}`, 403},
		exchange{"POST", "/v1/channels/nowhere/rebind", "operator", `{"index":7}`, 404},
		exchange{"POST", "/v1/channels/a%252Fb%3Fc%23%C3%A9/rebind", "operator", `{"index":7}`, 409},
		exchange{"POST", rebind, "operator", strings.Repeat(" ", 8193), 413},
	)
	const rotate, revoke = "/v1/channels/open/rotate", "/v1/channels/open/revoke"
	const why = `"reason":"a test"}`
	all = append(all,
		exchange{"POST", rotate, "operator", `{` + why, 200},
		exchange{"POST", rotate, "operator", `{"reason":""}`, 400},
		exchange{"POST", rotate, "", `{` + why, 401},
		exchange{"POST", rotate, "viewer", `{` + why, 403},
		exchange{"POST", "/v1/channels/nowhere/rotate", "operator", `{` + why, 404},
		exchange{"POST", rotate, "operator", `{"at":"2026-01-01T00:00:00Z",` + why, 409},
		exchange{"POST", rotate, "operator", strings.Repeat(" ", 8193), 413},
		exchange{"POST", rotate, "operator", `{"at":"2999-01-01T00:00:00Z",` + why, 422},
		exchange{"POST", revoke, "operator", `{"kid":"` + kid + `",` + why, 200},
		exchange{"POST", revoke, "operator", `{"kid":"x",` + why, 400},
		exchange{"POST", revoke, "", `{"kid":"` + kid + `",` + why, 401},
		exchange{"POST", revoke, "viewer", `{"kid":"` + kid + `",` + why, 403},
		exchange{"POST", revoke, "operator", `{"kid":"` + unknownKID + `",` + why, 404},
		exchange{"POST", revoke, "operator", strings.Repeat(" ", 8193), 413},
	)
	all = append(all, exchange{"POST", "/widevine/open", "", `{"request":"e30=","signature":"","signer":"wv"}`, 200})
	const token = "/v1/channels/open/token"
	all = append(all,
		exchange{"POST", token, "issuer", `{"tracks":["VIDEO"],"scheme":"cbcs","subject":"x"}`, 200},
		exchange{"POST", token, "issuer", `{"kids":["` + kid + `","` + unknownKID + `"]}`, 200},
		exchange{"POST", token, "issuer", `{"tracks":["UHD"]}`, 400},
		exchange{"POST", token, "", `{}`, 401},
		exchange{"POST", token, "viewer", `{}`, 403},
		exchange{"POST", "/v1/channels/nowhere/token", "issuer", `{}`, 404},
		exchange{"POST", token, "issuer", strings.Repeat(" ", 8193), 413},
		exchange{"POST", token, "issuer", `{"format":"dashif"}`, 200},
	)
	const authorize = "/v1/channels/open/authorize?kids="
	all = append(all,
		exchange{"GET", authorize + kid, "issuer", "", 200},
		exchange{"GET", authorize + "all", "issuer", "", 400},
		exchange{"GET", authorize + unknownKID, "issuer", "", 403},
		exchange{"GET", authorize + kid, "", "", 403},
		exchange{"GET", "/v1/channels/nowhere/authorize?kids=" + kid, "issuer", "", 404},
		exchange{"POST", "/license/clearkey", "", "{}", 404},
		exchange{"OPTIONS", "/license/clearkey", "", "", 404},
		exchange{"GET", "/license/aes128/open/" + kid, "", "", 404},
		exchange{"OPTIONS", "/license/aes128/open/" + kid, "", "", 404},
		exchange{"POST", "/token", "", "", 404},
		exchange{"OPTIONS", "/token", "", "", 404},
		exchange{"GET", "/.well-known/jwks.json", "", "", 200},
		exchange{"GET", "/v1/kids/" + kid, "viewer", "", 200},
		exchange{"GET", "/v1/kids/" + strings.ToUpper(strings.ReplaceAll(kid, "-", "")), "viewer", "", 200},
		exchange{"GET", "/v1/kids/x", "viewer", "", 400},
		exchange{"GET", "/v1/kids/" + unknownKID, "viewer", "", 404},
		exchange{"GET", "/v1/channels/open/periods?from=2026-01-01T00:00:00Z", "operator", "", 200},
		exchange{"GET", "/v1/channels/open/periods?from=x", "viewer", "", 400},
		exchange{"GET", "/v1/channels/open/announcement", "", "", 200},
		exchange{"GET", "/v1/channels/closed/announcement", "viewer", "", 200},
		exchange{"GET", "/v1/channels/closed/announcement", "wrong", "", 401},
		exchange{"GET", "/v1/channels/closed/announcement", "", "", 404},
		exchange{"OPTIONS", "/v1/channels/open/announcement", "", "", 204},
		exchange{"OPTIONS", "/v1/channels/closed/announcement", "viewer", "", 404},
		exchange{"OPTIONS", "/v1/channels/open/events", "", "", 204},
		exchange{"OPTIONS", "/v1/channels/nowhere/events", "", "", 404},
		exchange{"GET", "/v1/channels/open/events?after=0", "", "", 200},
		exchange{"GET", "/v1/channels/open/events?after=x", "", "", 400},
		exchange{"GET", "/v1/channels/open/events", "wrong", "", 401},
		exchange{"GET", "/v1/channels/nowhere/events", "viewer", "", 404},
		exchange{"GET", "/v1/channels", "viewer", "", 200},
		exchange{"GET", "/v1/channels/open", "viewer", "", 200},
		exchange{"GET", "/metrics", "viewer", "", 200},
		exchange{"GET", "/livez", "", "", 200},
		exchange{"GET", "/readyz", "", "", 200},
		exchange{"GET", "/openapi.yaml", "", "", 200},
		exchange{"GET", "/announcement.schema.json", "", "", 200},
	)
	const replay = "/v1/webhooks/hook/replay"
	all = append(all,
		exchange{"GET", "/v1/webhooks", "operator", "", 200},
		exchange{"GET", "/v1/webhooks", "", "", 401},
		exchange{"GET", "/v1/webhooks", "viewer", "", 403},
		exchange{"POST", replay, "operator", `{"since":"2026-01-01T00:00:00Z","channel":"open"}`, 200},
		exchange{"POST", replay, "operator", `{"after":1}`, 400},
		exchange{"POST", replay, "", `{}`, 401},
		exchange{"POST", replay, "viewer", `{}`, 403},
		exchange{"POST", "/v1/webhooks/nowhere/replay", "operator", `{}`, 404},
		exchange{"POST", replay, "operator", strings.Repeat(" ", 8193), 413},
	)
	for _, path := range []string{"/v1/channels", "/v1/channels/open", "/v1/channels/open/periods", "/v1/kids/" + kid, "/metrics"} {
		all = append(all, exchange{"GET", path, "", "", 401}, exchange{"GET", path, "packager", "", 403})
	}
	for _, path := range []string{"/v1/channels/nowhere", "/v1/channels/nowhere/periods"} {
		all = append(all, exchange{"GET", path, "viewer", "", 404})
	}
	return all
}

// spekeExchanges provoke every answer to a packager.
func spekeExchanges(t testing.TB, path string) []exchange {
	t.Helper()
	fine := document(t, "open", week())
	return []exchange{
		{"POST", path, "packager", fine, 200},
		{"POST", path + "?encryptor=b", "packager", fine, 200},
		{"POST", path, "packager", "<cpix", 400},
		{"POST", path, "", fine, 401},
		{"POST", path, "viewer", fine, 403},
		{"POST", path, "packager", document(t, "nowhere", week()), 404},
		{"POST", path, "packager", fine + strings.Repeat(" ", 8193), 413},
		{"POST", path, "packager", document(t, "open", week()+1000), 422},
		{"POST", path, "packager", strings.Replace(fine, `"2.3"`, `"1.9"`, 1), 422},
	}
}
