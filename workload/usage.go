package workload

import (
	"hubsim/event"
	"hubsim/internal/luck"
)

// Usage is what the calls of a phase use up at the backends of AI APIs. Of each the first is the least
// and the second the most; a call's own is drawn evenly between them, both of them included.
type Usage struct {
	Prompt, Completion [2]int64 // tokens
	Takes              [2]event.Duration
}

// draw is the usage of the n-th call of a phase.
func (u *Usage) draw(seed, stream, n uint64) *event.Usage {
	between := func(what uint64, least, most int64) int64 {
		if most <= least {
			return least
		}
		return least + int64(luck.Pair(seed, luck.Usage, stream<<2|what, n)%uint64(most-least+1))
	}
	return &event.Usage{
		Prompt: between(0, u.Prompt[0], u.Prompt[1]), Completion: between(1, u.Completion[0], u.Completion[1]),
		Takes: event.Duration(between(2, int64(u.Takes[0]), int64(u.Takes[1]))),
	}
}
