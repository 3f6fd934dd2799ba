package natsbroker

import (
	"fmt"
	"syscall"
)

// hold keeps a port of 127.0.0.1 for a hub while no server listens on it: a socket that is bound and
// does not listen. It refuses connections, the kernel gives the port to nobody who asks for any, and
// the hub's server can join it, both being SO_REUSEADDR. (Who asks for this very port still gets it.)
type hold struct{ fd int }

// holdPort takes a free port.
func holdPort() (h hold, port int, err error) {
	h.fd, err = syscall.Socket(syscall.AF_INET, syscall.SOCK_STREAM|syscall.SOCK_CLOEXEC, 0)
	if err != nil {
		return h, 0, fmt.Errorf("make a socket to hold a port: %w", err)
	}
	if err = syscall.SetsockoptInt(h.fd, syscall.SOL_SOCKET, syscall.SO_REUSEADDR, 1); err == nil {
		err = syscall.Bind(h.fd, &syscall.SockaddrInet4{Addr: [4]byte{127, 0, 0, 1}})
	}
	if err == nil {
		port, err = boundPort(h.fd)
	}
	if err != nil {
		h.release()
		return h, 0, fmt.Errorf("hold a free port of 127.0.0.1: %w", err)
	}
	return h, port, nil
}

func boundPort(fd int) (int, error) {
	addr, err := syscall.Getsockname(fd)
	if err != nil {
		return 0, err
	}
	if in4, ok := addr.(*syscall.SockaddrInet4); ok {
		return in4.Port, nil
	}
	return 0, fmt.Errorf("an address of type %T, want IPv4", addr)
}

func (h hold) release() { _ = syscall.Close(h.fd) }
