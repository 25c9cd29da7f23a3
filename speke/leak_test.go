package speke_test

import (
	"bytes"
	"context"
	"encoding/base64"
	"encoding/hex"
	"fmt"
	"strings"
	"sync"
	"testing"
)

// logged keeps what a logger writes.
type logged struct {
	mu   sync.Mutex // guards text
	text bytes.Buffer
}

func (l *logged) Write(b []byte) (int, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.text.Write(b)
}

func (l *logged) String() string {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.text.String()
}

// keys gives every content key of the first channel's plan.
func (p *provider) keys() [][]byte {
	p.Helper()
	var keys [][]byte
	for _, e := range p.replica.Plan(p.channel.ID).Entries() {
		for _, k := range e.Keys {
			secret, err := p.planner.Sealer.Open(context.Background(), e.Ref(p.channel.ID, k), k.KID, k.Sealed)
			if err != nil {
				p.Fatal(err)
			}
			keys = append(keys, secret.Reveal())
		}
	}
	return keys
}

// requireNoKeyLogged holds every provider of every test to the law that keys are not
// logged, at no level.
func (p *provider) requireNoKeyLogged() { p.requireNoKey("the log", p.log.String()) }

func (p *provider) requireNoKey(where, text string) {
	p.Helper()
	for _, key := range p.keys() {
		if form, found := leak(text, key); found {
			p.Fatalf("%s holds a content key in %s form", where, form)
		}
	}
}

// leak reports in which form text holds key.
func leak(text string, key []byte) (form string, found bool) {
	lower := strings.ToLower(text)
	for form, spelled := range spellings(key) {
		if strings.Contains(text, spelled) || form == "hex" && strings.Contains(lower, spelled) {
			return form, true
		}
	}
	return "", false
}

func spellings(key []byte) map[string]string {
	return map[string]string{
		"raw":           string(key),
		"quoted":        strings.Trim(fmt.Sprintf("%q", key), `"`),
		"hex":           hex.EncodeToString(key),
		"spaced hex":    fmt.Sprintf("% x", key),
		"base64":        base64.RawStdEncoding.EncodeToString(key),
		"base64url":     base64.RawURLEncoding.EncodeToString(key),
		"decimal array": strings.Trim(fmt.Sprint(key), "[]"),
		"JSON array":    strings.ReplaceAll(strings.Trim(fmt.Sprint(key), "[]"), " ", ","),
	}
}

func TestALeakIsSeenInEveryForm(t *testing.T) {
	key := bytes.Repeat([]byte{0xfb, 0xef, 0x02, 'K'}, 4)
	for form, spelled := range spellings(key) {
		t.Run(form, func(t *testing.T) {
			if _, found := leak("level=DEBUG msg=x key="+spelled+" y=z", key); !found {
				t.Error("not seen")
			}
		})
	}
	if form, found := leak("level=DEBUG msg=x", key); found {
		t.Errorf("seen as %s where there is none", form)
	}
	if _, found := leak(strings.ToUpper(hex.EncodeToString(key)), key); !found {
		t.Error("upper-case hex is not seen")
	}
}
