package main

import (
	"bufio"
	"errors"
	"fmt"
	"io"
	"strings"

	"github.com/keyrotor/keyrotor/cmd/keyrotor/access"
)

type hashCommand struct {
	Generate bool `help:"Make a random secret and print it with its hash."`
}

// Run reads the secret from standard input, so that it stays out of the shell's history
// and the process list.
func (c hashCommand) Run(term terminal) error {
	if c.Generate {
		secret := access.Generate()
		fmt.Fprintf(term.out, "secret %s\nsha256 %s\n", secret, access.Hash(secret))
		return nil
	}
	line, err := bufio.NewReader(term.in).ReadString('\n')
	if err != nil && !errors.Is(err, io.EOF) {
		return fmt.Errorf("read standard input: %w", err)
	}
	secret := strings.TrimRight(line, "\r\n")
	if secret == "" {
		return errors.New("want a secret on standard input, or --generate")
	}
	fmt.Fprintln(term.out, access.Hash(secret))
	return nil
}
