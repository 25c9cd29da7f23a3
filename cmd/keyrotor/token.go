package main

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"strings"
	"time"
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
		return nil, err
	}
	defer resp.Body.Close()
	body, err := io.ReadAll(io.LimitReader(resp.Body, 1<<20))
	if err == nil && resp.StatusCode != http.StatusOK {
		err = fmt.Errorf("%s: %s", resp.Status, strings.TrimSpace(string(body)))
	}
	return body, err
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
