package keyplan

import "time"

// A Command is what an operator's command decided. It is kept first, under the key that the
// operator's client chose, so that a repeat, on whatever replica and after whatever crash,
// finds the same decision and finishes what was begun.
type Command struct {
	// Key is the Idempotency-Key (1 to MaxCommandKey bytes).
	Key string `json:"key"`
	// Verb is what is to be done, and Digest the SHA-256 of what the client asked for.
	Verb   string `json:"verb"`
	Digest []byte `json:"digest"`
	// Start is the instant that it is about: of a boundary, or of a binding.
	Start time.Time `json:"start,omitzero"`
	Audit
}

// MaxCommandKey is how long the key of a command may be in bytes.
const MaxCommandKey = 255

// KeepCommands is how long a command can be repeated.
const KeepCommands = 24 * time.Hour

// Record is command/<hex key>.
func (c Command) Record() Record { return encode(commandName(c.Key), "command", c) }

func (c Command) sound() bool {
	return c.Key != "" && len(c.Key) <= MaxCommandKey && whole(c.Start, c.At)
}

func commandName(key string) string { return "command/" + hexName(key) }

// Command finds the command with a key.
func (p *Plan) Command(key string) (Command, bool) {
	c, ok := p.fact(commandName(key)).(Command)
	return c, ok
}

// OldCommands names the records of commands that cannot be repeated any more.
func (p *Plan) OldCommands(now time.Time) []string {
	var names []string
	for name, fact := range p.facts.all() {
		if c, ok := fact.(Command); ok && c.At.Add(KeepCommands).Before(now) {
			names = append(names, name)
		}
	}
	return names
}
