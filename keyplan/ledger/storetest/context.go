package storetest

import "context"

// contextLaws say what is done for a caller who has gone: nothing.
func contextLaws() []Law {
	return []Law{
		{"a Create whose context has ended keeps nothing", func(s subject) {
			s.refused("Create of a new name", func(ctx context.Context) error {
				_, err := s.store.Create(ctx, channel, records("a")...)
				return err
			})
			s.same("stored", nil, s.list(channel, "", "", 0))
			s.create(channel, records("a")...)
			s.refused("Create of a name that exists", func(ctx context.Context) error {
				_, err := s.store.Create(ctx, channel, records("a")...)
				return err
			})
		}},
		{"a Get or List whose context has ended fails", func(s subject) {
			s.create(channel, records("a")...)
			s.refused("Get", func(ctx context.Context) error {
				_, err := s.store.Get(ctx, channel, "a")
				return err
			})
			s.refused("List", func(ctx context.Context) error {
				_, err := s.store.List(ctx, channel, "", "", 0)
				return err
			})
		}},
		{"a Delete whose context has ended removes nothing", func(s subject) {
			s.create(channel, records("a")...)
			s.refused("Delete", func(ctx context.Context) error { return s.store.Delete(ctx, channel, "a") })
			s.same("stored", records("a"), s.get(channel, "a"))
		}},
	}
}

// refused fails the law if call succeeds although its context has ended.
func (s subject) refused(what string, call func(ctx context.Context) error) {
	s.Helper()
	ctx, cancel := context.WithCancel(s.Context())
	cancel()
	if call(ctx) == nil {
		s.Fatalf("%s succeeded although its context had ended", what)
	}
}
