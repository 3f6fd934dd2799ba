//go:build !linux

package process

import "os/exec"

// Supported tells whether Start can do anything here.
const Supported = false

type child struct{}

// Start refuses.
func Start(*exec.Cmd) (*Process, error) { return nil, ErrUnsupported }

// Pid is nobody's number.
func (*Process) Pid() int { return 0 }

// Watch returns: there is no process.
func (*Process) Watch(func(State)) {}

// Kill does nothing: there is no process.
func (*Process) Kill() {}

// Stop does nothing.
func (*Process) Stop() {}

// Continue does nothing.
func (*Process) Continue() {}

// Monotonic is never asked: there is no other process.
func Monotonic() int64 { return 0 }
