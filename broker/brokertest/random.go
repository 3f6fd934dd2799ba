package brokertest

import (
	"fmt"
	"strings"

	"pgregory.net/rapid"

	"hubsim/broker"
	"hubsim/event"
)

// Same plays random scripts on the model and on a body: the outcomes must be equal. What differs is
// shrunk to the fewest commands and belongs into a golden script.
func Same(t rapid.TB, c broker.Config, body func() Body) {
	t.Helper()
	rapid.Check(testless{t}, func(t *rapid.T) {
		commands := draw(t)
		want, got := play(t, Model(c), commands), play(t, body(), commands)
		if got != want {
			t.Fatalf("%s\n---- the model\n%s---- the body\n%s", strings.Join(commands, "\n"), want, got)
		}
	})
}

// testless hides that a test is a *testing.T, whose deadline may not be asked for in a bubble.
type testless struct{ rapid.TB }

func play(t *rapid.T, body Body, commands []string) string {
	s := begin(body)
	defer s.close()
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
	g := generator{there: map[string]bool{}, down: map[string]bool{}}
	g.topics = append(g.topics, rapid.SampledFrom(carrying).Draw(t, "topic"), rapid.SampledFrom(carrying).Draw(t, "other topic"))
	commands := []string{"start hub-2"}
	for range rapid.IntRange(1, 40).Draw(t, "length") {
		commands = append(commands, g.next(t))
	}
	return commands
}

// generator knows enough of a script's state to go on with it.
type generator struct {
	there  map[string]bool // who was connected and has not closed, though it may be down
	down   map[string]bool // the hubs that are
	number int
	topics []event.Topic // two of them, so that what is published has subscribers
}

func (g *generator) next(t *rapid.T) string {
	name := rapid.SampledFrom([]string{"a", "b", "c", "d"}).Draw(t, "name")
	hub := map[bool]string{true: "hub-2", false: "hub"}[name == "d"]
	if rapid.IntRange(0, 19).Draw(t, "hub") == 0 {
		g.down[hub] = !g.down[hub]
		return map[bool]string{true: "stop ", false: "start "}[g.down[hub]] + hub
	}
	if !g.there[name] {
		g.there[name] = !g.down[hub]
		return "connect " + name + "@" + hub
	}
	topic := rapid.SampledFrom(g.topics).Draw(t, "topic")
	verb := rapid.SampledFrom([]string{"subscribe", "subscribe", "publish", "publish", "publish", "together", "heartbeat", "reset", "close"}).Draw(t, "verb")
	switch verb {
	case "subscribe":
		return fmt.Sprintf("subscribe %s %s", name, topic)
	case "publish":
		return fmt.Sprintf("publish %s %s %s%s", name, topic, g.numbers(), g.shape(t, topic))
	case "together":
		return g.together(name, topic)
	case "close":
		g.there[name] = false
	}
	return verb + " " + name
}

// together has somebody publish at once with the others of the first hub that are there.
func (g *generator) together(name string, topic event.Topic) string {
	command := fmt.Sprintf("together %s %s %s", topic, name, g.numbers())
	for _, other := range []string{"a", "b", "c"} {
		if other != name && g.there[other] {
			command += " " + other + " " + g.numbers()
		}
	}
	return command
}

// numbers are three that no message had before.
func (g *generator) numbers() string {
	g.number += 3
	return fmt.Sprintf("%d..%d", g.number-2, g.number)
}

// shape is that of every second message; a long text tells nothing that a golden script does not.
func (g *generator) shape(t *rapid.T, topic event.Topic) string {
	all := append([]string{"", "", "empty", "unicode", "quoted"}, shapes[topic]...)
	if shape := rapid.SampledFrom(all).Draw(t, "shape"); shape != "" {
		return ":" + shape
	}
	return ""
}
