// Package kvtest holds golden scripts of what a key-value store of shared counters does, and runs them on
// the model, on NATS JetStream and on a real Redis. A difference is a fault of ours, never of the
// expectation, which is what Redis answers.
//
// A script is a datadriven file. A block is a list of commands, one a line; its output is their answers:
//
//	connect NAME…          dial the store called "kv", or with NAME@STORE another
//	get NAME KEY           the number, or nothing
//	set NAME KEY N [D]     …and it expires after D
//	add NAME KEY N         the number afterwards
//	burst NAME KEY TIMES   adds 1 so often without waiting for an answer; the last answer
//	race KEY TIMES NAME…   the same by several at once; the number when all have their answers
//	gone NAME KEY          asks until the key has expired
//	close NAME             the session's own end: it hears nothing more
//	stop STORE, start STORE
package kvtest
