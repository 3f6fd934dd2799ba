package trace

// Digest is a running hash over records: two runs that differ in anything a checker can see differ
// in it. Texts enter by length and first bytes only, so that looking costs little; numbers, which
// tell two runs apart, enter whole.
type Digest struct{ h uint64 }

// Observe implements Observer.
func (d *Digest) Observe(r *Record) {
	h := d.h
	h = fold(h, uint64(r.At))
	h = fold(h, uint64(r.Kind)|uint64(r.Reason)<<8|uint64(r.Service)<<16|uint64(r.Incarnation)<<32)
	h = fold(h, text(string(r.Node)))
	h = fold(h, text(string(r.Peer))^uint64(r.Wall))
	h = fold(h, r.ID^uint64(uint32(r.Session))<<32)
	h = fold(h, uint64(r.Call)^uint64(r.N)<<1)
	if r.Msg != nil {
		h = fold(h, uint64(r.Msg.Class()))
	}
	if n := &r.Note; n.Fact != 0 {
		h = fold(h, uint64(n.Fact)|uint64(n.Reason)<<8|uint64(n.Request)<<16)
		h = fold(h, uint64(n.N)^uint64(n.Expiry)<<1)
		h = fold(h, text(string(n.Key))^text(n.ID)<<1)
		if n.On {
			h++
		}
	}
	d.h = h
}

// Sum is the hash so far.
func (d *Digest) Sum() uint64 { return d.h }

func fold(h, x uint64) uint64 {
	h = (h ^ x) * 0x9e3779b97f4a7c15
	return h ^ h>>29
}

// text folds a text's length, its first and its last eight bytes.
func text(s string) uint64 {
	h := uint64(len(s))
	for i := 0; i < len(s) && i < 8; i++ {
		h = h<<8 ^ h>>56 ^ uint64(s[i])
	}
	for i := max(0, len(s)-8); i < len(s); i++ {
		h = h<<7 ^ h>>57 ^ uint64(s[i])
	}
	return h
}
