package report

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	"hubsim/checker"
	"hubsim/internal/words"
)

// mostMissed is how many groups of missed events are told one by one.
const mostMissed = 12

// miss is what one gateway missed on one topic for one reason.
type miss struct {
	gateway, topic, why string
	events              []string
}

// events tells what became of what the event hub was told, and of messages in general.
func (p *page) events() {
	b := &p.r.Books
	p.section("Event hub")
	missed := len(p.r.Missed)
	switch {
	case b.Delivered+missed == 0:
		p.say("no event was published")
	case missed == 0:
		p.say("%s delivered, none missed", copies(b.Delivered))
	default:
		p.say("%s delivered, %d missed", copies(b.Delivered), missed)
		p.misses()
	}
	p.messages(b)
}

// messages tells sums that add up: what was sent was received, dropped, or lost with its connection.
func (p *page) messages(b *checker.Books) {
	hubs, among := b.Hubs, ""
	if hubs == nil {
		hubs = &checker.HubBooks{}
	} else {
		among = ", the event hubs' brokers aside"
	}
	sent, received, dropped := b.Sent-hubs.Given, b.Received-hubs.Copies, map[string]int{}
	lost := sent - received
	for why, n := range b.Dropped {
		if n -= hubs.Dropped[why]; n > 0 {
			dropped[why] = n
			lost -= n
		}
	}
	text := fmt.Sprintf("%s sent between nodes%s: %d received%s", words.Count(sent, "message"), among, received, droppedText(dropped))
	if lost > 0 {
		text += fmt.Sprintf("; %d lost with their connection or still under way", lost)
	}
	p.say("%s", text)
	if b.Hubs != nil {
		p.say("brokers took %s from nodes and gave %s to subscribers%s", words.Count(hubs.Given, "message"), words.Count(hubs.Copies, "copy"), droppedText(hubs.Dropped))
	}
}

func droppedText(by map[string]int) string {
	if len(by) == 0 {
		return ""
	}
	return "; dropped: " + tally(by)
}

func copies(n int) string {
	if n == 1 {
		return "1 copy of an event"
	}
	return fmt.Sprintf("%d copies of events", n)
}

func (p *page) misses() {
	all := grouped(p.r.Missed)
	t := table{head: []string{"gateway", "topic", "missed", "why", "which"}}
	for _, m := range all[:min(len(all), mostMissed)] {
		t.add(m.gateway, m.topic, fmt.Sprint(len(m.events)), m.why, some(m.events))
	}
	p.WriteString(t.String())
	if left := len(all) - mostMissed; left > 0 {
		p.say("and %s of gateway, topic and reason", words.Count(left, "more group"))
	}
}

// grouped puts together what one gateway missed on one topic for one reason; the largest first.
func grouped(fates []checker.Fate) (all []miss) {
	for _, f := range fates {
		same := func(m miss) bool {
			return m.gateway == string(f.Gateway) && m.topic == string(f.Topic) && m.why == f.Why
		}
		at := slices.IndexFunc(all, same)
		if at < 0 {
			at = len(all)
			all = append(all, miss{gateway: string(f.Gateway), topic: string(f.Topic), why: f.Why})
		}
		all[at].events = append(all[at].events, f.Event)
	}
	slices.SortStableFunc(all, func(a, b miss) int {
		return cmp.Or(cmp.Compare(len(b.events), len(a.events)), strings.Compare(a.gateway, b.gateway), strings.Compare(a.topic, b.topic))
	})
	return all
}

// some names the first few events.
func some(events []string) string {
	const few = 2
	if len(events) <= few {
		return strings.Join(events, ", ")
	}
	return strings.Join(events[:few], ", ") + ", …"
}
