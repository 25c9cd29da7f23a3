package scheduler

import (
	"context"
	"errors"
	"sync"
	"time"

	"github.com/keyrotor/keyrotor/keyplan"
)

// tend keeps each channel that packagers create, from when it is known here until it is
// forgotten.
func (s *Scheduler) tend(ctx context.Context, keepers *sync.WaitGroup) {
	for ctx.Err() == nil {
		for _, ch := range s.directory().Created() {
			if s.begins(ch.ID) {
				k := s.keeper(ch.Channel)
				k.created = true
				keepers.Go(func() {
					defer s.ends(ch.ID)
					k.load(ctx)
					k.run(ctx)
				})
			}
		}
		sleep(ctx, longestSleep)
	}
}

// begins is true once for each channel that is not kept yet.
func (s *Scheduler) begins(channel string) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	kept := s.tended[channel]
	s.tended[channel] = true
	return !kept
}

func (s *Scheduler) ends(channel string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	delete(s.tended, channel)
	delete(s.failures, channel)
}

// load reads what is known of a channel that another replica created, before anything is
// planned. It returns when it has, or with ctx.
func (k *keeper) load(ctx context.Context) {
	for failures := 1; ctx.Err() == nil && !k.ledger.Loaded(k.channel.ID); failures++ {
		err := k.read(ctx)
		if ctx.Err() != nil {
			return
		}
		k.report(err)
		if err != nil {
			sleep(ctx, backoff(failures))
		}
	}
}

func (k *keeper) read(ctx context.Context) error {
	ctx, cancel := context.WithTimeout(ctx, patience)
	defer cancel()
	return k.ledger.Load(ctx, k.channel.ID)
}

// rereadEvery is how often a channel that nobody asks for here is read: for as long at most it
// is not known that somebody asks another replica again.
const rereadEvery = 10 * time.Minute

// dormant reports whether nobody has asked for a channel that was created since so long that
// nothing of it is planned or announced any more. Other replicas may have been asked, which
// is read.
func (k *keeper) dormant(ctx context.Context, now time.Time) bool {
	if k.idle(now) && now.Sub(k.reread).Abs() >= rereadEvery && k.read(ctx) == nil {
		k.reread = now
	}
	return k.idle(now)
}

func (k *keeper) idle(now time.Time) bool {
	return k.created && k.directory().Idle(k.channel.ID, k.plan(), now)
}

// fade purges a dormant channel, and forgets it once nothing of it is left, at other replicas
// either.
func (k *keeper) fade(ctx context.Context, now time.Time) error {
	err := k.purge(ctx)
	if len(k.directory().Forget(k.channel.ID, k.plan(), now)) == 0 {
		return err
	}
	if unread := k.read(ctx); unread != nil {
		return errors.Join(err, unread)
	}
	names := k.directory().Forget(k.channel.ID, k.plan(), now)
	if len(names) == 0 {
		return err
	}
	bounded, cancel := context.WithTimeout(ctx, patience)
	defer cancel()
	if deleted := k.ledger.Delete(bounded, keyplan.DirectoryChannel, names...); deleted != nil {
		return errors.Join(err, deleted)
	}
	k.log.Info("channel forgotten: nobody asks for it")
	k.forgotten = true
	return err
}
