package speke_test

import (
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
)

// An answer is what came back of a request.
type answer struct {
	status int
	header http.Header
	body   string
}

// post sends a document as an encryptor does. An answer that is no success must not hold
// a key.
func (p *provider) post(header, document string) answer {
	p.Helper()
	req, err := http.NewRequestWithContext(p.Context(), http.MethodPost, p.url, strings.NewReader(document))
	if err != nil {
		p.Fatal(err)
	}
	req.Header.Set("Content-Type", "application/xml")
	req.Header.Set("Packager", "encryptor")
	if header != "" {
		req.Header.Set("x-speke-version", header)
	}
	resp, err := http.DefaultClient.Do(req)
	if err != nil {
		p.Fatal(err)
	}
	defer resp.Body.Close()
	body, err := io.ReadAll(resp.Body)
	if err != nil {
		p.Fatal(err)
	}
	if resp.StatusCode != http.StatusOK {
		p.requireNoKey("an error", string(body))
	}
	return answer{resp.StatusCode, resp.Header, string(body)}
}

// A direct answer is one that took no network.
type direct struct {
	status int
	body   string
}

// direct is post without a network.
func (p *provider) direct(document string) direct {
	p.Helper()
	req := httptest.NewRequestWithContext(p.Context(), http.MethodPost, "/", strings.NewReader(document))
	req.Header.Set("X-Speke-Version", "2.0")
	req.Header.Set("Packager", "encryptor")
	w := httptest.NewRecorder()
	p.handler.ServeHTTP(w, req)
	if w.Code != http.StatusOK {
		p.requireNoKey("an error", w.Body.String())
	}
	return direct{w.Code, w.Body.String()}
}

// postBy sends a document as one of many does: errors are for the caller to count.
func postBy(client *http.Client, url, document string) (answer, error) {
	req, err := http.NewRequest(http.MethodPost, url, strings.NewReader(document))
	if err != nil {
		return answer{}, err
	}
	resp, err := client.Do(req)
	if err != nil {
		return answer{}, err
	}
	defer resp.Body.Close()
	body, err := io.ReadAll(resp.Body)
	return answer{resp.StatusCode, resp.Header, string(body)}, err
}
