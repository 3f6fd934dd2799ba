package brokertest

import (
	"fmt"
	"strconv"
	"strings"
	"sync"

	"hubsim/event"
)

// series is messages that are published one after the other.
type series struct {
	turn
	shape string
}

// parseSeries reads N, N..M, N:SHAPE or N..M:SHAPE.
func parseSeries(t event.Topic, text string) (series, error) {
	numbers, shape, _ := strings.Cut(text, ":")
	first, last, isRange := strings.Cut(numbers, "..")
	if !isRange {
		last = first
	}
	a, errA := strconv.ParseUint(first, 10, 32)
	z, errZ := strconv.ParseUint(last, 10, 32)
	if errA != nil || errZ != nil || z < a || z >= firstBarrier {
		return series{}, fmt.Errorf("%q is neither a number nor a range N..M", numbers)
	}
	if !shaped(t, shape) {
		return series{}, fmt.Errorf("no message of topic %s has shape %q; message.go of brokertest lists them", t, shape)
	}
	return series{turn{a, z}, shape}, nil
}

func (w series) publish(from *session, t event.Topic) error {
	for n := w.first; n <= w.last; n++ {
		if err := from.Send(n, &event.Publish{Topic: t, Body: message(t, n, w.shape)}); err != nil {
			return err
		}
	}
	return nil
}

// together lets several publish at once. What is heard is told publisher by publisher.
func (s *script) together(args []string) error {
	if len(args) < 3 || len(args)%2 == 0 {
		return fmt.Errorf("needs a topic and, for each who publishes, a name and a range")
	}
	topic, rest := event.Topic(args[0]), args[1:]
	all, errs := make([]series, len(rest)/2), make([]error, len(rest)/2)
	for i := range all {
		var err error
		if all[i], err = parseSeries(topic, rest[2*i+1]); err != nil {
			return err
		}
		if s.sessions[rest[2*i]] == nil {
			return fmt.Errorf("there is no session %q", rest[2*i])
		}
		s.journal.takeTurn(all[i].turn)
	}
	var publishing sync.WaitGroup
	for i := range all {
		from := s.sessions[rest[2*i]]
		publishing.Go(func() { errs[i] = all[i].publish(from, topic) })
	}
	publishing.Wait()
	for i := range all {
		if s.speaker = rest[2*i]; errs[i] != nil {
			s.fails(s.speaker, "publish", errs[i])
		}
		if err := s.quiet(); err != nil {
			return err
		}
	}
	return nil
}

func (j *journal) takeTurn(t turn) {
	j.mu.Lock()
	defer j.mu.Unlock()
	j.turns = append(j.turns, t)
}

// stall makes a session's Inbox take nothing; wake lets it go on and waits until it has caught up.
func (s *script) stall(name string) error {
	c := s.sessions[name]
	if c == nil {
		return fmt.Errorf("there is no session %q", name)
	}
	s.journal.stall(c.ear, true)
	return nil
}

func (s *script) wake(name string) error {
	c := s.sessions[name]
	if c == nil {
		return fmt.Errorf("there is no session %q", name)
	}
	s.journal.stall(c.ear, false)
	return s.caughtUp(c)
}
