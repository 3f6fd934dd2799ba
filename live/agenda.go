package live

import (
	"context"
	"sort"
	"sync"
	"time"

	"hubsim/event"
)

// agenda does things at their instants, one after the other, on one goroutine.
type agenda struct {
	clock *clock
	mu    sync.Mutex
	tasks []task // in order of at, and of entry among equals
	wake  chan struct{}
}

type task struct {
	at event.Mono
	do func() error
}

func newAgenda(c *clock) agenda { return agenda{clock: c, wake: make(chan struct{}, 1)} }

// at puts something on the agenda; what is past is done at once.
func (a *agenda) at(at event.Mono, do func() error) {
	a.mu.Lock()
	defer a.mu.Unlock()
	i := sort.Search(len(a.tasks), func(i int) bool { return a.tasks[i].at > at })
	a.tasks = append(a.tasks, task{})
	copy(a.tasks[i+1:], a.tasks[i:])
	a.tasks[i] = task{at, do}
	select {
	case a.wake <- struct{}{}:
	default:
	}
}

// next takes the first task that is due, or says how long until it is.
func (a *agenda) next() (do func() error, wait time.Duration) {
	a.mu.Lock()
	defer a.mu.Unlock()
	if len(a.tasks) == 0 {
		return nil, time.Hour
	}
	first := a.tasks[0]
	if wait = a.clock.until(first.at); wait > 0 {
		return nil, wait
	}
	a.tasks = a.tasks[1:]
	return first.do, 0
}

// run does what is due until the context ends or something fails.
func (a *agenda) run(ctx context.Context) error {
	timer := time.NewTimer(time.Hour)
	defer timer.Stop()
	for ctx.Err() == nil {
		do, wait := a.next()
		if do != nil {
			if err := do(); err != nil {
				return err
			}
			continue
		}
		timer.Reset(wait)
		select {
		case <-timer.C:
		case <-a.wake:
		case <-ctx.Done():
		}
	}
	return nil
}
