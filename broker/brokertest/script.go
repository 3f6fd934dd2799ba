package brokertest

import (
	"context"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/cockroachdb/datadriven"

	"hubsim/event"
	"hubsim/live"
)

// patience bounds every wait of a script. A script that reaches it has failed; one that passes does
// not depend on it.
const patience = 20 * time.Second

// Body is an implementation under test.
type Body struct {
	Broker live.Broker
	// Break breaks the connection of a session that Broker opened, as a network would.
	Break func(live.Session)
	// FoldCase says that it compares topics without regard to case.
	FoldCase bool
}

// Run runs every script of a folder, each on a body of its own.
func Run(t *testing.T, folder string, body func(*testing.T) Body) {
	t.Helper()
	datadriven.Walk(t, folder, func(t *testing.T, path string) { RunFile(t, path, body(t)) })
}

// RunFile runs one script and closes the body.
func RunFile(t *testing.T, path string, body Body) {
	t.Helper()
	s := begin(body)
	defer s.close()
	datadriven.RunTest(t, path, func(t *testing.T, d *datadriven.TestData) string {
		said, err := s.block(t, d.FullCmd()+"\n"+d.Input)
		if err != nil {
			d.Fatalf(t, "%v", err)
		}
		return said
	})
}

// begin makes a script that has done nothing; its hub starts with the first block.
func begin(body Body) *script {
	return &script{Body: body, journal: newJournal(), addresses: map[string]string{}, sessions: map[string]*session{}, barrier: firstBarrier}
}

// close leaves nothing behind.
func (s *script) close() {
	s.journal.wake()
	s.Broker.Close()
}

// logger is a test of any kind.
type logger interface {
	Logf(format string, args ...any)
}

// script is a script at some point of its run.
type script struct {
	Body
	log       logger // of the block
	journal   *journal
	addresses map[string]string   // of the hubs that were started
	sessions  map[string]*session // those that are there, by name
	speaker   string              // who has published since all was quiet, or ""
	barrier   uint64              // the last one sent
	failures  []string            // of this block
}

// session is a session that is there.
type session struct {
	live.Session
	*ear
	hub    string
	topics map[event.Topic]bool   // subscribed
	owed   map[event.Topic]uint64 // the last barrier that was sent to it
}

// block runs commands and returns what was heard until all was quiet.
func (s *script) block(log logger, commands string) (said string, err error) {
	s.log = log
	if len(s.addresses) == 0 {
		err = s.start("hub")
	}
	for _, command := range strings.FieldsFunc(commands, func(r rune) bool { return r == ';' || r == '\n' }) {
		if words := strings.Fields(command); len(words) > 0 && err == nil {
			if err = s.do(words[0], words[1:]); err != nil {
				err = fmt.Errorf("%s: %w", strings.Join(words, " "), err)
			}
		}
	}
	if err == nil {
		err = s.quiet()
	}
	for _, line := range append(s.failures, s.journal.tell()...) {
		said += line + "\n"
	}
	s.failures = nil
	return said, err
}

// do runs one command. An error is the script's or the harness's; what fails as it may is output.
// All is quiet before a command, except that one session's publishes may follow each other at once.
func (s *script) do(verb string, args []string) error {
	goesOn := verb == "publish" && len(args) > 0 && args[0] == s.speaker
	if !goesOn {
		if err := s.quiet(); err != nil {
			return err
		}
	}
	switch verb {
	case "connect":
		return each(args, s.connect)
	case "start":
		return each(args, s.start)
	case "close":
		return each(args, s.part)
	case "reset":
		return each(args, s.reset)
	case "stop":
		return each(args, s.stop)
	case "stall":
		return each(args, s.stall)
	case "wake":
		return each(args, s.wake)
	case "together":
		return s.together(args)
	case "subscribe", "publish", "heartbeat":
		if len(args) == 0 || s.sessions[args[0]] == nil {
			return fmt.Errorf("needs the name of a session that was connected")
		}
		return s.say(verb, args[0], args[1:])
	}
	return fmt.Errorf("no such command; doc.go of brokertest lists them")
}

func each(names []string, f func(string) error) error {
	for _, name := range names {
		if err := f(name); err != nil {
			return err
		}
	}
	return nil
}

func (s *script) say(verb, name string, args []string) error {
	from := s.sessions[name]
	switch verb {
	case "subscribe":
		return each(args, func(topic string) error { return s.subscribe(from, event.Topic(topic)) })
	case "publish":
		if len(args) != 2 {
			return fmt.Errorf("needs a topic and a number or a range N..M")
		}
		s.speaker = name
		return s.publish(from, event.Topic(args[0]), args[1])
	}
	if err := s.echo(from); err != nil {
		s.fails(name, "send a heartbeat", err)
	}
	return nil
}

func (s *script) connect(name string) error {
	name, hub, other := strings.Cut(name, "@")
	if !other {
		hub = "hub"
	}
	ctx, cancel := context.WithTimeout(context.Background(), patience)
	defer cancel()
	ear := s.journal.listen(name)
	opened, err := s.Broker.Dial(ctx, s.addresses[hub], event.NodeID(hub), ear)
	if err != nil {
		s.fails(name, "connect", err)
		return nil
	}
	s.sessions[name] = &session{Session: opened, ear: ear, hub: hub, topics: map[event.Topic]bool{}, owed: map[event.Topic]uint64{}}
	return nil
}

// fails makes a failure output. Its words differ between bodies and are only logged.
func (s *script) fails(name, doing string, err error) {
	s.log.Logf("%s: cannot %s: %v", name, doing, err)
	s.failures = append(s.failures, name+": cannot "+doing)
}

func (s *script) subscribe(from *session, t event.Topic) error {
	if err := from.Send(0, &event.Subscribe{Topic: t}); err != nil {
		s.fails(from.name, "subscribe", err)
		return nil
	}
	if spelling, ok := travels(t); ok && (spelling == t || s.FoldCase) {
		from.topics[spelling] = true
	}
	return nil
}

func (s *script) publish(from *session, t event.Topic, numbers string) error {
	what, err := parseSeries(t, numbers)
	if err != nil {
		return err
	}
	if err := what.publish(from, t); err != nil {
		s.fails(from.name, "publish", err)
	}
	return nil
}

func (s *script) part(name string) error {
	c := s.sessions[name]
	if c == nil {
		return fmt.Errorf("there is no session %q", name)
	}
	c.Close()
	delete(s.sessions, name)
	return nil
}

func (s *script) reset(name string) error {
	c := s.sessions[name]
	if c == nil {
		return fmt.Errorf("there is no session %q", name)
	}
	s.Break(c.Session)
	return s.await("the news that "+name+" is down", func() bool { return c.down })
}

func (s *script) start(hub string) error {
	ctx, cancel := context.WithTimeout(context.Background(), patience)
	defer cancel()
	addr, err := s.Broker.Start(ctx, event.NodeID(hub))
	if before, again := s.addresses[hub]; again && before != addr {
		return fmt.Errorf("came back at %s, was at %s", addr, before)
	}
	s.addresses[hub] = addr
	return err
}

func (s *script) stop(hub string) error {
	s.Broker.Stop(event.NodeID(hub))
	return s.await("the news that "+hub+" has stopped", func() bool {
		for _, c := range s.sessions {
			if c.hub == hub && !c.down {
				return false
			}
		}
		return true
	})
}
