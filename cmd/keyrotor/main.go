// Command keyrotor rotates the content keys of live channels on a schedule: it plans the
// coming key periods, answers packagers by SPEKE, announces keys before they are used and
// issues licence tokens that already name them.
package main

import (
	"fmt"
	"io"
	"os"
	_ "time/tzdata" // a binary that runs anywhere knows every zone

	"github.com/alecthomas/kong"
	_ "golang.org/x/crypto/x509roots/fallback" // and the public CAs, where the machine has none
)

// commands are what the command line offers.
type commands struct {
	Serve    serveCommand    `cmd:"" help:"Run the server."`
	Plan     planCommand     `cmd:"" help:"Print coming key periods, offline: no store, no server."`
	Check    checkCommand    `cmd:"" help:"Check a configuration file and name everything that is wrong."`
	Hash     hashCommand     `cmd:"" help:"Hash a secret for the configuration, or make one."`
	Token    tokenCommand    `cmd:"" help:"Ask a running server for a token."`
	Simulate simulateCommand `cmd:"" help:"Try a policy or a licence storm, offline."`
	Rotate   rotateCommand   `cmd:"" help:"Have a running server begin a period with new keys."`
	Revoke   revokeCommand   `cmd:"" help:"Have a running server withdraw a KID."`
	Rebind   rebindCommand   `cmd:"" help:"Tell a running server how a packager counts its periods."`
	Webhooks webhooksCommand `cmd:"" help:"Ask a running server how webhooks stand, or have it tell one again."`
	Version  versionCommand  `cmd:"" help:"Print the version."`
}

// A terminal is where a command reads and writes.
type terminal struct {
	in       io.Reader
	out, err io.Writer
}

func main() {
	os.Exit(run(os.Args[1:], terminal{os.Stdin, os.Stdout, os.Stderr}))
}

// run is one invocation. The exit status is 0, 1 for a failure, 2 for wrong usage.
func run(args []string, term terminal) int {
	var c commands
	parser, err := kong.New(&c, kong.Name("keyrotor"),
		kong.Description("Schedule-driven content key rotation for live streaming."),
		kong.Writers(term.out, term.err))
	if err != nil {
		fmt.Fprintln(term.err, "keyrotor:", err)
		return 2
	}
	chosen, err := parser.Parse(args)
	if err != nil {
		fmt.Fprintf(term.err, "keyrotor: %v; see keyrotor --help\n", err)
		return 2
	}
	if err := chosen.Run(term); err != nil {
		fmt.Fprintln(term.err, "keyrotor:", err)
		return 1
	}
	return 0
}
