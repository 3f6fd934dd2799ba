package nodetest

import (
	"fmt"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/cockroachdb/datadriven"

	"hubsim/event"
	"hubsim/node"
)

// Run plays every script below a directory, each against a machine of its own. With -rewrite the
// expected output is written anew.
func Run(t *testing.T, dir string, m Machine) {
	datadriven.Walk(t, dir, func(t *testing.T, path string) {
		b := newBench(m)
		datadriven.RunTest(t, path, func(t *testing.T, d *datadriven.TestData) string {
			w := words(d)
			known, err := b.setting(w, lines(d.Input))
			if !known {
				err = b.act(w, lines(d.Input))
			}
			if err != nil {
				t.Fatalf("%s: %s: %v", d.Pos, d.Cmd, err)
			}
			return b.take(known)
		})
	})
}

// words are a command and its arguments as they were written.
func words(d *datadriven.TestData) []string {
	all := []string{d.Cmd}
	for _, a := range d.CmdArgs {
		all = append(all, a.String())
	}
	return all
}

func lines(input string) []string {
	var all []string
	for _, l := range strings.Split(input, "\n") {
		if l = strings.TrimSpace(l); l != "" {
			all = append(all, l)
		}
	}
	return all
}

// setting carries out the commands that only change the harness.
func (b *Bench) setting(w, input []string) (known bool, err error) {
	switch w[0] {
	case "let":
		b.lets[w[1]] = strings.Join(w[2:], " ")
	case "hide", "show":
		for _, word := range w[1:] {
			b.hidden[word] = w[0] == "hide"
		}
	case "quiet", "loud":
		b.quiet = w[0] == "quiet"
	case "ack":
		b.peers.ack = w[1] == "on"
	case "tables":
		return true, b.peers.api.tables(input)
	case "delay":
		b.peers.api.delay, err = time.ParseDuration(w[1])
	case "fail":
		b.peers.api.fail, err = strconv.Atoi(w[1])
	case "wall":
		b.skew, err = time.ParseDuration(w[1])
	case "reach":
		delete(b.peers.cut, event.NodeID(w[1]))
	default:
		return false, nil
	}
	return true, err
}

// act carries out the commands that the machine notices.
func (b *Bench) act(w, input []string) error {
	if b.node == nil && w[0] != "boot" && w[0] != "cut" {
		return fmt.Errorf("no machine has booted")
	}
	switch w[0] {
	case "boot":
		return b.boot(w[1:])
	case "advance":
		d, err := time.ParseDuration(w[1])
		if err != nil {
			return err
		}
		return b.advance(d)
	case "call":
		return b.call(w[1:])
	case "publish":
		return b.publish(event.NodeID(w[1]), event.Topic(w[2]), input)
	case "send":
		return b.send(w[1], w[2], input)
	case "accept":
		in, err := b.peers.accept(event.NodeID(w[1]), w[2])
		if err == nil {
			b.step(in)
		}
		return err
	case "cut":
		return b.lose(w[1:])
	case "drop":
		ends := b.peers.lose(event.NodeID(w[1]), cut{reason: event.Reset})
		delete(b.peers.cut, event.NodeID(w[1]))
		b.steps(ends)
		return nil
	case "state":
		b.text.WriteString(b.machine.State(b.node, b.now()))
		return nil
	}
	return fmt.Errorf("no such command")
}

func (b *Bench) steps(all []node.Input) {
	for _, in := range all {
		b.step(in)
	}
}

// lose carries out "cut NODE [REASON] [silent]".
func (b *Bench) lose(w []string) error {
	c := cut{reason: event.Reset}
	for _, word := range w[1:] {
		c.silent = c.silent || word == "silent"
		for _, r := range event.Reasons() {
			if r.String() == word {
				c.reason = r
			}
		}
	}
	b.steps(b.peers.lose(event.NodeID(w[0]), c))
	return nil
}

// message reads a message, with names put in.
func (b *Bench) message(text string) (event.Message, error) {
	w := strings.Fields(text)
	if named, ok := strings.CutPrefix(w[0], "$"); ok {
		if b.lets[named] == "" {
			return nil, fmt.Errorf("nothing is called %s", w[0])
		}
		w[0] = b.lets[named]
	}
	return Parse(strings.Join(w, " "))
}

// call carries out "call [N] MESSAGE". Requests are numbered in order.
func (b *Bench) call(w []string) error {
	n, err := strconv.Atoi(w[0])
	if err == nil {
		w = w[1:]
	} else {
		n = 1
	}
	for range n {
		m, err := b.message(strings.Join(w, " "))
		if err != nil {
			return err
		}
		if r, ok := m.(*event.Request); ok && r.ID == 0 {
			b.request++
			r.ID = b.request
		}
		b.calls++
		b.step(node.Input{Kind: node.Called, Call: b.calls, Msg: m})
	}
	return nil
}

// publish delivers messages to the machine's subscriptions of a topic at a broker.
func (b *Bench) publish(n event.NodeID, topic event.Topic, input []string) error {
	_, away := b.peers.cut[n]
	to := b.peers.find(func(p *peer) bool { return p.to.Node == n && p.topic == topic })
	if len(to) == 0 || away {
		b.line("nobody is there to hear it")
		return nil
	}
	for _, text := range input {
		m, err := b.message(text)
		if err != nil {
			return err
		}
		for _, id := range to {
			b.step(node.Input{Kind: node.Received, Session: id, Peer: n, Msg: &event.Publish{Topic: topic, Body: m}})
		}
	}
	return nil
}

// send delivers messages on the first session with a peer.
func (b *Bench) send(name, service string, input []string) error {
	to := b.peers.find(func(p *peer) bool { return p.to.Node == event.NodeID(name) && p.to.Service.String() == service })
	if len(to) == 0 {
		return fmt.Errorf("no session with %s/%s", name, service)
	}
	for _, text := range input {
		m, err := b.message(text)
		if err != nil {
			return err
		}
		b.step(node.Input{Kind: node.Received, Session: to[0], Peer: event.NodeID(name), Msg: m})
	}
	return nil
}
