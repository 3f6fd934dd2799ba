package trafficmgr

import (
	"math/bits"
	"strings"

	"hubsim/event"
)

// key is what a plan keeps of one throttle key. It is 48 bytes beside the key's text; the table
// needs at most 11 more.
type key struct {
	text       event.ThrottleKey // with the plan's suffix
	sum        int64             // the aggregate that is compared with the quota
	expiring   int64             // what the expired copies of this window's events subtract when it ends
	prev, next uint32            // neighbours in the order of appearance; 0 ends it
	told       uint32            // low bits of the wall clock when the last true was emitted
	flags      keyFlag
	window     uint8 // low bits of the number of the window that it was last seen in
}

// keyFlag is a set of facts about a key.
type keyFlag uint8

const (
	keySeen   keyFlag = 1 << iota // it appeared in the current window
	keyKnown                      // a row of it was emitted
	keyOn                         // …and the last one said true
	keyTold                       // a true was emitted in the current window
	keyResult                     // the comparison while expired copies are subtracted (AI quota)
)

// pageSize is how many keys are allocated at once. Pages never move, so that growth copies nothing
// and wastes at most one page a plan.
const pageSize = 256

// keyTable gives throttle keys dense ids at first sight, from 1, and keeps them in order of their
// first appearance in the window that they were last seen in. The keys of the current window are
// thus the end of that order.
//
// It is a hash table of ids with linear probing: a slot holds an id in its low bits and a tag of the
// hash in the others. The built-in map would need up to 90 bytes a key at a million keys, and a
// second look-up to find the state.
type keyTable struct {
	suffix string
	slots  []uint32 // 0 is empty; a power of two of them
	bits   uint     // of an id within a slot: len(slots) is 1<<bits
	pages  []*[pageSize]key
	used   uint32 // ids given out, with 0, which is nobody's: its key is the ring's knot
	free   uint32 // the first of the ids given back, chained by next
	first  uint32 // the first key that appeared in the current window; 0 none
}

// newKeyTable makes a table of keys that end in suffix; callers leave the suffix away.
func newKeyTable(suffix string) keyTable {
	t := keyTable{suffix: suffix, bits: 4, used: 1}
	t.slots = make([]uint32, 1<<t.bits)
	t.pages = []*[pageSize]key{new([pageSize]key)}
	return t
}

func (t *keyTable) at(id uint32) *key { return &t.pages[id/pageSize][id%pageSize] }

// intern returns the id of a key, given without the suffix, and takes a new key in.
func (t *keyTable) intern(base event.ThrottleKey) uint32 {
	h := hash(string(base))
	mask := uint32(len(t.slots) - 1)
	tag := t.tag(h)
	for i := uint32(h) & mask; ; i = (i + 1) & mask {
		slot := t.slots[i]
		if slot == 0 {
			return t.add(base, h)
		}
		if slot>>t.bits == tag {
			if id := slot & mask; t.is(id, base) {
				return id
			}
		}
	}
}

// tag is the part of a hash that a slot has room for.
func (t *keyTable) tag(h uint64) uint32 { return uint32(h>>32) >> t.bits }

func (t *keyTable) is(id uint32, base event.ThrottleKey) bool {
	text := t.at(id).text
	n := len(text) - len(t.suffix)
	return n == len(base) && text[:n] == base
}

// base is a key's text without the suffix.
func (t *keyTable) base(id uint32) string {
	text := string(t.at(id).text)
	return text[:len(text)-len(t.suffix)]
}

// add takes a key in. The text is copied: what it was cut from is not held for as long as the plan lives.
func (t *keyTable) add(base event.ThrottleKey, h uint64) uint32 {
	id := t.free
	switch {
	case id != 0:
		t.free = t.at(id).next
	default:
		id = t.used
		t.used++
		if int(id/pageSize) == len(t.pages) {
			t.pages = append(t.pages, new([pageSize]key))
		}
	}
	text := strings.Clone(string(base))
	if t.suffix != "" {
		text += t.suffix
	}
	*t.at(id) = key{text: event.ThrottleKey(text)}
	if uint64(t.used)*4 > uint64(len(t.slots))*3 {
		t.grow()
	}
	t.place(id, h)
	return id
}

func (t *keyTable) place(id uint32, h uint64) {
	mask := uint32(len(t.slots) - 1)
	i := uint32(h) & mask
	for t.slots[i] != 0 {
		i = (i + 1) & mask
	}
	t.slots[i] = t.tag(h)<<t.bits | id
}

func (t *keyTable) grow() {
	old, mask := t.slots, uint32(len(t.slots)-1)
	t.bits++
	t.slots = make([]uint32, 1<<t.bits)
	for _, slot := range old {
		if slot != 0 {
			id := slot & mask
			t.place(id, hash(t.base(id)))
		}
	}
}

// see puts a key behind all others, or before the first of the current window if it is to lead, and
// marks it as seen in the window of that number.
func (t *keyTable) see(id uint32, window uint8, lead bool) {
	if id == t.first {
		t.first = t.at(id).next
	}
	t.unlink(id)
	before := uint32(0) // of the knot: at the end
	if lead {
		before = t.first
	}
	k, b := t.at(id), t.at(before)
	k.prev, k.next = b.prev, before
	t.at(b.prev).next = id
	b.prev = id
	if t.first == before {
		t.first = id
	}
	k.window = window
	k.flags |= keySeen
}

// unlink takes a key out of the order; one that is not in it yet points at the knot, or at nothing, on both sides.
func (t *keyTable) unlink(id uint32) {
	k := t.at(id)
	if t.at(k.prev).next == id {
		t.at(k.prev).next = k.next
		t.at(k.next).prev = k.prev
	}
}

// forget removes the keys that were last seen before the window of that number, oldest first.
func (t *keyTable) forget(before uint8) {
	for id := t.at(0).next; id != 0; id = t.at(0).next {
		if int8(t.at(id).window-before) >= 0 {
			return
		}
		t.unlink(id)
		t.remove(id)
	}
}

// remove frees a key's slot by moving up those behind it whose probe would end at the gap.
func (t *keyTable) remove(id uint32) {
	mask := uint32(len(t.slots) - 1)
	gap := uint32(hash(t.base(id))) & mask
	for t.slots[gap]&mask != id {
		gap = (gap + 1) & mask
	}
	for i := (gap + 1) & mask; t.slots[i] != 0; i = (i + 1) & mask {
		home := uint32(hash(t.base(t.slots[i]&mask))) & mask
		if (i-home)&mask >= (i-gap)&mask {
			t.slots[gap] = t.slots[i]
			gap = i
		}
	}
	t.slots[gap] = 0
	*t.at(id) = key{next: t.free}
	t.free = id
}

// hash spreads a key over 64 bits. It is the same in every process, so that runs repeat in every
// respect. The multiply-and-fold step is that of wyhash (public domain).
func hash(s string) uint64 {
	const a, b = 0x9e3779b97f4a7c15, 0xd6e8feb86659fd93
	h := uint64(len(s)) * a
	for ; len(s) >= 8; s = s[8:] {
		h = fold(h^load(s), b)
	}
	var rest uint64
	for i := range len(s) {
		rest |= uint64(s[i]) << (8 * i)
	}
	return fold(h^rest, a)
}

func fold(x, y uint64) uint64 {
	hi, lo := bits.Mul64(x, y)
	return hi ^ lo
}

func load(s string) uint64 {
	_ = s[7]
	return uint64(s[0]) | uint64(s[1])<<8 | uint64(s[2])<<16 | uint64(s[3])<<24 |
		uint64(s[4])<<32 | uint64(s[5])<<40 | uint64(s[6])<<48 | uint64(s[7])<<56
}
