package session_test

import (
	"fmt"

	"hubsim/event"
	"hubsim/node"
	"hubsim/session"
)

// listener is a machine with two parts: it hears decisions and prints them, and asks once, at boot,
// for the revoked tokens.
type listener struct {
	numbers   session.Numbers
	decisions session.Topic
	pull      session.Pull
}

func newListener() *listener {
	l := &listener{}
	c := session.WSO2()
	c.Topic.Topic, c.Topic.Hubs, c.Topic.Self = event.ThrottleData, []event.NodeID{"tm-1.broker", "tm-2.broker"}, "gw-1"
	c.Pull.Servers, c.Pull.Self = []event.NodeID{"cp-1"}, "gw-1"
	l.decisions = session.NewTopic(c.Topic, &l.numbers)
	l.pull = session.NewPull(c.Pull, &l.numbers)
	return l
}

// Step hands the input to each part; what does not concern a part is ignored by it.
func (l *listener) Step(now node.Clock, in node.Input, out *node.Output) {
	if in.Kind == node.Boot {
		l.decisions.Start(now, out)
		l.pull.Ask(now, event.PullRequest{ID: 1, Path: event.PathRevoked}, out)
		return
	}
	if msg, what := l.decisions.Step(now, &in, out); what == session.TopicMessage {
		if d, ok := msg.(*event.Decision); ok {
			fmt.Println("throttled:", d.Key)
		}
	}
	if resp, done := l.pull.Step(now, &in, out); done {
		fmt.Println("pulled:", resp.Path, resp.Status)
	}
}

// Deadline is the earlier of the parts'.
func (l *listener) Deadline() event.Mono { return min(l.decisions.Deadline(), l.pull.Deadline()) }

func Example() {
	var out node.Output
	l := newListener()
	l.Step(node.Clock{}, node.Input{Kind: node.Boot}, &out)
	for _, a := range out.Acts {
		fmt.Println("open", a.Session, a.To)
	}
	decision := &event.Publish{Topic: event.ThrottleData, Body: &event.Decision{Key: "7:/pizza/1.0.0:1.0.0:Gold", IsThrottled: true}}
	for _, in := range []node.Input{
		{Kind: node.Up, Session: 1},
		{Kind: node.Up, Session: 2},
		{Kind: node.Received, Session: 1, Msg: decision},
		{Kind: node.Received, Session: 2, Msg: &event.PullResponse{ID: 1, Path: event.PathRevoked, Status: 200}},
	} {
		out.Reset()
		l.Step(node.Clock{}, in, &out)
	}
	// Output:
	// open 1 tm-1.broker/topics
	// open 2 cp-1/pull
	// throttled: 7:/pizza/1.0.0:1.0.0:Gold
	// pulled: /revokedjwt 200
}
