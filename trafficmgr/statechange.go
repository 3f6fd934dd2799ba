package trafficmgr

import "hubsim/event"

// stateChange decides which results of a plan become messages (throttler:emitOnStateChange). It lets
// a key's first result through, every change after it and, though the name promises otherwise, every
// result that throttles: WSO2 drops only a repeated false (EmitOnStateChange.java). So each event past
// the quota costs a broadcast, and a lost decision heals with the next one.
type stateChange struct {
	// quarter is a quarter of the least time between two trues for a key within a window, in
	// milliseconds; 0 lets all pass, as WSO2. Its clock ticks in quarters, so that 16 bits a key suffice:
	// two trues may be up to five of them apart, and once in hours one is held back for longer.
	quarter event.Wall
	// quiet holds a key's first false back: it lifts nothing, unless another traffic manager had
	// throttled the key, and then it is wrong. The product lets it through.
	quiet bool
}

// counted decides on the result of an event.
func (s stateChange) counted(k *key, on bool, now event.Wall) bool {
	if on && s.quarter > 0 {
		return s.spaced(k, now)
	}
	return s.ended(k, on)
}

// spaced decides on a true, and remembers when it let one through.
func (s stateChange) spaced(k *key, now event.Wall) bool {
	tick := uint16(now / s.quarter)
	if k.flags&(keyOn|keyTold) == keyOn|keyTold && tick-k.told <= 4 {
		return false
	}
	k.told = tick
	k.flags |= keyTold
	return s.ended(k, true)
}

// ended decides on the result of a window's end.
func (s stateChange) ended(k *key, on bool) bool {
	was := k.flags
	k.flags |= keyKnown | keyOn
	if on {
		return true
	}
	k.flags &^= keyOn
	return was&keyKnown == 0 && !s.quiet || was&keyOn != 0
}
