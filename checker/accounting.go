package checker

import (
	"fmt"
	"math/bits"
	"slices"
	"strings"

	"hubsim/event"
	"hubsim/internal/words"
	"hubsim/trace"
)

// Accounting checks the simulator's own books: each call has one answer, each message that was put
// on a session has one fate, and each event has one fate at each gateway that should have it.
type Accounting struct {
	fates    *Fates
	calls    int
	answers  int
	codes    map[string]int
	open     bitset // numbered messages without a fate, but for those to and from brokers
	topics   bitset // those; a real broker's receipt is not seen, a modelled one's is
	modelled bool   // the brokers are machines of this run
	twice    int
	flows    map[flow]int // sent minus fated, of messages whose wire carries no number
	nodes    map[event.NodeID]bool
	breaks   map[flow]int
	sent     int
	received int
	dropped  map[event.Reason]int
	hubs     HubBooks // the part of it that went to or came from event hubs
}

// flow is the traffic of one service from one node to another.
type flow struct {
	from, to event.NodeID
	service  event.Service
}

// NewAccounting makes the checker; it shares the fates of events with the checkers of copies.
func NewAccounting(f *Fates) *Accounting {
	return &Accounting{
		fates: f, codes: map[string]int{}, flows: map[flow]int{}, nodes: map[event.NodeID]bool{}, breaks: map[flow]int{},
		dropped: map[event.Reason]int{}, hubs: HubBooks{Dropped: map[string]int{}},
	}
}

// Observe implements trace.Observer.
func (c *Accounting) Observe(r *trace.Record) {
	switch r.Kind {
	case trace.Called:
		c.calls++
	case trace.Answered:
		c.answered(r)
	case trace.Sent:
		c.sent++
		if r.Service == event.Topics {
			c.hubs.Given++
		}
		c.post(r, 1)
	case trace.Received:
		c.received++
		if r.Service == event.Topics {
			c.hubs.Copies++
		}
		c.post(r, -1)
	case trace.Dropped:
		c.dropped[r.Reason]++
		if r.Service == event.Topics {
			c.hubs.Dropped[r.Reason.String()]++
		}
		c.post(r, -1)
	case trace.Booted:
		c.nodes[r.Node] = true
	case trace.Down:
		c.breaks[flow{r.Node, r.Peer, r.Service}]++
		c.breaks[flow{r.Peer, r.Node, r.Service}]++
	case trace.Stopped:
		c.breaks[flow{from: r.Node}]++
	}
}

func (c *Accounting) answered(r *trace.Record) {
	reply, ok := r.Msg.(*event.Reply)
	done, step := r.Msg.(*event.StepDone)
	switch {
	case ok && (reply.Code == event.Unavailable || reply.Code == event.GeneratorOverrun), step && done.Status == 503:
		c.codes["unavailable"]++ // reached no node, so it was not called
		return
	case !ok:
		c.codes["step"]++
	case reply.Code == event.Served:
		c.codes["served"]++
	case reply.Code == event.HardLimitExceeded:
		c.codes["over a hard limit"]++
	case reply.Code.Local():
		c.codes["over a burst limit"]++
	case reply.Code.Throttled():
		c.codes["throttled"]++
	default:
		c.codes[fmt.Sprint("refused ", int(reply.Code))]++
	}
	c.answers++
}

// post enters one side of a message: by its number where there is one, else by its flow. Copies that
// a real broker makes have one sender and many receivers; Fates accounts for them.
func (c *Accounting) post(r *trace.Record, n int) {
	if r.ID == 0 {
		if r.Service != event.Topics {
			c.flows[flowOf(r)] += n
		}
		return
	}
	set := &c.open
	if r.Service == event.Topics {
		set = &c.topics
		c.modelled = c.modelled || r.Kind == trace.Received && c.fates.setup.hub(r.Node)
	}
	if n > 0 {
		set.add(r.ID)
	} else if !set.remove(r.ID) && (r.Service != event.Topics || c.modelled) {
		c.twice++
	}
}

// bitset is a set of small numbers.
type bitset []uint64

func (b *bitset) add(n uint64) {
	for uint64(len(*b)) <= n/64 {
		*b = append(*b, 0)
	}
	(*b)[n/64] |= 1 << (n % 64)
}

// remove takes a number out and tells whether it was in.
func (b bitset) remove(n uint64) bool {
	if uint64(len(b)) <= n/64 || b[n/64]&(1<<(n%64)) == 0 {
		return false
	}
	b[n/64] &^= 1 << (n % 64)
	return true
}

func (b bitset) size() (n int) {
	for _, word := range b {
		n += bits.OnesCount64(word)
	}
	return n
}

// flowOf is the flow of a record's message: of what is sent, from the node; of the rest, to it.
func flowOf(r *trace.Record) flow {
	if r.Kind == trace.Sent {
		return flow{r.Node, r.Peer, r.Service}
	}
	return flow{r.Peer, r.Node, r.Service}
}

// Finish implements Checker.
func (c *Accounting) Finish() Outcome {
	out := Outcome{Check: "accounting", Exercised: c.calls + c.sent, Bound: "0 unexplained"}
	bad := c.twice
	if c.twice > 0 {
		out.detail("%d messages arrived that nobody had sent, or twice", c.twice)
	}
	if unanswered := c.calls - c.answers; unanswered < 0 {
		bad -= unanswered
		out.detail("%d answers too many", -unanswered)
	}
	bad += c.unmatched(&out)
	bad += c.fates.unexplained(&out)
	out.Worst = fmt.Sprintf("%d unexplained of %s, %s, %s", bad, words.Count(c.calls, "call"), words.Count(c.sent, "message"), words.Count(c.fates.copies(), "event copy"))
	out.judge(bad)
	return out
}

// unmatched counts the messages without a fate on flows whose sessions never broke.
func (c *Accounting) unmatched(out *Outcome) (bad int) {
	bad = c.open.size()
	if c.modelled {
		bad += c.topics.size()
	}
	if bad > 0 {
		out.detail("%d messages have no fate", bad)
	}
	lost := map[string]int{}
	for f, n := range c.flows {
		if n != 0 && !c.broke(f) && c.nodes[f.from] && c.nodes[f.to] { // what a stranger sent and took is in no trace
			lost[fmt.Sprintf("%s>%s %v", f.from, f.to, f.service)] = n
		}
	}
	for _, name := range sortedKeys(lost) {
		out.detail("%d messages of %s have no fate", lost[name], name)
		bad += max(lost[name], -lost[name])
	}
	return bad
}

func (c *Accounting) broke(f flow) bool {
	return c.breaks[f] > 0 || c.breaks[flow{from: f.from}] > 0 || c.breaks[flow{from: f.to}] > 0
}

func sortedKeys[V any](m map[string]V) []string {
	keys := make([]string, 0, len(m))
	for k := range m {
		keys = append(keys, k)
	}
	slices.Sort(keys)
	return keys
}

// Books are the sums of a run.
type Books struct {
	Calls     int            `json:"calls"`
	Answers   map[string]int `json:"answers"`
	Open      int            `json:"open"` // calls without an answer when the run ended
	Sent      int            `json:"sent"`
	Received  int            `json:"received"`
	Dropped   map[string]int `json:"dropped"` // by reason
	Delivered int            `json:"delivered"`
	Missed    map[string]int `json:"missed"`         // event copies that no gateway got, by reason
	Hubs      *HubBooks      `json:"hubs,omitempty"` // part of Sent, Received and Dropped; nil where the brokers are nodes
}

// HubBooks are the sums of what real brokers were given and what came of it. They are no nodes of a run:
// a subscription or heartbeat ends in them, and of what is published they make a copy for each
// subscriber, so that the two numbers do not balance.
type HubBooks struct {
	Given   int            `json:"given"`   // by publishers and subscribers
	Copies  int            `json:"copies"`  // taken by subscribers
	Dropped map[string]int `json:"dropped"` // of both, by reason
}

// Books returns the sums.
func (c *Accounting) Books() Books {
	b := Books{
		Calls: c.calls, Answers: c.codes, Open: c.calls - c.answers, Sent: c.sent, Received: c.received,
		Dropped: map[string]int{}, Missed: map[string]int{},
	}
	if !c.modelled && c.hubs.Given+c.hubs.Copies > 0 {
		hubs := c.hubs
		b.Hubs = &hubs
	}
	for why, n := range c.dropped {
		b.Dropped[why.String()] = n
	}
	for _, f := range c.fates.table() {
		if f.Copies > 0 {
			b.Delivered++
		} else {
			b.Missed[f.Why]++
		}
	}
	return b
}

// String is the sums in one line.
func (b Books) String() string {
	var parts []string
	for _, k := range sortedKeys(b.Missed) {
		parts = append(parts, fmt.Sprintf("%d %s", b.Missed[k], k))
	}
	missed := "none"
	if len(parts) > 0 {
		missed = strings.Join(parts, ", ")
	}
	return fmt.Sprintf("event copies: %d delivered, missed: %s", b.Delivered, missed)
}
