package kvtest

import (
	"context"
	"fmt"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/cockroachdb/datadriven"

	"hubsim/event"
	"hubsim/live"
)

// patience bounds every wait of a script. A script that reaches it has failed; one that passes does not
// depend on it.
const patience = 20 * time.Second

// Run runs every script of a folder, each on stores of its own, and closes them.
func Run(t *testing.T, folder string, stores func(*testing.T) live.Broker) {
	t.Helper()
	datadriven.Walk(t, folder, func(t *testing.T, path string) {
		s := &script{stores: stores(t), addresses: map[string]string{}, sessions: map[string]*session{}}
		defer s.stores.Close()
		s.must(t, s.start("kv"))
		datadriven.RunTest(t, path, func(t *testing.T, d *datadriven.TestData) string {
			var said strings.Builder
			for _, line := range strings.Split(d.FullCmd()+"\n"+d.Input, "\n") {
				if w := strings.Fields(line); len(w) > 0 {
					text, err := s.do(w)
					if err != nil {
						d.Fatalf(t, "%s: %v", line, err)
					}
					said.WriteString(text)
				}
			}
			if said.Len() == 0 {
				return "ok\n"
			}
			return said.String()
		})
	})
}

// script is a script at some point of its run.
type script struct {
	stores    live.Broker
	addresses map[string]string
	sessions  map[string]*session
}

func (*script) must(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

func (s *script) start(store string) error {
	ctx, cancel := context.WithTimeout(context.Background(), patience)
	defer cancel()
	at, err := s.stores.Start(ctx, event.NodeID(store))
	s.addresses[store] = at
	return err
}

// do carries out one command and returns what it says.
func (s *script) do(w []string) (string, error) {
	switch w[0] {
	case "start":
		return "", s.start(w[1])
	case "stop":
		s.stores.Stop(event.NodeID(w[1]))
		return s.hear()
	case "connect":
		for _, name := range w[1:] {
			if text, err := s.connect(name); text != "" || err != nil {
				return text, err
			}
		}
		return "", nil
	case "close":
		s.sessions[w[1]].Close()
		return "", nil
	case "race":
		return s.race(w[1], number(w[2]), w[3:])
	}
	return s.ask(w)
}

// connect dials a store; only a failure is said.
func (s *script) connect(name string) (string, error) {
	name, store, elsewhere := strings.Cut(name, "@")
	if !elsewhere {
		store = "kv"
	}
	ctx, cancel := context.WithTimeout(context.Background(), patience)
	defer cancel()
	c := newSession(name, store)
	link, err := s.stores.Dial(ctx, s.addresses[store], event.NodeID(store), c)
	if err != nil {
		return name + ": refused\n", nil
	}
	c.Session = link
	s.sessions[name] = c
	return "", nil
}

// hear waits until every session whose store was stopped is down.
func (s *script) hear() (string, error) {
	var said strings.Builder
	for _, name := range sortedNames(s.sessions) {
		c := s.sessions[name]
		if c.closed || c.told || s.alive(c) {
			continue
		}
		if !c.await(func() bool { return c.down }) {
			return "", fmt.Errorf("%s never heard that its store had stopped", name)
		}
		c.told = true
		said.WriteString(name + ": down\n")
	}
	return said.String(), nil
}

// alive tells whether a session's store still answers.
func (*script) alive(c *session) bool {
	_, err := c.ask(event.CounterOp{Do: event.CounterGet, Key: "alive"})
	return err == nil
}

// ask carries out a command that has an answer.
func (s *script) ask(w []string) (string, error) {
	c := s.sessions[w[1]]
	if c == nil {
		return "", fmt.Errorf("nobody is called %s", w[1])
	}
	op := event.CounterOp{Do: event.CounterGet, Key: w[2]}
	var r *event.CounterResult
	var err error
	switch w[0] {
	case "get":
	case "set":
		op.Do, op.N = event.CounterSet, number(w[3])
		if len(w) > 4 {
			if op.Expire, err = time.ParseDuration(w[4]); err != nil {
				return "", err
			}
		}
	case "add":
		op.Do, op.N = event.CounterAdd, number(w[3])
	case "burst":
		r, err = c.burst(w[2], number(w[3]))
		return answer(w[1], r, err)
	case "gone":
		return c.gone(w[2])
	default:
		return "", fmt.Errorf("no such command")
	}
	r, err = c.ask(op)
	return answer(w[1], r, err)
}

// race lets several add at once.
func (s *script) race(key string, times int64, names []string) (string, error) {
	done := make(chan error, len(names))
	for _, name := range names {
		c := s.sessions[name]
		go func() {
			_, err := c.burst(key, times)
			done <- err
		}()
	}
	for range names {
		if err := <-done; err != nil {
			return "", err
		}
	}
	r, err := s.sessions[names[0]].ask(event.CounterOp{Do: event.CounterGet, Key: key})
	return answer("all", r, err)
}

func answer(name string, r *event.CounterResult, err error) (string, error) {
	switch {
	case err != nil:
		return name + ": " + err.Error() + "\n", nil
	case !r.OK:
		return name + ": refused\n", nil
	case !r.There:
		return name + ": nothing\n", nil
	}
	return fmt.Sprintf("%s: %d\n", name, r.N), nil
}

func number(text string) int64 {
	n, err := strconv.ParseInt(text, 10, 64)
	if err != nil {
		panic(err) // a script of ours
	}
	return n
}
