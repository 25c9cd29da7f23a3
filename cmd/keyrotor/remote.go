package main

import (
	"bytes"
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
	Server string `default:"http://127.0.0.1:8080" placeholder:"URL" help:"The server."`
	User   string `env:"KEYROTOR_USER" placeholder:"NAME:PASSWORD" help:"Basic credentials; or in KEYROTOR_USER."`
}

// check refuses credentials that are none. It is wrong usage.
func (s remote) check() error {
	if s.User != "" && !strings.Contains(s.User, ":") {
		return errors.New("--user, or KEYROTOR_USER: want NAME:PASSWORD")
	}
	return nil
}

// post sends body to a channel's path as JSON and gives the answer. role is who may.
func (s remote) post(channel, path, role string, body any) ([]byte, error) {
	text, err := json.Marshal(body)
	if err != nil {
		return nil, err
	}
	target := strings.TrimRight(s.Server, "/") + "/v1/channels/" + url.PathEscape(channel) + path
	req, err := http.NewRequest(http.MethodPost, target, bytes.NewReader(text))
	if err != nil {
		return nil, err
	}
	req.Header.Set("Content-Type", "application/json")
	if name, password, ok := strings.Cut(s.User, ":"); ok {
		req.SetBasicAuth(name, password)
	}
	client := http.Client{Timeout: 10 * time.Second}
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

// refusal words what the server said, and what the user may do about it.
func (s remote) refusal(resp *http.Response, body []byte, role string) error {
	var problem api.Problem
	if json.Unmarshal(body, &problem) == nil && problem.Detail != "" {
		return fmt.Errorf("the server says %s: %s", resp.Status, problem.Detail)
	}
	switch {
	case resp.StatusCode == http.StatusUnauthorized && s.User == "":
		return fmt.Errorf("the server says %s: give the credentials of an %s by --user or KEYROTOR_USER", resp.Status, role)
	case resp.StatusCode == http.StatusForbidden:
		return fmt.Errorf("the server says %s: the credentials are not those of an %s", resp.Status, role)
	}
	return fmt.Errorf("the server says %s", resp.Status)
}
