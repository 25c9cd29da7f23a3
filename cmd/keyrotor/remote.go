package main

import (
	"bytes"
	"crypto/tls"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"strings"
	"time"

	"github.com/keyrotor/keyrotor/cmd/keyrotor/api"
)

// A remote is the running server that a command talks to.
type remote struct {
	Server string `default:"http://127.0.0.1:8080" placeholder:"URL" help:"The server (${default})."`
	User   string `env:"KEYROTOR_USER" placeholder:"NAME:PASSWORD" help:"Basic credentials; or in KEYROTOR_USER."`
	Token  string `env:"KEYROTOR_TOKEN" placeholder:"TOKEN" help:"A bearer token in place of --user; or in KEYROTOR_TOKEN."`
	CA     string `name:"ca" type:"path" placeholder:"FILE" help:"PEM certificates of the authorities that the server's certificate is checked against (the public ones)."`
}

// check refuses a server or credentials that are none. It is wrong usage, and the errors
// repeat nothing that may be secret.
func (s remote) check() error {
	u, err := url.Parse(s.Server)
	switch {
	case err != nil, u.Scheme != "http" && u.Scheme != "https", u.Host == "", u.User != nil, u.RawQuery != "", u.Fragment != "":
		return errors.New("--server: want a URL such as http://127.0.0.1:8080, without user, query and fragment")
	case s.User != "" && s.Token != "":
		return errors.New("--user and --token, or KEYROTOR_USER and KEYROTOR_TOKEN: want one of them")
	case s.User != "" && !strings.Contains(s.User, ":"):
		return errors.New("--user, or KEYROTOR_USER: want NAME:PASSWORD")
	case s.CA != "" && u.Scheme != "https":
		return errors.New("--ca: want a --server that begins with https://")
	}
	return nil
}

// client checks the server's certificate against the authorities of CA, if there are any.
func (s remote) client() (*http.Client, error) {
	client := &http.Client{Timeout: 10 * time.Second}
	if s.CA == "" {
		return client, nil
	}
	authorities, err := readAuthorities(s.CA)
	if err != nil {
		return nil, fmt.Errorf("--ca %s: %w", s.CA, err)
	}
	client.Transport = &http.Transport{
		Proxy:             http.ProxyFromEnvironment,
		TLSClientConfig:   &tls.Config{RootCAs: authorities},
		ForceAttemptHTTP2: true,
	}
	return client, nil
}

// show puts the credential into a request.
func (s remote) show(req *http.Request) {
	if name, password, ok := strings.Cut(s.User, ":"); ok {
		req.SetBasicAuth(name, password)
	}
	if s.Token != "" {
		req.Header.Set("Authorization", "Bearer "+s.Token)
	}
}

// post sends body to a channel's path as JSON and gives the answer. role is who may.
func (s remote) post(channel, path, role string, body any) ([]byte, error) {
	req, err := s.command(channel, path, "", body)
	if err != nil {
		return nil, err
	}
	return s.ask(req, role)
}

// command makes a request that posts body to a channel's path, with an Idempotency-Key unless
// that is empty.
func (s remote) command(channel, path, key string, body any) (*http.Request, error) {
	req, err := s.request(http.MethodPost, "/v1/channels/"+url.PathEscape(channel)+path, body)
	if err == nil && key != "" {
		req.Header.Set("Idempotency-Key", key)
	}
	return req, err
}

// request makes one for a path, with the credential and with a body as JSON; nil: none.
func (s remote) request(method, path string, body any) (*http.Request, error) {
	text, err := json.Marshal(body)
	if err != nil {
		return nil, err
	}
	if body == nil {
		text = nil
	}
	req, err := http.NewRequest(method, strings.TrimRight(s.Server, "/")+path, bytes.NewReader(text))
	if err != nil {
		return nil, err
	}
	req.Header.Set("Content-Type", "application/json")
	s.show(req)
	return req, nil
}

// ask sends a request and gives the answer. role is who may.
func (s remote) ask(req *http.Request, role string) ([]byte, error) {
	client, err := s.client()
	if err != nil {
		return nil, err
	}
	resp, err := client.Do(req)
	if err != nil {
		return nil, fmt.Errorf("ask the server: %w", err)
	}
	defer resp.Body.Close()
	answer, err := io.ReadAll(io.LimitReader(resp.Body, 1<<20))
	if err == nil && resp.StatusCode != http.StatusOK {
		err = s.refusal(resp, answer, role)
	}
	return answer, err
}

// read asks as an operator. It prints the answer as it came, or reads it into dst.
func (s remote) read(req *http.Request, term terminal, asJSON bool, dst any) (printed bool, err error) {
	answer, err := s.ask(req, "operator")
	if err != nil {
		return false, err
	}
	if asJSON {
		_, err = term.out.Write(answer)
		return true, err
	}
	if err := json.Unmarshal(answer, dst); err != nil {
		return false, fmt.Errorf("read the server's answer: %w", err)
	}
	return false, nil
}

// refusal words what the server said, and what the user may do about it.
func (s remote) refusal(resp *http.Response, body []byte, role string) error {
	var problem api.Problem
	if json.Unmarshal(body, &problem) == nil && problem.Detail != "" {
		return fmt.Errorf("the server says %s: %s", resp.Status, problem.Detail)
	}
	switch {
	case resp.StatusCode == http.StatusUnauthorized && s.User == "" && s.Token == "":
		return fmt.Errorf("the server says %s: give the credentials of an %s by --user or --token, or in KEYROTOR_USER or KEYROTOR_TOKEN", resp.Status, role)
	case resp.StatusCode == http.StatusForbidden:
		return fmt.Errorf("the server says %s: the credentials are not those of an %s", resp.Status, role)
	}
	return fmt.Errorf("the server says %s", resp.Status)
}
