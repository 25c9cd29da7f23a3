package main_test

import (
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
)

// ask runs a command against the server and gives what it prints and says.
func (s *secureServer) ask(args ...string) (out string, err error) {
	s.t.Helper()
	text, err := exec.CommandContext(s.t.Context(), "keyrotor", args...).CombinedOutput()
	return string(text), err
}

func TestCommandsBelieveThePrivateAuthorityThatTheyAreToldOf(t *testing.T) {
	s := prepare(t)
	put(t, s.folder, "authority.pem", s.authority.pem())
	put(t, s.folder, "empty.pem", nil)
	s.run(strings.Replace(secured, "credentials:\n", `
tokens: {axinom: {communication_key_id: aa0151d7-081c-4699-a049-fc584556c9d2, communication_key: RPSdG/fViTkTjcuG3fcRXL2JDchGThWQ/tfSNHAoG+A=}}
credentials:
  - {name: issuer, role: issuer, bearer: {token: issuer-secret}}
`, 1))
	token := []string{"token", "--server", s.url, "--channel", "open", "--token", "issuer-secret"}
	for file, want := range map[string]string{
		"":              "keyrotor: ask the server: ",
		"authority.pem": "ey",
		"clients.pem":   "keyrotor: ask the server: ",
		"empty.pem":     "keyrotor: --ca " + filepath.Join(s.folder, "empty.pem") + ": no PEM certificate in it",
	} {
		args := token
		if file != "" {
			args = append(token, "--ca", filepath.Join(s.folder, file))
		}
		out, err := s.ask(args...)
		if !strings.HasPrefix(out, want) || (err == nil) != (file == "authority.pem") || strings.Contains(out, "issuer-secret") {
			t.Errorf("with %q: %v %s", file, err, out)
		}
	}
}
