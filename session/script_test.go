package session

import (
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/cockroachdb/datadriven"

	"hubsim/event"
)

// TestScripts runs testdata/scripts/*.txt: what a part does while its peers come and go, as a story. A line
// of the answer is an instant and an act of the part ("open", "PEER < message", "note …", "close"),
// something that happened to it ("PEER up", "PEER down: why"), or what a Step told its machine ("=>").
//
//	topic hubs=(cp-1,cp-2) profile=wso2     a part, started; also publisher, feed group=(a|b) …, pull
//	there|down|dark PEER                    how a peer behaves from now on
//	reset PEER                              its sessions break
//	hold|release PEER                       whether its answers wait
//	status PEER 500                         what it answers to pulls
//	say PEER KEY                            a broker sends a decision
//	wait 30s
//	publish ID [revocation]; offer 1 5; ask PATH ID
//	burst 9                                 notifications n-1 to n-9
//
// A publisher with duplicate=(tm-2.broker) is two that get each message, the first one first, and share
// their threads if the knobs say so: senders=own, senders=none, senders=slow
// for threads that take up to 5 ms (as in the profile unless said).
func TestScripts(t *testing.T) {
	datadriven.Walk(t, "testdata/scripts", func(t *testing.T, path string) {
		s := &script{}
		datadriven.RunTest(t, path, func(t *testing.T, d *datadriven.TestData) string {
			if s.wire == nil || s.makes(d.Cmd) {
				s.make(t, d)
			} else {
				s.run(t, d)
			}
			fail(t, s.wire)
			s.wire.breaches = nil
			said := s.wire.log.String()
			s.wire.log.Reset()
			return said
		})
	})
}

type script struct {
	wire      *wire
	publisher *Publisher
	second    *Publisher // duplicate
	feed      *Feed
	pull      *Pull
}

func (*script) makes(cmd string) bool {
	return cmd == "topic" || cmd == "publisher" || cmd == "feed" || cmd == "pull"
}

// make builds a part with the profile's knobs; peers that were set before stay as they are.
func (s *script) make(t *testing.T, d *datadriven.TestData) {
	var old *wire
	if old = s.wire; old == nil {
		old = newWire()
	}
	profile, names, groups, twice, threads := "wso2", []string{}, []string{}, "", ""
	for _, a := range d.CmdArgs {
		switch a.Key {
		case "profile":
			profile = a.Vals[0]
		case "hubs":
			names = a.Vals
		case "group":
			groups = append(groups, a.Vals[0])
		case "duplicate":
			twice = a.Vals[0]
		case "senders":
			threads = a.Vals[0]
		case "down", "dark":
			for _, v := range a.Vals {
				old.peer(event.NodeID(v)).state = a.Key
			}
		}
	}
	c := WSO2()
	if profile == "hardened" {
		c = Hardened()
	}
	var list []event.NodeID
	for _, n := range names {
		list = append(list, event.NodeID(n))
	}
	*s = script{}
	switch d.Cmd {
	case "topic":
		c.Topic.Topic, c.Topic.Hubs, c.Topic.Self = event.ThrottleData, list, "gw-1"
		s.wire, _ = topicOn(c.Topic)
	case "publisher":
		c.Publisher.Hubs, c.Publisher.Self = list, "tm-1"
		switch threads {
		case "slow":
			c.Publisher.Senders.Spread = 5 * event.Millisecond
		case "own":
			c.Publisher.Senders.Shared = false
		case "none":
			c.Publisher.Senders = SendersConfig{}
		}
		s.wire, s.publisher = publisherOn(c.Publisher)
		if twice != "" {
			c.Publisher.Hubs = []event.NodeID{event.NodeID(twice)}
			s.wire, s.publisher, s.second = publishersOn(list, c.Publisher)
		}
	case "feed":
		c.Feed.Groups, c.Feed.Self = scriptGroups(groups), "gw-1"
		s.wire, s.feed = feedOn(c.Feed)
	case "pull":
		c.Pull.Servers, c.Pull.Self = list, "gw-1"
		s.wire, s.pull = pullOn(c.Pull)
	default:
		d.Fatalf(t, "no part %q", d.Cmd)
	}
	s.wire.peers = old.peers
	s.wire.start()
}

// scriptGroups reads groups as the product writes them: a|b is failover, a+b load balance.
func scriptGroups(all []string) []Group {
	var groups []Group
	for _, g := range all {
		balance := strings.Contains(g, "+")
		var names []event.NodeID
		for _, n := range strings.FieldsFunc(g, func(r rune) bool { return r == '|' || r == '+' }) {
			names = append(names, event.NodeID(n))
		}
		groups = append(groups, Group{Endpoints: endpoints(names...), LoadBalance: balance})
	}
	return groups
}

func (s *script) publish(m event.Message) {
	s.wire.publish(s.publisher, event.NotificationTopic, m)
	if s.second != nil {
		s.wire.publish(s.second, event.NotificationTopic, m)
	}
}

func (s *script) run(t *testing.T, d *datadriven.TestData) {
	w, arg := s.wire, func(i int) string {
		if i < len(d.CmdArgs) {
			return d.CmdArgs[i].Key
		}
		return ""
	}
	number := func(i int) int {
		n, err := strconv.Atoi(arg(i))
		if err != nil {
			d.Fatalf(t, "%s: argument %d: %v", d.Cmd, i+1, err)
		}
		return n
	}
	id := event.NodeID(arg(0))
	switch d.Cmd {
	case "there", "down", "dark":
		w.become(id, d.Cmd)
	case "reset":
		w.reset(id)
	case "hold":
		w.peer(id).hold = true
	case "release":
		w.release(id)
	case "status":
		w.peer(id).status = number(1)
	case "say":
		w.say(id, &event.Publish{Topic: event.ThrottleData, Body: &event.Decision{Key: event.ThrottleKey(arg(1)), IsThrottled: true}})
	case "wait":
		length, err := time.ParseDuration(arg(0))
		if err != nil {
			d.Fatalf(t, "wait: %v", err)
		}
		w.wait(length)
	case "publish":
		m := notification(arg(0))
		if arg(1) == "revocation" {
			m = revocation(arg(0))
		}
		s.publish(m)
	case "burst":
		for i := range number(0) {
			s.publish(notification("n-" + strconv.Itoa(i+1)))
		}
	case "offer":
		w.offer(s.feed, number(0), number(1))
	case "ask":
		w.do(func() {
			s.pull.Ask(w.clock(), event.PullRequest{Path: event.Path(arg(0)), ID: uint64(number(1))}, &w.out)
		})
	default:
		d.Fatalf(t, "no command %q", d.Cmd)
	}
}
