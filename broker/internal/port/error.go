package port

import (
	"context"
	"errors"
	"net"
	"os"
)

// TimedOut tells whether an error means that something took too long.
func TimedOut(err error) bool {
	var n net.Error
	return errors.Is(err, context.DeadlineExceeded) || errors.Is(err, os.ErrDeadlineExceeded) || errors.As(err, &n) && n.Timeout()
}
