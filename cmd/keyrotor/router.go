package main

import (
	"errors"
	"net/http"
	"net/url"
	"strings"

	"github.com/labstack/echo/v4"
	"github.com/labstack/echo/v4/middleware"

	"github.com/keyrotor/keyrotor/cmd/keyrotor/api"
)

// A route is one method and path, with its path parameters in braces as OpenAPI has them.
type route struct {
	method, path string
	handler      http.Handler
}

// newRouter puts routes behind what every request goes through. It is the only place that
// knows echo: handlers are plain net/http.
func newRouter(routes []route, c ServerConfig, watch *metrics) http.Handler {
	e := echo.New()
	e.HTTPErrorHandler = unrouted(watch)
	e.Use(middleware.RequestID(), named, recovered(watch.log), bounded(c.MaxBody))
	for _, r := range routes {
		pattern := strings.NewReplacer("{", ":", "}", "").Replace(r.path)
		e.Match(r.methods(), pattern, plain(watch.route(r.path, r.handler), parameters(r.path)))
	}
	return e
}

// methods are the route's own and, with GET, HEAD (RFC 9110 §9.1), whose body net/http
// drops.
func (r route) methods() []string {
	if r.method == http.MethodGet {
		return []string{http.MethodGet, http.MethodHead}
	}
	return []string{r.method}
}

// plain runs a net/http handler, which finds path parameters in Request.PathValue.
func plain(h http.Handler, names []string) echo.HandlerFunc {
	return func(c echo.Context) error {
		r := c.Request()
		for _, name := range names {
			value, err := unescaped(r.URL, c.Param(name))
			if err != nil {
				return echo.ErrNotFound
			}
			r.SetPathValue(name, value)
		}
		h.ServeHTTP(c.Response(), r)
		return nil
	}
}

// unescaped is a parameter that echo took from the path as it came, or, if that says no
// more, from the path without its escapes.
func unescaped(u *url.URL, param string) (string, error) {
	if u.RawPath == "" {
		return param, nil
	}
	return url.PathUnescape(param)
}

// parameters are the names in braces.
func parameters(path string) []string {
	var names []string
	for part := range strings.SplitSeq(path, "/") {
		if name, ok := strings.CutPrefix(part, "{"); ok {
			names = append(names, strings.TrimSuffix(name, "}"))
		}
	}
	return names
}

// unrouted answers, and counts, what no handler answered: an unknown path or method, and a
// panic. One that began to answer before it panicked has its status already.
func unrouted(watch *metrics) echo.HTTPErrorHandler {
	return func(err error, c echo.Context) {
		status := http.StatusInternalServerError
		if e, ok := errors.AsType[*echo.HTTPError](err); ok {
			status = e.Code
		}
		watch.unrouted(c.Request().Method, status)
		if !c.Response().Committed {
			api.NewProblem(status, "").Write(c.Response())
		}
	}
}
