package checker

import (
	"cmp"
	"strings"
	"unicode"

	"hubsim/event"
	"hubsim/node"
	"hubsim/trace"
)

// mostUnusable is how many different pieces of bad input are told apart; what comes after them is counted alone.
const mostUnusable = 200

// Unusable is one piece of input that a node could not use: what it did instead is nothing.
type Unusable struct {
	Node   event.NodeID `json:"node"`
	Reason string       `json:"reason"`
	Where  string       `json:"where"` // what was read, the member and byte of its fault, and what was expected; "" when nobody said
	Times  int          `json:"times"`
	First  event.Mono   `json:"first_ns"`
}

// BadInput are the pieces of input that nodes could not use, by node, reason and place.
type BadInput struct {
	Times  int        `json:"times"`
	Pieces []Unusable `json:"pieces"` // in order of their first time, at most mostUnusable
}

// unusable gathers them.
type unusable struct {
	input BadInput
	at    map[piece]int // its place in input.Pieces
}

type piece struct {
	node   event.NodeID
	reason event.Reason
	where  string
}

func newUnusable() *unusable { return &unusable{at: map[piece]int{}} }

// Observe implements trace.Observer.
func (u *unusable) Observe(r *trace.Record) {
	switch n := &r.Note; {
	case r.Kind == trace.Dropped && r.Reason == event.Malformed:
		u.add(r, event.Malformed, cmp.Or(r.Mark, r.Service.String()), max(int(r.N), 1))
	case r.Kind == trace.Noted && badInput(n):
		u.add(r, n.Reason, where(n), 1)
	}
}

// badInput tells whether a note says that somebody was given what cannot be used. For good input to be filtered,
// or to concern nobody, is nothing unusual; to be asked for a tenant that is not there is.
func badInput(n *node.Note) bool {
	switch n.Reason {
	case event.Malformed:
		return true
	case event.Ineligible, event.Refused:
		return n.Fact == node.EventIgnored && n.Detail != ""
	case event.Filtered:
		return n.Fact == node.PullAnswered
	}
	return false
}

// where is what a note says of the place: with a pull, the path and what is wrong.
func where(n *node.Note) string {
	switch {
	case n.ID == "":
		return n.Detail
	case n.Detail == "":
		return "event " + n.ID
	case n.Fact == node.PullAnswered:
		return n.Detail + ": " + n.ID
	}
	return n.Detail + " (" + n.ID + ")"
}

func (u *unusable) add(r *trace.Record, why event.Reason, where string, times int) {
	u.input.Times += times
	k := piece{r.Node, why, printable(where)}
	i, known := u.at[k]
	if !known && len(u.input.Pieces) < mostUnusable {
		i, known = len(u.input.Pieces), true
		u.at[k] = i
		u.input.Pieces = append(u.input.Pieces, Unusable{Node: r.Node, Reason: why.String(), Where: k.where, First: r.At})
	}
	if known {
		u.input.Pieces[i].Times += times
	}
}

// printable cuts what a stranger wrote to what a report can hold.
func printable(text string) string {
	const longest = 300
	cut := ""
	if len(text) > longest {
		text, cut = text[:longest], "…"
	}
	return strings.Map(func(r rune) rune {
		if unicode.IsPrint(r) {
			return r
		}
		return unicode.ReplacementChar
	}, strings.ToValidUTF8(text, "")) + cut
}

// told is what there is to tell, nil when all could be used.
func (u *unusable) told() *BadInput {
	if u.input.Times == 0 {
		return nil
	}
	return &u.input
}
