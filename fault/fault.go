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
	// Delay adds By, or an exponential time of mean By, to each message from From to To, for For.
	Delay
	// Freeze holds what is sent between From and To for For, in both directions on the sessions that
	// From opened, new ones included, and tells nobody: packets are lost and TCP sends them again.
	// Behind it everything arrives, in order. What was on its way arrives in time.
	Freeze
)

// Fault is one line of a schedule.
type Fault struct {
	Kind Kind
	// Node is the target of crash, pause and clock; From and To are the link of the others. Names
	// are as world.Member.Matches reads them.
	Node, From, To string
	At             event.Duration // since the run began
	Mark           string         // instead of At: when a node passes this mark …
	Nth            int            // … for the Nth time, from 1
	For            event.Duration
	By             event.Duration
	Exponential    bool
	Line           int // where it stands in its file, for messages; 0 is nowhere
}

// Schedule is what breaks in one run, in the order written.
type Schedule []Fault
