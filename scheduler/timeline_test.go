package scheduler_test

import (
	"bytes"
	"cmp"
	"context"
	"flag"
	"fmt"
	"log/slog"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	gocmp "github.com/google/go-cmp/cmp"

	"github.com/keyrotor/keyrotor/keyplan"
	"github.com/keyrotor/keyrotor/keyplan/ledger/memstore"
	"github.com/keyrotor/keyrotor/scheduler"
	"github.com/keyrotor/keyrotor/scheduler/announce"
	"github.com/keyrotor/keyrotor/speke/signaling"
)

var update = flag.Bool("update", false, "rewrite the golden part of every timeline")

const (
	instant = "2006-01-02 15:04:05"
	divider = "\n=====\n"
)

// A timeline file is a script, a line of =====, and what came of it. Everything is in UTC.
func TestATimelineReplaysAsWritten(t *testing.T) {
	files, _ := filepath.Glob("testdata/timeline/*.txt")
	if len(files) == 0 {
		t.Fatal("no timelines")
	}
	for _, file := range files {
		t.Run(strings.TrimSuffix(filepath.Base(file), ".txt"), func(t *testing.T) {
			text, err := os.ReadFile(file)
			if err != nil {
				t.Fatal(err)
			}
			script, want, _ := strings.Cut(string(text), divider)
			var got string
			synctest.Test(t, func(t *testing.T) { got = replay(t, script) })
			if *update {
				err = os.WriteFile(file, []byte(strings.TrimSpace(script)+"\n"+divider+got), 0o644)
			} else if diff := gocmp.Diff(want, got); diff != "" {
				t.Errorf("timeline (-want +got):\n%s", diff)
			}
			if err != nil {
				t.Fatal(err)
			}
		})
	}
}

func replay(t *testing.T, script string) string {
	d := &day{t: t, store: &faulty{Store: memstore.New()}}
	for line := range strings.Lines(script) {
		line = strings.TrimSpace(line)
		if line == "" || strings.HasPrefix(line, "#") {
			continue
		}
		at, err := time.Parse(instant, line[:len(instant)])
		if err != nil {
			t.Fatalf("%q: %v", line, err)
		}
		if d.clock == nil {
			d.clock = newClock(at)
		}
		d.clock.until(t, at)
		d.do(strings.TrimSpace(line[len(instant):]))
		synctest.Wait()
	}
	if d.running != nil {
		t.Fatal("the script does not stop what it starts")
	}
	return d.text()
}

// A day is the state of a timeline while it is replayed.
type day struct {
	t       *testing.T
	store   *faulty
	clock   *clock
	channel *keyplan.Channel
	running *station
	hangUp  func() // stops following

	mu    sync.Mutex // guards what follows
	order int        // grows with each command
	lines []line
}

func (d *day) do(command string) {
	verb, rest, _ := strings.Cut(command, " ")
	do, ok := map[string]func(string){
		"policy": d.policy, "start": d.start, "stop": d.halt,
		"sleep": d.shift, "clock": d.shift, "outage": d.outage,
		"bind": d.bind, "ask": d.ask, "rotate": d.rotate, "revoke": d.revoke,
	}[verb]
	if !ok {
		d.t.Fatalf("no command %q", command)
	}
	d.write("> "+verb, strings.TrimSpace(rest))
	do(strings.TrimSpace(rest))
}

// policy POLICY, as in a configuration: of the channel from its next start on.
func (d *day) policy(text string) { d.channel = channel(d.t, "news", text) }

// start starts a process: a replica, one that follows the feed, and a scheduler.
func (d *day) start(string) {
	replica := load(d.t, d.store, d.channel)
	feed, err := announce.New(announce.Config{
		Channel: func(id string) (*keyplan.Channel, bool) { return d.channel, id == "news" },
		Now:     d.clock.now, Plan: replica.Plan, Events: replica.Feed, Changed: replica.Changed,
		Signaling: noSignaling,
	})
	if err != nil {
		d.t.Fatal(err)
	}
	d.hangUp = run(d.t, func(ctx context.Context) error {
		for m := range feed.Follow(ctx, "news", 0) {
			d.hear(m, replica.Plan("news"))
		}
		return nil
	})
	synctest.Wait()
	d.running = keep(d.t, replica, scheduler.Config{
		Channels: []*keyplan.Channel{d.channel}, Now: d.clock.now, Log: slog.New(logged{d}),
	})
}

func noSignaling(string, *keyplan.Entry, keyplan.ContentKey, signaling.System) (signaling.Signaling, bool) {
	return signaling.Signaling{}, false
}

// stop ends the process.
func (d *day) halt(string) {
	d.hangUp()
	d.running.stop()
	d.running = nil
}

// sleep DURATION: the machine sleeps, no timer runs. clock DURATION: somebody sets the
// clock, back if it is negative. A process sees no difference.
func (d *day) shift(by string) { d.clock.set(d.duration(by)) }

// outage DURATION: the store cannot be reached.
func (d *day) outage(length string) {
	d.store.set(unavailable, nil)
	time.AfterFunc(d.duration(length), func() { d.store.set(nil, nil) })
}

// bind INDEX: a packager asks by period indexes for the first time.
func (d *day) bind(index string) {
	n, err := strconv.ParseUint(index, 10, 32)
	if err != nil {
		d.t.Fatal(err)
	}
	b := keyplan.Bind("news", uint32(n), d.channel.Policy.PackagerInterval, d.clock.now())
	b.N = 1
	d.create(b.Record())
}

// ask PACKAGER INDEX START: a packager gets the period that begins at START for an INDEX.
func (d *day) ask(args string) {
	packager, rest, _ := strings.Cut(args, " ")
	index, at, _ := strings.Cut(rest, " ")
	n, err := strconv.ParseUint(index, 10, 32)
	if err != nil {
		d.t.Fatal(err)
	}
	begins := d.instant(at)
	d.create(
		keyplan.Served{ContentID: "news", Index: uint32(n), Start: begins}.Record(),
		keyplan.NewSeen(begins, packager, d.channel.Policy.PackagerInterval, d.clock.now()).Record(),
	)
}

func (d *day) create(recs ...keyplan.Record) {
	if _, err := d.running.Create(d.t.Context(), "news", recs...); err != nil {
		d.t.Fatal(err)
	}
}

func (d *day) duration(s string) time.Duration {
	length, err := time.ParseDuration(s)
	if err != nil {
		d.t.Fatal(err)
	}
	return length
}

// A line is one thing that happened.
type line struct {
	order    int // commands part what happened
	at       time.Time
	what, of string
}

func (d *day) write(what, of string) {
	d.mu.Lock()
	defer d.mu.Unlock()
	if strings.HasPrefix(what, ">") {
		d.order++
		defer func() { d.order++ }()
	}
	d.lines = append(d.lines, line{d.order, d.clock.now().Truncate(time.Second), what, of})
}

// text writes the lines. What several goroutines did at one instant has no order; it is
// given that of the list.
func (d *day) text() string {
	list := []string{"rotated", "revoked", "begun", "planned", "announced", "purged", "published", "told"}
	slices.SortStableFunc(d.lines, func(a, b line) int {
		return cmp.Or(
			cmp.Compare(a.order, b.order),
			a.at.Compare(b.at),
			cmp.Compare(slices.Index(list, a.what), slices.Index(list, b.what)),
		)
	})
	var b bytes.Buffer
	for _, l := range d.lines {
		fmt.Fprintln(&b, strings.TrimSpace(fmt.Sprintf("%s  %-9s  %s", l.at.Format(instant), l.what, l.of)))
	}
	return b.String()
}

// logged is the log of a scheduler, turned into lines: an operator reads the same.
type logged struct{ *day }

func (logged) Enabled(context.Context, slog.Level) bool { return true }
func (l logged) WithAttrs([]slog.Attr) slog.Handler     { return l }
func (l logged) WithGroup(string) slog.Handler          { return l }
func (l logged) Handle(_ context.Context, r slog.Record) error {
	_, what, _ := strings.Cut(r.Message, " ") // "period planned", "channel failing"
	var of string
	var begins time.Time
	r.Attrs(func(a slog.Attr) bool {
		switch a.Key {
		case "period":
			begins = a.Value.Time()
			of = begins.Format(instant)
		case "end":
			of += " for " + a.Value.Time().Sub(begins).String()
		case "late":
			if late := a.Value.Duration(); late > 0 {
				of += ", late by " + late.String()
			}
		case "by":
			of = a.Value.Duration().String()
		case "err":
			of = strings.ReplaceAll(a.Value.String(), "\n", "; ")
		}
		return true
	})
	l.write(what, of)
	return nil
}
