package checker

import (
	"testing"

	"pgregory.net/rapid"

	"hubsim/event"
	"hubsim/node"
	"hubsim/trace"
)

// drawn is a call of the property test.
type drawn struct {
	req                 *event.Request
	came, answered      event.Wall // since the start; answered -1: not yet
	refused, uncounted  bool
	atBackend, complete bool
}

// play is a random run: calls that are served at once, or come back from an AI API's backend later, or are
// let through uncounted, or refused.
type play struct {
	tape    *tape
	oracle  *Oracle
	quotas  []Counted // of one key
	other   Counted   // of another key, in calls
	calls   []*drawn
	counted event.Wall // when a manager counted the first event; -1: never
}

const otherKey = event.ThrottleKey("7:alice@carbon.super")

func drawPlay(t *rapid.T) *play {
	p := &play{counted: -1, other: Counted{Key: otherKey, Level: event.ApplicationLevel, Quota: rapid.Int64Range(1, 6).Draw(t, "other quota"), Window: 10 * second}}
	first := Counted{Key: key, Level: event.SubscriptionLevel, Window: 10 * second, GoesOn: rapid.Bool().Draw(t, "goes on")}
	if rapid.Bool().Draw(t, "opened") {
		first.Opened = "Mine"
	}
	for _, m := range rapid.SliceOfNDistinct(rapid.SampledFrom([]Measure{Calls, Bytes, PromptTokens, CompletionTokens, TotalTokens}), 1, 3, rapid.ID).Draw(t, "measures") {
		c := first
		c.Measure, c.Quota = m, rapid.Int64Range(1, 12).Draw(t, "quota")
		p.quotas = append(p.quotas, c)
	}
	s := testSetup()
	s.Counted = func(r *event.Request) (all []Counted) {
		for place := range 1 + len(r.Also) {
			for i, c := range append([]Counted{p.other}, p.quotas...) {
				if c.Place = place; i == 0 || place%2 == 0 {
					all = append(all, c)
				}
			}
		}
		return all
	}
	p.oracle = NewOracle(s)
	p.tape = &tape{to: p.oracle}
	p.tape.time(500).listen("gw-1", "tm-1.broker").time(1000)
	return p
}

func (p *play) now() event.Wall { return event.Wall(p.tape.at / 1e6) }

// call is a new call.
func (p *play) call(t *rapid.T) {
	p.tape.id++
	c := &drawn{came: p.now(), answered: -1, req: &event.Request{ID: p.tape.id, Context: "/pizza/1.0.0", Size: rapid.Int64Range(0, 5).Draw(t, "size")}}
	c.req.Also = make([]string, rapid.IntRange(0, 3).Draw(t, "further operations"))
	if rapid.Bool().Draw(t, "with usage") {
		c.req.Usage = &event.Usage{Prompt: rapid.Int64Range(0, 5).Draw(t, "prompt"), Completion: rapid.Int64Range(0, 5).Draw(t, "completion")}
	}
	p.calls = append(p.calls, c)
	p.tape.play(trace.Record{Kind: trace.Called, Node: "gw-1", Request: c.req, Msg: c.req})
	if c.refused = rapid.IntRange(0, 3).Draw(t, "refused") == 0; c.refused {
		p.answer(c, event.SubscriptionExceeded)
		return
	}
	if c.uncounted = p.quotas[0].GoesOn && rapid.Bool().Draw(t, "uncounted"); c.uncounted {
		p.tape.note("gw-1", node.Note{Fact: node.CallUncounted, Request: c.req.ID})
	}
	if c.atBackend = rapid.Bool().Draw(t, "at backend"); c.atBackend {
		p.tape.note("gw-1", node.Note{Fact: node.CallForwarded, Request: c.req.ID})
		return
	}
	p.answer(c, event.Served)
}

func (p *play) answer(c *drawn, code event.Code) {
	c.answered, c.complete = p.now(), true
	p.tape.play(trace.Record{Kind: trace.Answered, Node: "gw-1", Request: c.req, Msg: &event.Reply{Code: code}})
}

// open is that a manager counts an event; the first opens the windows.
func (p *play) open() {
	if p.counted < 0 {
		p.counted = p.now()
	}
	p.tape.note("tm-1", node.Note{Fact: node.Counted, Request: 1 << 40, Key: key, N: 1, Expiry: start + p.number(p.quotas[0], p.now())*10_000 + p.phase(p.quotas[0]) + 10_000})
}

// phase is where the windows of a quota begin, since the start.
func (p *play) phase(q Counted) event.Wall {
	if q.Opened != "" && p.counted >= 0 {
		return p.counted
	}
	return 0
}

// number is which window of a quota an instant falls into.
func (p *play) number(q Counted, at event.Wall) event.Wall {
	switch {
	case q.Opened == "":
		return at / 10_000
	case p.counted < 0 || at < p.counted:
		return 0
	}
	return (at - p.counted) / 10_000
}

// usedUp is the slow way to know whether any of some quotas of a key is used up: it adds up everything that was
// answered before the n-th answer in the window of an instant.
func (p *play) usedUp(quotas []Counted, at event.Wall, before []*drawn) bool {
	for _, q := range quotas {
		sum := int64(0)
		for _, c := range before {
			if counts(&q, c) && p.number(q, c.answered) == p.number(q, at) {
				sum += q.Measure.Of(c.req.Size, c.req.Usage) * times(&q, c)
			}
		}
		if sum >= q.Quota {
			return true
		}
	}
	return false
}

// times is how many events of a call count under a quota: of the other key those of all its operations, of the first
// one every second.
func times(q *Counted, c *drawn) int64 {
	if q.Key == otherKey {
		return int64(1 + len(c.req.Also))
	}
	return int64(1 + len(c.req.Also)/2)
}

func counts(q *Counted, c *drawn) bool { return !c.refused && (!c.uncounted || q.GoesOn) }

// TestOracleAgreesWithASlowOne compares every count of the oracle with one that adds everything up anew for each
// call: past which quota it was, when it was let in and when it was answered.
func TestOracleAgreesWithASlowOne(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		p := drawPlay(t)
		var answered, open []*drawn
		var unknown, let, loop, wrong int
		enter := func(c *drawn) { // before its record is played
			for _, quotas := range [][]Counted{{p.other}, p.quotas} {
				q := &quotas[0]
				switch {
				case c.refused && q.Level == event.SubscriptionLevel && (q.GoesOn || !p.usedUp(quotas, p.now(), answered)):
					wrong++
				case c.refused || !counts(q, c):
				case c.atBackend && c.complete: // judged when it was let in
				case p.usedUp(quotas, p.now(), answered) && q.GoesOn:
					let++
				case p.usedUp(quotas, p.now(), answered):
					loop++
				}
			}
		}
		past := map[*drawn][2]bool{}
		for range rapid.IntRange(1, 60).Draw(t, "steps") {
			p.tape.at += event.Mono(rapid.IntRange(0, 3000).Draw(t, "pause")) * event.Mono(event.Millisecond)
			switch what := rapid.IntRange(0, 5).Draw(t, "what"); {
			case what == 0 && len(p.calls) > 0:
				p.open()
			case what < 3 && len(open) > 0:
				c := open[0]
				open = open[1:]
				for i, quotas := range [][]Counted{{p.other}, p.quotas} {
					if counts(&quotas[0], c) && !past[c][i] && p.usedUp(quotas, p.now(), answered) {
						if quotas[0].GoesOn {
							let++
						} else {
							unknown++
						}
					}
				}
				p.answer(c, event.Served)
				answered = append(answered, c)
			default:
				p.call(t)
				c := p.calls[len(p.calls)-1]
				enter(c)
				past[c] = [2]bool{p.usedUp([]Counted{p.other}, p.now(), answered), p.usedUp(p.quotas, p.now(), answered)}
				if c.complete {
					answered = append(answered, c)
				} else {
					open = append(open, c)
				}
			}
		}
		q := p.oracle.Account()
		if q.Over[UsageUnknown] != unknown || q.Over[LetThrough] != let || q.Over.Total()-unknown-let != loop || q.Under.Total() != wrong {
			t.Fatalf("over %v, under %v; want %d usage unknown, %d let through, %d others, %d refused wrongly", q.Over, q.Under, unknown, let, loop, wrong)
		}
	})
}
