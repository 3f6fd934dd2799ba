package live

import (
	"context"
	"errors"
	"io"
	"net"
	"os"

	"hubsim/event"
)

// errFull is the error of a Send whose connection has too much waiting already.
var errFull = errors.New("the connection's send queue is full")

// errRefused is the error of a dial that a fault, or a target that is not there, refused.
var errRefused = errors.New("the connection was refused")

// errUnresolved is the error of a dial whose target has a name without an address.
var errUnresolved = errors.New("the name has no address")

// dialReason says why a session could not be opened.
func dialReason(err error) event.Reason {
	switch {
	case timedOut(err):
		return event.TimedOut
	case errors.Is(err, errUnresolved):
		return event.Unresolved
	}
	return event.Refused
}

// downReason says why a session that was up ended.
func downReason(err error) event.Reason {
	switch {
	case timedOut(err):
		return event.TimedOut
	case errors.Is(err, io.EOF):
		return event.Closed
	}
	return event.Reset
}

// sendReason says why a message did not leave.
func sendReason(err error) event.Reason {
	switch {
	case errors.Is(err, errFull):
		return event.BufferFull
	case isForm(err):
		return event.Malformed
	}
	return event.NoSession
}

func timedOut(err error) bool {
	var n net.Error
	return errors.Is(err, context.DeadlineExceeded) || errors.Is(err, os.ErrDeadlineExceeded) || errors.As(err, &n) && n.Timeout()
}
