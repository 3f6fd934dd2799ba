package brokertest

import (
	"context"
	"fmt"
	"slices"

	"hubsim/event"
)

func (s *script) await(what string, done func() bool) error {
	ctx, cancel := context.WithTimeout(context.Background(), patience)
	defer cancel()
	if !s.journal.await(ctx, done) {
		return fmt.Errorf("%s never came; so far:\n%v", what, s.journal.tell())
	}
	return nil
}

// quiet returns when every message has come that will. The barriers that the speaker sends behind
// its messages have reached all subscribers; without any, its heartbeat has been to the hub and back.
func (s *script) quiet() error {
	from := s.sessions[s.speaker]
	s.speaker = ""
	if from == nil {
		return nil
	}
	s.barrier++
	hearers := s.hearers(from.hub)
	sent := map[event.Topic]bool{}
	for _, to := range hearers {
		for t := range to.topics {
			if !sent[t] && from.Send(s.barrier, &event.Publish{Topic: t, Body: message(t, s.barrier, "")}) != nil {
				return nil // the speaker is down: its messages have come or are lost
			}
			sent[t] = true
			to.owed[t] = s.barrier
		}
	}
	if len(sent) == 0 {
		return s.roundTrip(from)
	}
	return s.await("what "+from.name+" published", func() bool {
		return from.down || !slices.ContainsFunc(hearers, func(to *session) bool { return to.awaits(s.barrier) })
	})
}

// caughtUp waits until an ear that takes again has taken what came meanwhile.
func (s *script) caughtUp(c *session) error {
	return s.await("what waited for "+c.name, func() bool {
		for t, barrier := range c.owed {
			if !c.down && c.barriers[t] < barrier {
				return false
			}
		}
		return true
	})
}

// roundTrip is a heartbeat that the script does not see.
func (s *script) roundTrip(from *session) error {
	if s.echo(from) == nil {
		s.journal.unhear(from.ear)
	}
	return nil
}

// echo sends a heartbeat and waits for it.
func (s *script) echo(from *session) error {
	before := s.journal.echoes(from.ear)
	if err := from.Send(0, &event.Heartbeat{}); err != nil {
		return err
	}
	return s.await("the echo of a heartbeat", func() bool { return from.echoes > before })
}

// awaits tells whether a barrier has not come yet on some topic. It is called under the journal's lock.
func (c *session) awaits(barrier uint64) bool {
	for t := range c.topics {
		if !c.down && !c.stalled && c.barriers[t] < barrier {
			return true
		}
	}
	return false
}

// hearers are the sessions to a hub that are not known to be down.
func (s *script) hearers(hub string) []*session {
	s.journal.mu.Lock()
	defer s.journal.mu.Unlock()
	var all []*session
	for _, c := range s.sessions {
		if c.hub == hub && !c.down {
			all = append(all, c)
		}
	}
	return all
}
