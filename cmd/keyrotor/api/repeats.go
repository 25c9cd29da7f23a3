package api

import "sync"

// repeats remembers what commands were answered, so that a client which lost the answer can
// ask again with the same Idempotency-Key and nothing is done twice. It lasts as long as the
// process, and holds the latest commands only.
type repeats struct {
	mu     sync.Mutex // guards what follows, and is held while a command is carried out
	done   map[string]any
	latest []string
}

// most bounds the commands that are remembered.
const most = 1000

func newRepeats() *repeats { return &repeats{done: map[string]any{}} }

// once gives what a command was answered that had the same key, or carries it out. A key
// names one command: it holds who asked, what for, and the client's own key. Failures are
// not remembered.
func (r *repeats) once(key string, do func() (any, error)) (any, error) {
	r.mu.Lock()
	defer r.mu.Unlock()
	if answer, ok := r.done[key]; ok {
		return answer, nil
	}
	answer, err := do()
	if err != nil {
		return nil, err
	}
	if len(r.latest) == most {
		delete(r.done, r.latest[0])
		r.latest = r.latest[1:]
	}
	r.done[key], r.latest = answer, append(r.latest, key)
	return answer, nil
}
