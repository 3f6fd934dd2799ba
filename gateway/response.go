package gateway

import (
	"slices"

	"hubsim/event"
	"hubsim/node"
)

// maxResponses bounds the calls that wait for the backends of AI APIs: no gateway has more connections
// to one backend than there are ports. One more is answered 503.
const maxResponses = 1 << 16

// response is a call of an AI API that is at its backend. It was examined when it came; whatever changes
// until its response is there concerns it no more.
type response struct {
	at      event.Mono // when the response is there
	call    event.CallID
	request *event.Request
	verdict verdict
}

// responses are those that are awaited, the next one first.
type responses struct{ awaited []response }

// due is when the next response is there.
func (r *responses) due() event.Mono {
	if len(r.awaited) == 0 {
		return event.Never
	}
	return r.awaited[0].at
}

// forward sends a call to the backend of its AI API. Its usage is known with the response, so its event
// is published then and not now (ThrottleHandler.java leaves AI APIs to the response path).
func (g *Gateway) forward(now node.Clock, r response, out *node.Output) {
	all := g.responses.awaited
	if len(all) >= maxResponses {
		out.Answer(r.call, &event.Reply{Status: 503, Code: event.Unavailable})
		return
	}
	out.Note(node.Note{Fact: node.CallForwarded, Request: r.request.ID})
	r.at = now.Mono
	if u := r.request.Usage; u != nil {
		r.at = now.Mono.Add(u.Takes)
	}
	if r.at <= now.Mono {
		g.answer(now, &r, out)
		return
	}
	place, _ := slices.BinarySearchFunc(all, r.at, func(other response, at event.Mono) int {
		if other.at <= at { // of two at one instant the earlier call's comes first
			return -1
		}
		return 1
	})
	g.responses.awaited = slices.Insert(all, place, r)
	g.slow = min(g.slow, r.at)
}

// respond answers the calls whose responses are there.
func (g *Gateway) respond(now node.Clock, out *node.Output) {
	for g.responses.due() <= now.Mono {
		r := g.responses.awaited[0]
		g.responses.awaited = slices.Delete(g.responses.awaited, 0, 1)
		g.answer(now, &r, out)
	}
}

// answer gives a call its response, charges the hard limit in tokens and publishes its event, stamped with this instant: the product's
// threads stamp an event when they build it.
func (g *Gateway) answer(now node.Clock, r *response, out *node.Output) {
	out.Answer(r.call, &event.Reply{Status: 200, Code: event.Served, Usage: r.request.Usage})
	if !r.verdict.quiet {
		r.verdict.route.hardTokens.charge(now.Mono, r.request.Usage)
		g.publish(now, r.verdict.route, &call{Request: r.request}, out)
	}
}
