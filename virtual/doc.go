// Package virtual runs a world in virtual time: one goroutine, one queue, no clock. A run is a
// function of the world alone (members, links, load, steps, faults, seed): the queue has a total
// order, luck is drawn by key, and machines are pure.
//
// What a session does here is what a TCP connection does for a program: messages of one direction
// keep their order; a connection that breaks loses what was on its way; a half-open one swallows and
// tells nobody. Work inside a node takes no time unless the machine itself waits.
package virtual
