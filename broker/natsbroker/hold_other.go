//go:build !linux

package natsbroker

import (
	"fmt"
	"net"
)

// hold is nothing here: only Linux lets a socket that does not listen keep a port for one that will.
// While a hub is stopped somebody else may take its port, and its next start says so.
type hold struct{}

// holdPort finds a port that is free now.
func holdPort() (hold, int, error) {
	l, err := net.Listen("tcp4", "127.0.0.1:0")
	if err != nil {
		return hold{}, 0, fmt.Errorf("find a free port of 127.0.0.1: %w", err)
	}
	defer l.Close()
	return hold{}, l.Addr().(*net.TCPAddr).Port, nil
}

func (hold) release() {}
