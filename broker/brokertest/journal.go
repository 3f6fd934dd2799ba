package brokertest

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"sync"

	"hubsim/event"
	"hubsim/live"
)

// journal is what all sessions of a script heard, in order of connection.
type journal struct {
	mu      sync.Mutex
	changed *sync.Cond
	ears    []*ear
	turns   []turn // who has published together in this block, in the order in which it is told
}

// turn is the numbers of one of several that published at once.
type turn struct{ first, last uint64 }

func newJournal() *journal {
	j := &journal{}
	j.changed = sync.NewCond(&j.mu)
	return j
}

// await waits until done holds, which it asks under the lock, or until ctx ends.
func (j *journal) await(ctx context.Context, done func() bool) bool {
	stop := context.AfterFunc(ctx, func() {
		j.mu.Lock()
		defer j.mu.Unlock()
		j.changed.Broadcast()
	})
	defer stop()
	j.mu.Lock()
	defer j.mu.Unlock()
	for !done() && ctx.Err() == nil {
		j.changed.Wait()
	}
	return done()
}

// tell returns what was heard since the last call, a line a session and topic.
func (j *journal) tell() []string {
	j.mu.Lock()
	defer j.mu.Unlock()
	var lines []string
	for _, e := range j.ears {
		lines = append(lines, e.lines()...)
	}
	j.turns = nil
	return lines
}

// turn is the place of a message among those that were published together; the others come first.
// Between publishers nothing is promised, of one the order is.
func (j *journal) turn(h heard) int {
	return slices.IndexFunc(j.turns, func(t turn) bool { return t.first <= h.n && h.n <= t.last })
}

// stall makes an ear take nothing, or go on.
func (j *journal) stall(e *ear, yes bool) {
	j.mu.Lock()
	defer j.mu.Unlock()
	e.stalled = yes
	j.changed.Broadcast()
}

// wake lets all ears go on.
func (j *journal) wake() {
	j.mu.Lock()
	defer j.mu.Unlock()
	for _, e := range j.ears {
		e.stalled = false
	}
	j.changed.Broadcast()
}

// ear is the Inbox of one session.
type ear struct {
	journal *journal
	name    string

	// All under the journal's lock.
	heard    map[event.Topic][]heard
	stalled  bool // takes nothing
	odd      []string
	beats    int // heartbeats not yet told
	echoes   int // heartbeats ever
	down     bool
	downTold bool
	barriers map[event.Topic]uint64 // the highest that came
}

// heard is a message as it is told.
type heard struct {
	n    uint64
	text string
}

var _ live.Inbox = (*ear)(nil)

// listen adds a session. The second of a name is called name#2.
func (j *journal) listen(name string) *ear {
	j.mu.Lock()
	defer j.mu.Unlock()
	before := 0
	for _, e := range j.ears {
		if plain, _, _ := strings.Cut(e.name, "#"); plain == name {
			before++
		}
	}
	if before > 0 {
		name = fmt.Sprintf("%s#%d", name, before+1)
	}
	e := &ear{journal: j, name: name, heard: map[event.Topic][]heard{}, barriers: map[event.Topic]uint64{}}
	j.ears = append(j.ears, e)
	return e
}

// echoes tells how many heartbeats have come back to a session.
func (j *journal) echoes(e *ear) int {
	j.mu.Lock()
	defer j.mu.Unlock()
	return e.echoes
}

// unhear takes one heartbeat out of what is to be told.
func (j *journal) unhear(e *ear) {
	j.mu.Lock()
	defer j.mu.Unlock()
	e.beats--
}

// Received implements live.Inbox.
func (e *ear) Received(id uint64, m event.Message) {
	e.journal.mu.Lock()
	defer e.journal.mu.Unlock()
	defer e.journal.changed.Broadcast()
	for e.stalled {
		e.journal.changed.Wait()
	}
	if e.down {
		e.odd = append(e.odd, "heard something after down")
	}
	switch m := m.(type) {
	case *event.Heartbeat:
		e.beats++
		e.echoes++
	case *event.Publish:
		e.published(id, m)
	default:
		e.odd = append(e.odd, fmt.Sprintf("heard a %T", m))
	}
}

func (e *ear) published(id uint64, p *event.Publish) {
	n, shape, same := read(p)
	if n >= firstBarrier {
		e.barriers[p.Topic] = max(e.barriers[p.Topic], n)
		return
	}
	text := label(n, shape)
	if !same {
		text += "(altered)"
	}
	if id != n {
		text += fmt.Sprintf("(id %d)", id)
	}
	e.heard[p.Topic] = append(e.heard[p.Topic], heard{n, text})
}

// Down implements live.Inbox.
func (e *ear) Down(r event.Reason) {
	e.journal.mu.Lock()
	defer e.journal.mu.Unlock()
	defer e.journal.changed.Broadcast()
	switch {
	case e.down:
		e.odd = append(e.odd, "down twice")
	case r == event.NoReason:
		e.odd = append(e.odd, "down without a reason")
	}
	e.down = true
}

func (e *ear) lines() []string {
	var lines []string
	for t, all := range e.heard {
		slices.SortStableFunc(all, func(a, b heard) int { return e.journal.turn(a) - e.journal.turn(b) })
		line := fmt.Sprintf("%s: %s", e.name, t)
		for _, h := range all {
			line += " " + h.text
		}
		lines = append(lines, line)
	}
	slices.Sort(lines)
	for range e.beats {
		lines = append(lines, e.name+": heartbeat")
	}
	for _, o := range e.odd {
		lines = append(lines, e.name+": "+o)
	}
	if e.down && !e.downTold {
		e.downTold = true
		lines = append(lines, e.name+": down")
	}
	clear(e.heard)
	e.beats, e.odd = 0, nil
	return lines
}
