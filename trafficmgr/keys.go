package trafficmgr

import (
	"math"
	"math/bits"
	"strings"

	"hubsim/event"
)

// key is what a plan keeps of one throttle key. It is 32 bytes beside the key's text, half a line of the
// processor's cache and never across two; the table needs 11 to 21 more.
type key struct {
	text   event.ThrottleKey // with the plan's suffix
	sum    int64             // the aggregate that is compared with the quota
	next   uint32            // the key that appeared next in this window; 0 none. In a free slot: the next free id
	told   uint16            // when the last true was emitted, by stateChange's own clock
	window uint8             // low bits of the number of the window that it was last seen in
	flags  keyFlag
}

// keyFlag is a set of facts about a key.
type keyFlag uint8

const (
	keyTaken   keyFlag = 1 << iota // it was seen in a window, and the id is in use
	keySeen                        // it appeared in the current window
	keyKnown                       // a row of it was emitted
	keyOn                          // …and the last one said true
	keyTold                        // a true was emitted in the current window
	keyResult                      // the comparison while expired copies are subtracted (AI quota)
	keyCarries                     // the window will leave something in the sum (carried)
)

// pageSize is how many keys are allocated at once. Pages never move, so that growth copies nothing
// and wastes at most one page a plan. Of this size they begin where a page of memory does.
const pageSize = 1024

// keyTable gives throttle keys dense ids at first sight, from 1, and lists those of the current
// window in order of appearance.
//
// It is a hash table of ids with linear probing. The built-in map would need up to 90 bytes a key at
// a million keys, and a second look-up to find the state.
type keyTable struct {
	suffix string
	slots  []slot // a power of two of them
	bits   uint   // of an id within a slot: len(slots) is 1<<bits
	texts  textPages
	pages  []*[pageSize]key
	held   int    // keys that are there
	most   int    // that may be there
	room   int    // the same; 0 when there is no place for another text
	used   uint32 // ids given out, with 0, which is nobody's
	free   uint32 // the first of the ids given back; 0 none
	first  uint32 // the keys of the current window, chained by next; 0 none
	last   uint32

	forgotten uint32 // how many keys were removed; then what was known of ids holds no longer
}

// slot is a place of the hash table. That it says where the text is, as the key does too, lets the
// processor fetch both at once: with a million keys neither is in a cache.
type slot struct {
	ref  uint32 // the id in the low bits, a tag of the hash in the others; 0 is empty
	text uint32 // where the key's text is
}

// newKeyTable makes a table of keys that end in suffix; callers leave the suffix away. Most is how many it
// takes; 0 is no bound but that of the texts' places.
func newKeyTable(suffix string, most int) keyTable {
	if most <= 0 {
		most = math.MaxInt
	}
	t := keyTable{suffix: suffix, bits: 4, used: 1, most: most, room: most}
	t.slots = make([]slot, 1<<t.bits)
	return t
}

func (t *keyTable) at(id uint32) *key { return &t.pages[id/pageSize][id%pageSize] }

// refuses tells whether there is no room for a key, given without the suffix, that is not there yet.
func (t *keyTable) refuses(base event.ThrottleKey) bool {
	if t.held < t.room {
		return false
	}
	_, k := t.lookup(base)
	return k == nil
}

// measure sees whether there is a place for another text.
func (t *keyTable) measure() {
	t.room = t.most
	if t.texts.full() {
		t.room = 0
	}
}

// intern returns a key, given without the suffix, and takes a new one in.
func (t *keyTable) intern(base event.ThrottleKey) (uint32, *key) {
	if id, k := t.lookup(base); k != nil {
		return id, k
	}
	return t.add(base)
}

// lookup returns a key, given without the suffix, or nil if it is new.
func (t *keyTable) lookup(base event.ThrottleKey) (uint32, *key) {
	slots, bits := t.slots, t.bits&31
	mask := uint32(len(slots) - 1)
	h := hash(string(base))
	tag := uint32(h>>32) >> bits
	length := len(base) + len(t.suffix)
	for i := uint32(h) & mask; int(i) < len(slots); i = (i + 1) & mask {
		s := slots[i]
		if s.ref>>bits == tag && s.ref != 0 {
			id := s.ref & mask
			k := t.at(id)
			if equal(t.texts.at(s.text), string(base)) && len(k.text) == length {
				return id, k
			}
		} else if s.ref == 0 {
			break
		}
	}
	return 0, nil
}

// name is a key with the suffix; only a key that was not seen before costs an allocation.
func (t *keyTable) name(base event.ThrottleKey) event.ThrottleKey {
	if _, k := t.lookup(base); k != nil {
		return k.text
	}
	return base + event.ThrottleKey(t.suffix)
}

// tag is the part of a hash that a slot has room for.
func (t *keyTable) tag(h uint64) uint32 { return uint32(h>>32) >> t.bits }

// base is a key's text without the suffix.
func (t *keyTable) base(id uint32) string {
	text := string(t.at(id).text)
	return text[:len(text)-len(t.suffix)]
}

// add takes a new key in, which the table does not refuse, with a copy of its text: what that was cut from is not held for as long as the plan lives.
func (t *keyTable) add(base event.ThrottleKey) (uint32, *key) {
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
	if uint64(t.used)*4 > uint64(len(t.slots))*3 {
		t.grow()
	}
	k := t.at(id)
	text, at := t.texts.add(string(base), t.suffix)
	*k = key{text: event.ThrottleKey(text)}
	t.place(id, at)
	t.held++
	t.measure()
	return id, k
}

// place gives an id, whose text is at that place, its slot.
func (t *keyTable) place(id, at uint32) {
	h := hash(t.base(id))
	mask := uint32(len(t.slots) - 1)
	i := uint32(h) & mask
	for t.slots[i].ref != 0 {
		i = (i + 1) & mask
	}
	t.slots[i] = slot{t.tag(h)<<t.bits | id, at}
}

func (t *keyTable) grow() {
	old, mask := t.slots, uint32(len(t.slots)-1)
	t.bits++
	t.slots = make([]slot, 1<<t.bits)
	for _, s := range old {
		if s.ref != 0 {
			t.place(s.ref&mask, s.text)
		}
	}
}

// pack copies the texts of the keys that are there, when most of the pages is of keys that are not.
func (t *keyTable) pack() {
	mask := uint32(len(t.slots) - 1)
	t.texts = textPages{}
	for i, s := range t.slots {
		if s.ref != 0 {
			k := t.at(s.ref & mask)
			text, at := t.texts.add(string(k.text), "")
			k.text, t.slots[i].text = event.ThrottleKey(text), at
		}
	}
	t.measure()
}

// see lists a key as seen in the window of that number: behind all others, or before them if it is to lead.
func (t *keyTable) see(id uint32, window uint8, lead bool) {
	k := t.at(id)
	if k.flags&keySeen != 0 {
		t.unlist(id)
	}
	k.flags |= keyTaken | keySeen
	k.window = window
	switch {
	case t.first == 0:
		t.first, t.last = id, id
	case lead:
		k.next, t.first = t.first, id
	default:
		t.at(t.last).next, t.last = id, id
	}
}

// unlist takes a key out of the window's list. It walks: only an event that rolls a window needs it.
func (t *keyTable) unlist(id uint32) {
	before := uint32(0)
	for at := t.first; at != id; at = t.at(at).next {
		before = at
	}
	k := t.at(id)
	if before == 0 {
		t.first = k.next
	} else {
		t.at(before).next = k.next
	}
	if t.last == id {
		t.last = before
	}
	k.next = 0
}

// forget removes the keys that were last seen before the window of that number. Who is looked at in
// vain was seen in one of the last windows, so this costs no more than they did.
func (t *keyTable) forget(before uint8) {
	for id := uint32(1); id < t.used; id++ {
		if k := t.at(id); k.flags&keyTaken != 0 && int8(k.window-before) < 0 {
			t.remove(id)
		}
	}
	if t.texts.mostlyDead() {
		t.pack()
	}
}

// remove frees a key's slot by moving up those behind it whose probe would end at the gap.
func (t *keyTable) remove(id uint32) {
	mask := uint32(len(t.slots) - 1)
	gap := uint32(hash(t.base(id))) & mask
	for t.slots[gap].ref&mask != id {
		gap = (gap + 1) & mask
	}
	for i := (gap + 1) & mask; t.slots[i].ref != 0; i = (i + 1) & mask {
		home := uint32(hash(t.base(t.slots[i].ref&mask))) & mask
		if (i-home)&mask >= (i-gap)&mask {
			t.slots[gap] = t.slots[i]
			gap = i
		}
	}
	t.slots[gap] = slot{}
	t.texts.drop(string(t.at(id).text))
	t.held--
	*t.at(id) = key{next: t.free}
	t.free = id
	t.forgotten++
}

// hash spreads a key over 64 bits. It is the same in every process, so that runs repeat in every
// respect. The multiply-and-fold step is that of wyhash (public domain).
func hash(s string) uint64 {
	const a, b = 0x9e3779b97f4a7c15, 0xd6e8feb86659fd93
	h := uint64(len(s)) * a
	if len(s) < 8 {
		for i := range len(s) {
			h = h<<8 ^ h>>56 ^ uint64(s[i])
		}
		return fold(h, b)
	}
	rest := load(s[len(s)-8:]) // overlaps what the loop takes last
	for ; len(s) > 16; s = s[16:] {
		h = fold(h^load(s), b^load(s[8:]))
	}
	if len(s) > 8 {
		h ^= load(s)
	}
	return fold(h, b^rest)
}

// equal tells whether a text begins with a key, whose length it has at least. In words of 8 bytes, of
// which the last two may overlap, it is quicker than a comparison of any bytes.
func equal(text, key string) bool {
	n := len(key)
	if n < 8 || len(text) < n {
		return strings.HasPrefix(text, key)
	}
	text = text[:n]
	differ := load(text[n-8:]) ^ load(key[n-8:])
	for len(key) > 8 && len(text) > 8 {
		differ |= load(text) ^ load(key)
		text, key = text[8:], key[8:]
	}
	return differ == 0
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
