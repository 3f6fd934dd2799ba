package nodetest

import (
	"fmt"
	"slices"
	"strings"

	"hubsim/event"
	"hubsim/node"
)

// Machine is what a script is played against.
type Machine struct {
	// New builds the machine from the words behind "boot".
	New func(words []string) (node.Node, error)
	// State says what it holds; nil if scripts never ask.
	State func(n node.Node, now node.Clock) string
}

// Bench holds one machine under test, its clocks, and the harness's ends of its sessions.
type Bench struct {
	machine Machine
	node    node.Node
	out     node.Output
	since   event.Duration // since the script began
	booted  event.Duration // when the machine did
	skew    event.Duration
	calls   event.CallID
	request event.RequestID
	peers   peers
	later   []later
	text    strings.Builder
	lets    map[string]string
	hidden  map[string]bool
	quiet   bool
	shown   event.Duration // the instant of the lines written last
}

// later is an input on its way, in order of arrival.
type later struct {
	at event.Duration
	in node.Input
}

func newBench(m Machine) *Bench {
	return &Bench{machine: m, peers: newPeers(), lets: map[string]string{}, hidden: map[string]bool{}}
}

// boot builds the machine and boots it.
func (b *Bench) boot(words []string) error {
	n, err := b.machine.New(words)
	if err != nil {
		return err
	}
	b.node, b.booted, b.later = n, b.since, nil
	b.peers.forget()
	b.step(node.Input{Kind: node.Boot})
	return nil
}

// now is what the machine's clocks show.
func (b *Bench) now() node.Clock {
	return node.Clock{Mono: event.Mono(b.since - b.booted), Wall: Start.Add(b.since + b.skew)}
}

// step gives the machine an input and carries out what it asks for. What peers answer at once comes
// in further steps.
func (b *Bench) step(in node.Input) {
	queue := []node.Input{in}
	for len(queue) > 0 {
		b.out.Reset()
		b.node.Step(b.now(), queue[0], &b.out)
		queue = queue[1:]
		for i := range b.out.Acts {
			b.show(&b.out.Acts[i])
			for _, l := range b.peers.react(&b.out.Acts[i]) {
				if l.at > 0 {
					b.post(later{b.since + l.at, l.in})
				} else {
					queue = append(queue, l.in)
				}
			}
		}
	}
}

// post keeps an input for its time.
func (b *Bench) post(l later) {
	i := len(b.later)
	for i > 0 && b.later[i-1].at > l.at {
		i--
	}
	b.later = slices.Insert(b.later, i, l)
}

// advance lets time pass, with all that becomes due on the way.
func (b *Bench) advance(d event.Duration) error {
	end := b.since + d
	for steps := 0; ; steps++ {
		if steps > 100_000 {
			return fmt.Errorf("the machine wants a Tick again and again at %v: its deadline does not move", b.since)
		}
		tick := max(b.booted+event.Duration(min(b.node.Deadline(), event.Mono(end-b.booted)+1)), b.since)
		switch {
		case len(b.later) > 0 && b.later[0].at <= min(tick, end):
			l := b.later[0]
			b.later = b.later[1:]
			b.since = max(b.since, l.at)
			if b.peers.still(l.in.Session) {
				b.step(l.in)
			}
		case tick <= end:
			b.since = tick
			b.step(node.Input{Kind: node.Tick})
		default:
			b.since = end
			return nil
		}
	}
}

// show writes what left the machine.
func (b *Bench) show(a *node.Act) {
	switch a.Verb {
	case node.Open:
		b.line("open " + a.To.String())
	case node.Close:
		b.line("close " + b.peers.name(a.Session))
	case node.Send:
		b.line("send " + b.peers.name(a.Session) + " " + Print(a.Msg))
	case node.Answer:
		b.line(Print(a.Msg))
	case node.Record:
		b.line(PrintNote(a.Note))
	case node.Spot:
		b.line("mark " + a.Mark)
	}
}

// line writes a line, with the time in front when it has passed since the command began.
func (b *Bench) line(text string) {
	words := strings.SplitN(text, " ", 4)
	if b.quiet || b.hidden[words[0]] || words[0] == "send" && len(words) > 2 && b.hidden[words[2]] {
		return
	}
	if b.shown != b.since {
		b.shown = b.since
		fmt.Fprintf(&b.text, "at %v\n", b.since)
	}
	b.text.WriteString(text + "\n")
}

// take returns what was written since the last take, in words even if that is nothing, unless the
// command was only for the harness.
func (b *Bench) take(setting bool) string {
	text := b.text.String()
	b.text.Reset()
	b.shown = b.since
	if text == "" && !setting {
		return "nothing\n"
	}
	return text
}
