package trafficmgr

import "hubsim/event"

// stateChange decides which results of a plan become messages (throttler:emitOnStateChange). It lets
// a key's first result through, every change after it and, though the name promises otherwise, every
// result that throttles: WSO2 drops only a repeated false (EmitOnStateChange.java). So each event past
// the quota costs a broadcast, and a lost decision heals with the next one.
type stateChange struct {
	every uint32 // milliseconds between two equal trues of one window; 0 lets all pass, as WSO2
}

// counted decides on the result of an event.
func (s stateChange) counted(k *key, on bool, now event.Wall) bool {
	if on && s.every > 0 && k.flags&(keyOn|keyTold) == keyOn|keyTold && uint32(now)-k.told < s.every {
		return false
	}
	if !s.ended(k, on) {
		return false
	}
	if on {
		k.told = uint32(now)
		k.flags |= keyTold
	}
	return true
}

// ended decides on the result of a window's end.
func (s stateChange) ended(k *key, on bool) bool {
	was := k.flags
	k.flags |= keyKnown | keyOn
	if on {
		return true
	}
	k.flags &^= keyOn
	return was&keyKnown == 0 || was&keyOn != 0
}
