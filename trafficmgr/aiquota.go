package trafficmgr

// aiSums are the four sums of an AI quota for each key of a plan, and the events of the window.
//
// The product writes the quota as one condition, requests >= a or prompt tokens >= b or …, whose
// terms are evaluated from left to right until one is true. A term that is not evaluated does not
// sum, neither when an event comes nor when its copy expires, so the sums drift apart once a limit is
// reached (seen with the real engine). With fresh windows all terms are evaluated and each window
// starts at 0.
type aiSums struct {
	limits [4]int64 // requests, prompt, completion, total tokens; 0 is no such limit
	lazy   bool
	sums   [][4]int64 // by id
	copies []aiCopy
}

// aiCopy is an event's copy, which expires at the window's end.
type aiCopy struct {
	id      uint32
	amounts [4]amount
}

func newAISums(q Quota, lazy bool) *aiSums {
	return &aiSums{limits: [4]int64{q.Limit, q.Prompt, q.Completion, q.Total}, lazy: lazy}
}

// add counts an event and keeps its copy; ok is false if a sum lacked its number.
func (a *aiSums) add(id uint32, p *Properties) (on, ok bool) {
	c := aiCopy{id: id}
	c.amounts[0] = amount{n: 1, there: true}
	if p != nil {
		copy(c.amounts[1:], p.tokens[:])
	}
	for int(id) >= len(a.sums) {
		a.sums = append(a.sums, [4]int64{})
	}
	if a.lazy {
		a.copies = append(a.copies, c)
	}
	return a.apply(&c, 1)
}

// apply evaluates the condition once, with an event or, by sign -1, with its expired copy.
func (a *aiSums) apply(c *aiCopy, sign int64) (on, ok bool) {
	sums := &a.sums[c.id]
	for i, limit := range a.limits {
		if limit == 0 || on && a.lazy {
			continue
		}
		if !c.amounts[i].there && a.lazy {
			return false, false
		}
		sums[i] += sign * c.amounts[i].n
		on = on || sums[i] >= limit
	}
	return on, true
}

// expire takes the copies back and leaves in each key's flags whether its last result throttles; ok
// is false if a sum lacked its number, and then the copies behind it are never taken back.
func (a *aiSums) expire(keys *keyTable) (ok bool) {
	defer func() { a.copies = a.copies[:0] }()
	for i := range a.copies {
		c := &a.copies[i]
		on, ok := a.apply(c, -1)
		if !ok {
			return false
		}
		k := keys.at(c.id)
		k.flags &^= keyResult
		if on {
			k.flags |= keyResult
		}
	}
	return true
}

// first is the value of the first limit's sum, for notes.
func (a *aiSums) first(id uint32) int64 {
	for i, limit := range a.limits {
		if limit != 0 {
			return a.sums[id][i]
		}
	}
	return 0
}

// begin sets a key's sums to 0.
func (a *aiSums) begin(id uint32) {
	if int(id) < len(a.sums) {
		a.sums[id] = [4]int64{}
	}
}
