package command_test

import (
	"errors"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/keyrotor/keyrotor/keyplan"
	"github.com/keyrotor/keyrotor/scheduler/command"
)

func after(minutes, seconds int) time.Time {
	return noon.Add(time.Duration(minutes)*time.Minute + time.Duration(seconds)*time.Second)
}

func TestARotationIsAsEarlyAsNoPackagerIsServedPastIt(t *testing.T) {
	tests := map[string]struct {
		served []int // minutes after noon
		want   time.Time
		airs   time.Time
	}{
		"nobody asked":                     {nil, after(10, 15), time.Time{}},
		"a packager holds this minute":     {[]int{10}, after(11, 0), after(11, 0)},
		"a packager asks two ahead":        {[]int{10, 11, 12}, after(13, 0), after(13, 0)},
		"a packager holds a later one too": {[]int{10, 13}, after(11, 0), after(11, 0)},
		"a packager holds the whole hour":  {count(10, 60), after(60, 0), after(60, 0)},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			d := newDesk(t, planned(t))
			if tt.served != nil {
				d.serve("news", tt.served...)
			}
			r, err := d.Rotate(t.Context(), d.channel, order(""), time.Time{})
			if err != nil || !r.Entry.Start.Equal(tt.want) {
				t.Fatalf("%+v, %v, want %s", r.Entry, err, tt.want)
			}
			if diff := cmp.Diff([]command.Switch{{ContentID: "news", At: tt.airs}, {ContentID: "other"}}, r.Switches); diff != "" {
				t.Error(diff)
			}
			if len(r.Entry.Keys) != 2 || r.Entry.Keys[0].KID == d.video(noon).KID {
				t.Errorf("keys %v", r.Entry.Keys)
			}
			if tt.served != nil && (len(r.Packagers) != 1 || r.Packagers[0].Packager != "packager of news") {
				t.Errorf("packagers %v", r.Packagers)
			}
		})
	}
}

func count(from, to int) []int {
	var all []int
	for n := from; n < to; n++ {
		all = append(all, n)
	}
	return all
}

func TestARotationThatIsTooEarlySaysWhichIsTheEarliest(t *testing.T) {
	d := newDesk(t, planned(t))
	d.serve("news", 10, 12)
	for _, tt := range []struct{ at, earliest time.Time }{
		{after(-60, 0), after(11, 0)},
		{after(10, 14), after(11, 0)},
		{after(10, 59), after(11, 0)},
		{after(12, 0), after(13, 0)},
		{after(12, 59), after(13, 0)},
	} {
		_, err := d.Rotate(t.Context(), d.channel, order(""), tt.at)
		early, ok := errors.AsType[*command.TooEarlyError](err)
		if !ok || !early.Earliest.Equal(tt.earliest) {
			t.Errorf("at %s: %v, want the earliest %s", tt.at, err, tt.earliest)
			continue
		}
		if r, err := d.Rotate(t.Context(), d.channel, order(""), tt.earliest); err != nil || !r.Entry.Start.Equal(tt.earliest) {
			t.Errorf("at the earliest: %v, %v", r.Entry, err)
		}
	}
	if _, err := d.Rotate(t.Context(), d.channel, order(""), noon.AddDate(100, 0, 0)); !errors.Is(err, command.ErrReach) {
		t.Errorf("in a hundred years: %v", err)
	}
}

func TestARotationBeyondThePlanPlansUpToIt(t *testing.T) {
	d := newDesk(t, planned(t))
	at := d.replica.Plan("news").End().Add(90 * time.Minute)
	r, err := d.Rotate(t.Context(), d.channel, order(""), at)
	if err != nil || !r.Entry.Start.Equal(at) || r.Entry.Duration() != 30*time.Minute {
		t.Errorf("%v, %v", r.Entry, err)
	}
}

func TestARotationWhereAPeriodBeginsIsThatOne(t *testing.T) {
	d := newDesk(t, planned(t))
	want := d.video(after(60, 0)).KID
	r, err := d.Rotate(t.Context(), d.channel, order(""), after(60, 0))
	if err != nil || r.Entry.Keys[0].KID != want || r.Entry.Split {
		t.Errorf("%+v, %v", r.Entry, err)
	}
}

func TestACommandIsRepeatedOnAnyReplicaAndDecidesTheSame(t *testing.T) {
	store := planned(t)
	one, other := newDesk(t, store), newDesk(t, store)
	first, err := one.Rotate(t.Context(), one.channel, order("k"), time.Time{})
	if err != nil {
		t.Fatal(err)
	}
	other.now = other.now.Add(time.Minute)
	again, err := other.Rotate(t.Context(), other.channel, order("k"), time.Time{})
	if diff := cmp.Diff(first.Entry, again.Entry); err != nil || diff != "" {
		t.Errorf("%v\n%s", err, diff)
	}
	if one.rotated != 1 || other.rotated != 0 {
		t.Errorf("counted %d and %d times", one.rotated, other.rotated)
	}
	for name, err := range map[string]error{
		"another instant": fail(other.Rotate(t.Context(), other.channel, order("k"), after(30, 0))),
		"another verb":    fail(other.Revoke(t.Context(), other.channel, order("k"), other.video(noon).KID, true)),
		"a rebind":        fail(other.Rebound(t.Context(), other.channel, order("k"), command.Rebinding{ContentID: "news"})),
	} {
		if !errors.Is(err, command.ErrOtherCommand) {
			t.Errorf("%s: %v", name, err)
		}
	}
}

func fail[T any](_ T, err error) error { return err }

func TestARotationIsKnownToAnotherReplicaOnceItIsAcknowledged(t *testing.T) {
	store := planned(t)
	one, other := newDesk(t, store), newDesk(t, store)
	r, err := one.Rotate(t.Context(), one.channel, order(""), time.Time{})
	if err != nil {
		t.Fatal(err)
	}
	if err := other.replica.CatchUp(t.Context()); err != nil {
		t.Fatal(err)
	}
	e, _ := other.replica.Plan("news").At(r.Entry.Start)
	if diff := cmp.Diff(r.Entry, e); diff != "" {
		t.Error(diff)
	}
}

// However a server dies between two of its decisions, a repeat on another finishes the command
// as it was decided, and both know of it.
func TestACommandThatWasCutShortIsFinishedByARepeat(t *testing.T) {
	away := errors.New("away")
	rotate := func(d *desk) (keyplan.Period, error) {
		r, err := d.Rotate(t.Context(), d.channel, order("k"), time.Time{})
		if err != nil {
			return keyplan.Period{}, err
		}
		return r.Entry.Period, nil
	}
	revoke := func(d *desk) (keyplan.Period, error) {
		r, err := d.Revoke(t.Context(), d.channel, order("k"), d.video(noon).KID, false)
		if err != nil || r.Rotation == nil {
			return keyplan.Period{}, err
		}
		return keyplan.Period{Start: r.Rotation.Entry.Start, End: r.From}, nil
	}
	for name, carryOut := range map[string]func(*desk) (keyplan.Period, error){"rotate": rotate, "revoke": revoke} {
		for _, lost := range []bool{false, true} {
			cut := 0
			for n := 1; ; n++ {
				store := planned(t)
				newDesk(t, store).serve("news", 10, 11)
				reader := newDesk(t, store)
				victim := newDesk(t, &stumbling{Store: store, err: away, left: n, lost: lost})
				if _, err := carryOut(victim); err == nil {
					break
				} else if !errors.Is(err, away) || !errors.Is(err, command.ErrUnfinished) {
					t.Fatal(err)
				}
				cut++
				next := newDesk(t, store)
				decided, begun := next.replica.Plan("news").Command("k")
				next.now = next.now.Add(20 * time.Second)
				got, err := carryOut(next)
				if err != nil || begun && !got.Start.Equal(decided.Start) {
					t.Fatalf("%s cut at %d: %v, %v, decided %s", name, n, got, err, decided.Start)
				}
				if err := reader.replica.CatchUp(t.Context()); err != nil {
					t.Fatal(err)
				}
				for _, d := range []*desk{reader, newDesk(t, store)} {
					if e, ok := d.replica.Plan("news").Starting(got.Start); !ok || !e.Split {
						t.Errorf("%s cut at %d: no split at %s", name, n, got.Start)
					}
					if kid := d.video(noon).KID; name == "revoke" && !d.replica.Plan("news").Withdrawn(kid, got.End) {
						t.Errorf("revoke cut at %d: the KID is not withdrawn at %s", n, got.End)
					}
				}
			}
			if cut < 3 {
				t.Errorf("%s was cut at %d places only", name, cut)
			}
		}
	}
}

func TestARotationThatWasCutShortIsRefusedOnceItsTimeHasCome(t *testing.T) {
	store := planned(t)
	victim := newDesk(t, &stumbling{Store: store, err: errors.New("away"), left: 2})
	if _, err := victim.Rotate(t.Context(), victim.channel, order("k"), time.Time{}); err == nil {
		t.Fatal("it was not cut short")
	}
	d := newDesk(t, store)
	d.now = after(10, 9)
	if _, err := d.Rotate(t.Context(), d.channel, order("k"), time.Time{}); !errors.Is(err, command.ErrOverdue) {
		t.Errorf("six seconds before: %v", err)
	}
	if _, err := d.Rotate(t.Context(), d.channel, order("l"), time.Time{}); err != nil {
		t.Errorf("another command: %v", err)
	}
}
