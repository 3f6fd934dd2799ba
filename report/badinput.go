package report

import (
	"fmt"

	"hubsim/event"
	"hubsim/internal/words"
)

// mostPieces is how many different pieces of bad input of one node are told.
const mostPieces = 8

// badInput tells what nodes were given and could not use.
func (p *page) badInput() {
	bad := p.r.BadInput
	if bad == nil {
		return
	}
	p.section("Bad input")
	p.say("%s could not be used", words.Count(bad.Times, "piece"))
	t := table{head: []string{"node", "times", "why", "first at", "where"}}
	told, of := 0, map[event.NodeID]int{}
	for i := range bad.Pieces {
		u := &bad.Pieces[i]
		if of[u.Node]++; of[u.Node] > mostPieces {
			continue
		}
		t.add(string(u.Node), fmt.Sprint(u.Times), u.Reason, words.Duration(event.Duration(u.First)), u.Where)
		told += u.Times
	}
	p.WriteString(t.String())
	if left := bad.Times - told; left > 0 {
		p.say("and %d more", left)
	}
}
