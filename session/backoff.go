package session

import "hubsim/event"

// BackoffConfig is how long to wait between attempts.
type BackoffConfig struct {
	// First is the first wait.
	First event.Duration
	// Factor multiplies each wait to give the next; 0 and 1 leave it as it is.
	Factor int
	// Max bounds every wait; 0 is no bound.
	Max event.Duration
	// Jitter takes off up to so many percent of a wait, keyed by who waits and for which attempt, so
	// that a fleet that lost its broker in one instant does not come back in one. WSO2: 0.
	Jitter int
}

// Wait returns the wait after the attempt-th failed attempt, counted from 1. The key says who waits:
// the same key and attempt give the same wait.
func (c BackoffConfig) Wait(attempt int, key uint64) event.Duration {
	wait := c.First
	for range attempt - 1 {
		if c.Factor <= 1 || c.Max > 0 && wait >= c.Max || wait > maxWait/event.Duration(c.Factor) {
			break
		}
		wait *= event.Duration(c.Factor)
	}
	if c.Max > 0 {
		wait = min(wait, c.Max)
	}
	return spread(wait, c.Jitter, key+uint64(attempt))
}

// maxWait keeps products of waits far from overflow: a year.
const maxWait = 365 * 24 * event.Hour

// spread takes off up to percent of d, keyed.
func spread(d event.Duration, percent int, key uint64) event.Duration {
	if percent <= 0 || d <= 0 {
		return d
	}
	part := d / 100 * event.Duration(min(percent, 100))
	return d - event.Duration(mix(key)%uint64(part+1))
}

// Part is a part of a duration, up to the whole of it: the nth draw of a node for what it is for. The same
// words draw the same part, in every run.
func Part(most event.Duration, self event.NodeID, what string, n uint64) event.Duration {
	return most - spread(most, 100, keyOf(self, what)+n)
}

// keyOf makes a key of a node and what it waits for (FNV-1a, 64 bits).
func keyOf(self event.NodeID, what string) uint64 {
	const offset, prime = 14695981039346656037, 1099511628211
	h := uint64(offset)
	for i := range len(self) {
		h = (h ^ uint64(self[i])) * prime
	}
	h = (h ^ '/') * prime
	for i := range len(what) {
		h = (h ^ uint64(what[i])) * prime
	}
	return h
}

// mix spreads neighbouring keys over all 64 bits (the finalizer of splitmix64).
func mix(x uint64) uint64 {
	x += 0x9e3779b97f4a7c15
	x = (x ^ x>>30) * 0xbf58476d1ce4e5b9
	x = (x ^ x>>27) * 0x94d049bb133111eb
	return x ^ x>>31
}
