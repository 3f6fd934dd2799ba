package main

import (
	"fmt"
	"io"
	"sync"
	"sync/atomic"
	"time"

	"hubsim/checker"
	"hubsim/event"
	"hubsim/fault"
	"hubsim/internal/words"
	"hubsim/node"
	"hubsim/trace"
)

// How often progress is told: on a terminal one line is drawn anew, elsewhere lines stay.
const (
	redraw    = 200 * time.Millisecond
	plainLine = 10 * time.Second
)

// screen is where progress is told. Its goroutine ends with stop.
type screen struct {
	w     io.Writer
	tty   bool
	line  func() string
	mu    sync.Mutex
	notes []string // not yet printed
	end   chan struct{}
	ended chan struct{}
}

// newScreen begins to tell; nil when the user wants quiet.
func newScreen(w io.Writer, quiet bool, line func() string) *screen {
	if quiet {
		return nil
	}
	s := &screen{w: w, tty: terminal(w), line: line, end: make(chan struct{}), ended: make(chan struct{})}
	go s.run()
	return s
}

func (s *screen) run() {
	defer close(s.ended)
	tick := time.NewTicker(redraw)
	defer tick.Stop()
	last := time.Now()
	for {
		select {
		case <-s.end:
			s.flush()
			return
		case now := <-tick.C:
			s.flush()
			switch {
			case s.tty:
				fmt.Fprintf(s.w, "\r\x1b[K%s", s.line())
			case now.Sub(last) >= plainLine:
				last = now
				fmt.Fprintf(s.w, "sim: %s\n", s.line())
			}
		}
	}
}

// note tells something that stays.
func (s *screen) note(text string) {
	if s == nil {
		return
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	s.notes = append(s.notes, text)
}

// flush prints the notes, and takes the drawn line away.
func (s *screen) flush() {
	s.mu.Lock()
	notes := s.notes
	s.notes = nil
	s.mu.Unlock()
	if s.tty {
		fmt.Fprint(s.w, "\r\x1b[K")
	}
	for _, n := range notes {
		fmt.Fprintf(s.w, "sim: %s\n", n)
	}
}

func (s *screen) stop() {
	if s == nil {
		return
	}
	close(s.end)
	<-s.ended
}

// watch counts what happens in one run, and tells of its faults.
type watch struct {
	screen    *screen
	job       *job
	faults    fault.Schedule
	at        atomic.Int64
	calls     atomic.Uint64
	decisions atomic.Uint64
}

func newWatch(w io.Writer, quiet bool, j *job) *watch {
	out := &watch{job: j}
	out.screen = newScreen(w, quiet, out.line)
	return out
}

// Observe implements trace.Observer.
func (w *watch) Observe(r *trace.Record) {
	w.at.Store(int64(r.At))
	switch {
	case r.Kind == trace.Answered && r.Request != nil:
		w.calls.Add(1)
	case r.Kind == trace.Noted && r.Note.Fact == node.DecisionEmitted:
		w.decisions.Add(1)
	case r.Kind == trace.FaultOn:
		w.say("%s fault begins: %s", w.place(), r.Mark)
	case r.Kind == trace.FaultOff && int(r.N) < len(w.faults):
		w.say("%s fault ends: %v", w.place(), w.faults[r.N])
	}
}

// say tells something that stays; a watch that is nil tells nothing.
func (w *watch) say(format string, args ...any) {
	if w != nil {
		w.screen.note(fmt.Sprintf(format, args...))
	}
}

// place is how far the run is: 12.0s of 33s.
func (w *watch) place() string {
	length := lengthOf(w.job.scenario)
	if w.job.options.Length > 0 {
		length = w.job.options.Length
	}
	return fmt.Sprintf("%.1fs of %s", event.Duration(w.at.Load()).Seconds(), words.Duration(length))
}

func (w *watch) line() string {
	return fmt.Sprintf("%s %s, %d calls, %d decisions", w.job.scenario.Name, w.place(), w.calls.Load(), w.decisions.Load())
}

func (w *watch) stop() { w.screen.stop() }

// tally counts runs that are done.
type tally struct {
	screen  *screen
	of      int
	ran     atomic.Int64
	trouble atomic.Int64
}

func newTally(w io.Writer, quiet bool, of int) *tally {
	t := &tally{of: of}
	t.screen = newScreen(w, quiet, t.line)
	return t
}

func (t *tally) add(r *checker.Result, err error) {
	if err != nil {
		return
	}
	t.ran.Add(1)
	if r.Judgement != checker.Pass {
		t.trouble.Add(1)
	}
}

func (t *tally) line() string {
	return fmt.Sprintf("%d of %d runs done, %d did not pass", t.ran.Load(), t.of, t.trouble.Load())
}

func (t *tally) stop() { t.screen.stop() }
