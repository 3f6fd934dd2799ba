//go:build !linux

package process

import "os/exec"

// Supported tells whether Start can do anything here.
const Supported = false

type child struct{}

// Start refuses.
func Start(*exec.Cmd, func(State)) (*Process, error) { return nil, ErrUnsupported }

// Pid is nobody's number.
func (*Process) Pid() int { return 0 }

// Kill does nothing: there is no process.
func (*Process) Kill() {}

// Stop does nothing.
func (*Process) Stop() {}

// Continue does nothing.
func (*Process) Continue() {}

// Monotonic is never asked: there is no other process.
func Monotonic() int64 { return 0 }
