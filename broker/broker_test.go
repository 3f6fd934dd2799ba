package broker

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/cockroachdb/datadriven"

	"hubsim/event"
	"hubsim/node"
)

// TestScripts runs conversations with one broker. The commands:
//
//	new PROFILE [outflow=D] [queue=N] [overflow=RULE] [sessions=N] [subscriptions=N]
//	up SESSION PEER [service]     down SESSION REASON
//	from SESSION subscribe TOPIC | publish TOPIC ID | heartbeat | nonsense
//	at D                          time passes, with a Tick at every deadline on the way
//	late D                        time passes without one
//	feel SESSION full|takes|free  how far the subscriber has read
//	leave                         the run ends
func TestScripts(t *testing.T) {
	datadriven.Walk(t, "testdata", func(t *testing.T, path string) {
		c := &conversation{}
		datadriven.RunTest(t, path, func(t *testing.T, d *datadriven.TestData) string {
			var said strings.Builder
			for _, line := range strings.Split(d.FullCmd()+"\n"+d.Input, "\n") {
				if words := strings.Fields(line); len(words) > 0 {
					if err := c.do(words, &said); err != nil {
						d.Fatalf(t, "%s: %v", line, err)
					}
				}
			}
			return said.String()
		})
	})
}

type conversation struct {
	*Broker
	now event.Mono
	out node.Output
}

func (c *conversation) do(words []string, said *strings.Builder) error {
	in := node.Input{}
	switch words[0] {
	case "new":
		config, err := configOf(words[1:])
		c.Broker, c.now = New(config), 0
		return err
	case "at":
		d, err := time.ParseDuration(words[1])
		for until := event.Mono(d); c.Deadline() <= until; {
			c.now = max(c.now, c.Deadline())
			c.step(node.Input{Kind: node.Tick}, said)
		}
		c.now = event.Mono(d)
		return err
	case "late":
		d, err := time.ParseDuration(words[1])
		c.now = event.Mono(d)
		return err
	case "up":
		in = node.Input{Kind: node.Up, Peer: event.NodeID(words[2]), Service: event.Topics}
		if len(words) > 3 {
			in.Service = event.Feed
		}
	case "down":
		in = node.Input{Kind: node.Down, Reason: reasonOf(words[2])}
	case "feel":
		in = node.Input{Kind: node.Sensed, Sense: map[string]node.Sense{"full": node.LineFull, "takes": node.LineTakes, "free": node.LineFree}[words[2]]}
	case "leave":
		c.out.Reset()
		c.Leave(&c.out)
		c.print(said)
		return nil
	case "from":
		in = node.Input{Kind: node.Received, Msg: messageOf(words[2:])}
	default:
		return fmt.Errorf("no such command")
	}
	if _, err := fmt.Sscan(words[1], &in.Session); err != nil {
		return err
	}
	c.step(in, said)
	return nil
}

func configOf(words []string) (Config, error) {
	c := map[string]Config{"andes": Andes(), "nats": Config{MaxSessions: 64 << 10, Queue: 256 << 10, Overflow: Cut}, "rabbit": Config{MaxSubscriptions: 2047, Overflow: DropOldest}, "hardened": Hardened()}[words[0]]
	for _, word := range words[1:] {
		key, value, _ := strings.Cut(word, "=")
		var err error
		switch key {
		case "outflow":
			c.Outflow, err = time.ParseDuration(value)
		case "queue":
			_, err = fmt.Sscan(value, &c.Queue)
		case "sessions":
			_, err = fmt.Sscan(value, &c.MaxSessions)
		case "subscriptions":
			_, err = fmt.Sscan(value, &c.MaxSubscriptions)
		case "overflow":
			c.Overflow = map[string]Overflow{"cut": Cut, "drop-newest": DropNewest, "drop-oldest": DropOldest}[value]
		}
		if err != nil {
			return c, fmt.Errorf("%s: %w", word, err)
		}
	}
	return c, nil
}

func reasonOf(name string) event.Reason {
	for _, r := range event.Reasons() {
		if r.String() == name {
			return r
		}
	}
	return event.NoReason
}

func messageOf(words []string) event.Message {
	switch words[0] {
	case "subscribe":
		return &event.Subscribe{Topic: event.Topic(strings.Join(words[1:], ""))}
	case "publish":
		return &event.Publish{Topic: event.Topic(words[1]), Body: &event.TokenRevoked{EventID: words[2]}}
	case "heartbeat":
		return &event.Heartbeat{}
	case "empty":
		return &event.Publish{Topic: event.ThrottleData}
	}
	return &event.Request{}
}

func (c *conversation) step(in node.Input, said *strings.Builder) {
	c.out.Reset()
	c.Step(node.Clock{Mono: c.now}, in, &c.out)
	c.print(said)
}

func (c *conversation) print(said *strings.Builder) {
	for _, a := range c.out.Acts {
		fmt.Fprintf(said, "%s%s\n", c.stamp(), strings.TrimRight(actText(a), " "))
	}
}

func (c *conversation) stamp() string {
	if c.config.Outflow == 0 {
		return ""
	}
	return fmt.Sprintf("%-5s ", time.Duration(c.now))
}

func actText(a node.Act) string {
	switch a.Verb {
	case node.Send:
		if p, ok := a.Msg.(*event.Publish); ok {
			return fmt.Sprintf("> %d %s %s", a.Session, p.Topic, event.IDOf(p))
		}
		return fmt.Sprintf("> %d %s", a.Session, a.Msg.Class())
	case node.Close:
		return fmt.Sprintf("close %d", a.Session)
	}
	n := a.Note
	words := []string{n.Fact.String(), n.ID, n.Detail, string(n.Peer), n.Reason.String()}
	if n.Fact == node.Taken || n.Fact == node.Connected {
		words = append(words, fmt.Sprintf("n=%d", n.N))
	}
	return strings.Join(strings.Fields(strings.Join(words, " ")), " ")
}
