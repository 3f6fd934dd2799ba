package trace

import "math/bits"

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
		h = fold(h, uint64(n.Fact)|uint64(n.Reason)<<8|bits.RotateLeft64(uint64(n.Request), 16))
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

// text folds a text's length, its first and its last eight bytes: each byte is added to what was
// before it, turned by eight bits for the first ones and by seven for the last.
func text(s string) uint64 {
	h := uint64(len(s))
	if len(s) >= 8 { // what the loops below come to, without their waiting for one another
		b, e := s[:8], s[len(s)-8:]
		h ^= uint64(b[0])<<56 | uint64(b[1])<<48 | uint64(b[2])<<40 | uint64(b[3])<<32 |
			uint64(b[4])<<24 | uint64(b[5])<<16 | uint64(b[6])<<8 | uint64(b[7])
		return bits.RotateLeft64(h, 56) ^ uint64(e[0])<<49 ^ uint64(e[1])<<42 ^ uint64(e[2])<<35 ^ uint64(e[3])<<28 ^
			uint64(e[4])<<21 ^ uint64(e[5])<<14 ^ uint64(e[6])<<7 ^ uint64(e[7])
	}
	for i := range len(s) {
		h = bits.RotateLeft64(h, 8) ^ uint64(s[i])
	}
	for i := range len(s) {
		h = bits.RotateLeft64(h, 7) ^ uint64(s[i])
	}
	return h
}
