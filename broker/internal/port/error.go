package port

import (
	"context"
	"errors"
	"net"
	"os"

	"hubsim/event"
)

// TimedOut tells whether an error means that something took too long.
func TimedOut(err error) bool {
	var n net.Error
	return errors.Is(err, context.DeadlineExceeded) || errors.Is(err, os.ErrDeadlineExceeded) || errors.As(err, &n) && n.Timeout()
}

// Broken is the reason of a Down whose error is nothing that the protocol has a word for.
func Broken(err error) event.Reason {
	if TimedOut(err) {
		return event.TimedOut
	}
	return event.Reset
}
