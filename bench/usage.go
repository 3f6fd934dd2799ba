package bench

import "time"

// disturbing is how many cores may be lost to other programs, or to the hypervisor, before a pair of
// measurements is not to be believed.
const disturbing = 0.30

// usage is what was used of the machine up to an instant.
type usage struct {
	at    time.Time
	own   time.Duration // CPU of this process
	busy  time.Duration // CPU of the whole machine, this process included
	steal time.Duration // what the hypervisor gave to others
}

// load is what was used in a stretch of time, in cores, and this process's CPU.
type load struct {
	wall, own      time.Duration
	foreign, steal float64
}

// since is what was used between two instants.
func (u usage) since(before usage) load {
	l := load{wall: u.at.Sub(before.at), own: u.own - before.own}
	if l.wall <= 0 {
		return l
	}
	cores := func(d time.Duration) float64 { return max(0, d.Seconds()/l.wall.Seconds()) }
	l.foreign = cores(u.busy - before.busy - l.own)
	l.steal = cores(u.steal - before.steal)
	return l
}
