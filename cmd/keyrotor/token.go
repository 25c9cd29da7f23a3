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

type tokenCommand struct {
	Server  string   `default:"http://127.0.0.1:8080" placeholder:"URL" help:"The server."`
	User    string   `env:"KEYROTOR_USER" placeholder:"NAME:PASSWORD" help:"Basic credentials of an issuer; or in KEYROTOR_USER."`
	Channel string   `required:"" placeholder:"ID" help:"The channel."`
	Subject string   `placeholder:"NAME" help:"Who the token is for."`
	Tracks  []string `placeholder:"TRACK" help:"Only these track types."`
	Scheme  string   `placeholder:"SCHEME" help:"Only this protection scheme."`
	KIDs    []string `name:"kids" placeholder:"KID" help:"Exactly these KIDs."`
	JSON    bool     `name:"json" help:"Print the whole answer; otherwise the token alone."`
}

// Validate is called by the parser, so that what it refuses is wrong usage.
func (c tokenCommand) Validate() error {
	if c.User != "" && !strings.Contains(c.User, ":") {
		return errors.New("--user, or KEYROTOR_USER: want NAME:PASSWORD")
	}
	return nil
}

// Run prints the token, so that it can be used in a shell: $(keyrotor token …).
func (c tokenCommand) Run(term terminal) error {
	answer, err := c.ask()
	if err != nil {
		return err
	}
	if c.JSON {
		_, err = term.out.Write(answer)
		return err
	}
	var body struct {
		Token string `json:"token"`
	}
	if err := json.Unmarshal(answer, &body); err != nil {
		return fmt.Errorf("read the server's answer: %w", err)
	}
	fmt.Fprintln(term.out, body.Token)
	return nil
}

func (c tokenCommand) ask() ([]byte, error) {
	wishes, err := json.Marshal(c.wishes())
	if err != nil {
		return nil, err
	}
	target := strings.TrimRight(c.Server, "/") + "/v1/channels/" + url.PathEscape(c.Channel) + "/token"
	req, err := http.NewRequest(http.MethodPost, target, bytes.NewReader(wishes))
	if err != nil {
		return nil, err
	}
	req.Header.Set("Content-Type", "application/json")
	if name, password, ok := strings.Cut(c.User, ":"); ok {
		req.SetBasicAuth(name, password)
	}
	client := http.Client{Timeout: 10 * time.Second}
	resp, err := client.Do(req)
	if err != nil {
		return nil, fmt.Errorf("ask the server: %w", err)
	}
	defer resp.Body.Close()
	body, err := io.ReadAll(io.LimitReader(resp.Body, 1<<20))
	if err == nil && resp.StatusCode != http.StatusOK {
		err = c.refusal(resp, body)
	}
	return body, err
}

// refusal words what the server said, and what the user may do about it.
func (c tokenCommand) refusal(resp *http.Response, body []byte) error {
	var problem api.Problem
	if json.Unmarshal(body, &problem) == nil && problem.Detail != "" {
		return fmt.Errorf("the server says %s: %s", resp.Status, problem.Detail)
	}
	switch {
	case resp.StatusCode == http.StatusUnauthorized && c.User == "":
		return fmt.Errorf("the server says %s: give the credentials of an issuer by --user or KEYROTOR_USER", resp.Status)
	case resp.StatusCode == http.StatusForbidden:
		return fmt.Errorf("the server says %s: the credentials are not those of an issuer", resp.Status)
	}
	return fmt.Errorf("the server says %s", resp.Status)
}

// wishes has only what was asked for.
func (c tokenCommand) wishes() map[string]any {
	w := map[string]any{}
	if c.Subject != "" {
		w["subject"] = c.Subject
	}
	if c.Scheme != "" {
		w["scheme"] = c.Scheme
	}
	if len(c.Tracks) > 0 {
		w["tracks"] = c.Tracks
	}
	if len(c.KIDs) > 0 {
		w["kids"] = c.KIDs
	}
	return w
}
