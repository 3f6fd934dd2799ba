package trafficmgr

// skew adds an event to a sum that is not what its window's copies will take back: by a reset it starts
// from 0 while they stay, and behind a copy that lacks its number none is taken back.
func (p *ExecutionPlan) skew(id uint32, k *key, n int64, reset bool) {
	copies, sum := k.sum-p.carries(id, k), k.sum+n
	if reset {
		sum = 0
	}
	if !p.broken {
		copies += n
	}
	k.sum = sum
	p.carry(id, k, sum-copies)
}

// carries is what will be left of a key's sum when the copies of the window are taken back.
func (p *ExecutionPlan) carries(id uint32, k *key) int64 {
	if k.flags&keyCarries == 0 {
		return 0
	}
	return p.carried[id]
}

func (p *ExecutionPlan) carry(id uint32, k *key, n int64) {
	if p.rules.FreshWindows {
		return
	}
	if p.carried == nil {
		p.carried = map[uint32]int64{}
	}
	k.flags |= keyCarries
	p.carried[id] = n
}
