package brokertest

import (
	"fmt"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"hubsim/broker"
	"hubsim/event"
)

// Same plays random scripts on the model and on a body: the outcomes must be equal. What differs is
// shrunk to the fewest commands and belongs into a golden script.
func Same(t *testing.T, c broker.Config, body func() Body) {
	t.Helper()
	rapid.Check(t, func(t *rapid.T) {
		commands := draw(t)
		want, got := play(t, Model(c), commands), play(t, body(), commands)
		if got != want {
			t.Fatalf("%s\n---- the model\n%s---- the body\n%s", strings.Join(commands, "\n"), want, got)
		}
	})
}

func play(t *rapid.T, body Body, commands []string) string {
	s := begin(body)
	defer s.Broker.Close()
	var said strings.Builder
	for _, command := range commands {
		heard, err := s.block(t, command)
		if err != nil {
			t.Fatalf("%s: %v", command, err)
		}
		said.WriteString(heard)
	}
	return said.String()
}

// draw makes a script that makes sense: only who is there says something.
func draw(t *rapid.T) []string {
	g := generator{there: map[string]bool{}, running: true}
	var commands []string
	for range rapid.IntRange(1, 25).Draw(t, "length") {
		commands = append(commands, g.next(t))
	}
	return commands
}

// generator knows enough of a script's state to go on with it.
type generator struct {
	there   map[string]bool // who was connected and has not closed, though it may be down
	running bool
	number  int
}

func (g *generator) next(t *rapid.T) string {
	name := rapid.SampledFrom([]string{"a", "b", "c"}).Draw(t, "name")
	if rapid.IntRange(0, 19).Draw(t, "hub") == 0 {
		g.running = !g.running
		return map[bool]string{true: "start hub", false: "stop hub"}[g.running]
	}
	if !g.there[name] {
		g.there[name] = g.running
		return "connect " + name
	}
	topic := rapid.SampledFrom([]event.Topic{event.ThrottleData, event.TokenRevocation, event.KeyManagerTopic}).Draw(t, "topic")
	verb := rapid.SampledFrom([]string{"subscribe", "subscribe", "publish", "publish", "publish", "heartbeat", "reset", "close"}).Draw(t, "verb")
	switch verb {
	case "subscribe":
		return fmt.Sprintf("subscribe %s %s", name, topic)
	case "publish":
		g.number += 3
		return fmt.Sprintf("publish %s %s %d..%d", name, topic, g.number-2, g.number)
	case "close":
		g.there[name] = false
	}
	return verb + " " + name
}
