// Package fault describes what breaks, and when: data made before a run, never dice rolled in it.
// Drivers carry it out.
package fault

import "hubsim/event"

// Kind is what a fault does.
type Kind uint8

// The kinds of faults.
const (
	// Crash kills a node or a host with all its machines; their memory is gone. For is how long
	// until it boots again; 0 is never.
	Crash Kind = iota + 1
	// Pause holds a node still (a long garbage collection, a frozen VM) for For: inputs and timers
	// wait, then come in a burst. Its clocks run on.
	Pause
	// Clock moves a node's wall clock by By, for For; 0 is to the end.
	Clock
	// Refuse resets the sessions that From opened to To, and refuses new ones, for For.
	Refuse
	// Reset resets the sessions that From opened to To, once.
	Reset
	// HalfOpen makes the sessions that From opened to To and that exist at this instant swallow
	// everything in both directions for For (0: for ever) and tells nobody. New ones work.
	HalfOpen
	// Delay adds By to each message from From to To for For; or an exponential time of mean By; or, with a
	// Shape, a time of a Pareto distribution, By at least: most are short, and a few are very long.
	Delay
	// Freeze holds what is sent between From and To for For, in both directions on the sessions that
	// From opened, new ones included, and tells nobody: packets are lost and TCP sends them again.
	// Behind it everything arrives, in order. What was on its way arrives in time.
	Freeze
	// Stall holds what From sends to To for For, in that direction only: a route is lost one way. Behind it
	// everything arrives, in order.
	Stall
	// Loss loses Rate percent of the packets from From to To for For. TCP sends them again behind 200 ms,
	// 400 ms and so on, in order, so that what is lost is time.
	Loss
	// Bandwidth lets Rate kbit/s pass from From to To for For; what comes faster waits its turn.
	Bandwidth
	// Zombie takes the consumers from the sessions that From opened to To and that exist at this instant,
	// for For (0: for ever): heartbeats are answered, and nothing else comes. New sessions work.
	Zombie
	// Slow lets a node take By for each message that comes on its sessions, for For: they wait in its queue.
	Slow
	// Drift lets a node's wall clock gain Rate parts per million for For (0: to the end); what it has gained
	// then stays.
	Drift
	// SlowAccept lets new sessions that From opens to To come up By later, for For (0: to the end): a full
	// backlog of connections, a proxy that thinks. Those that are there go on.
	SlowAccept
	// NoName lets From find no address for To for For (0: to the end), so that new sessions fail at once; those
	// that are there go on.
	NoName
	// Repeat sends Rate percent of what From publishes to To twice, for For: the acknowledgement was lost, and
	// the publisher tried again.
	Repeat
	// Starve gives a node one Rate-th of a processor for For: of each tenth of a second it runs so much, and
	// stands still for the rest, as a control group's quota has it (cpu.cfs_quota_us of 100 ms).
	Starve
	// DiskFull lets a database write nothing for For (0: to the end); it reads what it has.
	DiskFull
	// Promote lets the standby of a database take its place, once: its sessions break, and what was written for
	// store.standby before is gone.
	Promote

	// What follows stands for several lines (Expand).

	// Rolling crashes each host that Node names for For, one after the other, Every apart; 0 is at once.
	Rolling
	// Swizzle freezes the links of From's hosts to To one by one over the first half of For, and lets them
	// go again one by one over the second, in another order.
	Swizzle
	// Split freezes all links between the region Node and the others for For.
	Split
	// Herd refuses the sessions of everybody to Node for For, so that all come back at once; without For
	// they are reset.
	Herd
	// Strobe moves a node's wall clock by By and back, Every so often, for For.
	Strobe
	// Chaos is Count faults of all kinds, drawn from the run's seed, within For; with Every it comes again
	// each time that has passed, drawn anew, as long as it ends before the run does.
	Chaos
	// Heal ends at At whatever is not marked to be left.
	Heal
)

// Fault is one line of a schedule.
type Fault struct {
	Kind Kind
	// Node is the target of what breaks nodes; From and To are the link of the others. Names are as
	// world.Member.Matches reads them.
	Node, From, To string
	Both           bool           // the link is meant in both directions, whoever opened a session: A<>B
	At             event.Duration // since the run began
	Mark           string         // instead of At: when a node passes this mark …
	Nth            int            // … for the Nth time, from 1
	For            event.Duration
	By             event.Duration
	Exponential    bool
	Shape          float64        // of a delay's Pareto distribution; 0: it is none
	Rate           float64        // loss, repeat: percent; bandwidth: kbit/s; drift: parts per million; starve: times slower
	Every          event.Duration // rolling, strobe, chaos
	Count          int            // chaos
	Left           bool           // heal does not end it
	Drawn          bool           // by chaos: it may find nothing to break
	Line           int            // where it stands in its file, for messages; 0 is nowhere
}

// Schedule is what breaks in one run, in the order written.
type Schedule []Fault
