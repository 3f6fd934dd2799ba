// Package process runs a child process that can be killed and stopped by signals, and says what became of
// it: a signal was asked for when it was sent, and had its effect when the kernel says so. The child leads a
// group of its own, to which signals go; nothing is ever found by its name. It does not outlive its parent.
package process

import (
	"errors"
	"os"
)

// ErrUnsupported is that this system has no such signals, or nobody has tried them there.
var ErrUnsupported = errors.New("processes that can be killed and stopped are for Linux")

// State is what became of a process.
type State struct {
	Stopped bool   // it stands still
	Over    bool   // nothing is left of it
	Killed  bool   // Over by SIGKILL
	How     string // Over in another way: "exit status 4", "signal: segmentation fault"
}

// A Process is a child. Its standard error is the parent's.
type Process struct {
	In  *os.File // to its standard input; closed at the end by who started it
	Out *os.File // from its standard output; the same

	child child
}
