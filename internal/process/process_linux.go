package process

import (
	"fmt"
	"os"
	"os/exec"
	"sync"
	"syscall"

	"golang.org/x/sys/unix"
)

// Supported tells whether Start can do anything here.
const Supported = true

// child is the kernel's side of a process.
type child struct {
	pid  int
	mu   sync.Mutex
	gone bool // reaped: the number may be somebody else's
}

// Start starts a command, whose standard input and output it sets. The caller sees to it that Watch runs.
func Start(cmd *exec.Cmd) (*Process, error) {
	theirs, in, err := os.Pipe()
	if err != nil {
		return nil, fmt.Errorf("start %s: %w", cmd.Path, err)
	}
	defer theirs.Close()
	out, into, err := os.Pipe()
	if err != nil {
		in.Close()
		return nil, fmt.Errorf("start %s: %w", cmd.Path, err)
	}
	defer into.Close()
	cmd.Stdin, cmd.Stdout, cmd.Stderr = theirs, into, os.Stderr
	cmd.SysProcAttr = &syscall.SysProcAttr{Setpgid: true, Pdeathsig: syscall.SIGKILL}
	if err := cmd.Start(); err != nil {
		in.Close()
		out.Close()
		return nil, fmt.Errorf("start %s: %w", cmd.Path, err)
	}
	p := &Process{In: in, Out: out, child: child{pid: cmd.Process.Pid}}
	_ = cmd.Process.Release() // Watch waits for it
	return p, nil
}

// Pid is the process's number, for messages.
func (p *Process) Pid() int { return p.child.pid }

// Kill sends SIGKILL.
func (p *Process) Kill() { p.child.signal(unix.SIGKILL) }

// Stop sends SIGSTOP.
func (p *Process) Stop() { p.child.signal(unix.SIGSTOP) }

// Continue sends SIGCONT.
func (p *Process) Continue() { p.child.signal(unix.SIGCONT) }

// signal sends a signal to the process's group, unless it is gone.
func (c *child) signal(s unix.Signal) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if !c.gone {
		_ = unix.Kill(-c.pid, s) // who has exited and is not reaped yet feels nothing
	}
}

// Watch tells of each change of the process, and returns when it is over and has no number any more.
func (p *Process) Watch(told func(State)) {
	c := &p.child
	for {
		var info unix.Siginfo
		err := unix.Waitid(unix.P_PID, c.pid, &info, unix.WEXITED|unix.WSTOPPED|unix.WCONTINUED|unix.WNOWAIT, nil)
		if err == unix.EINTR {
			continue
		}
		state, changed := c.take(err)
		if changed {
			told(state)
		}
		if state.Over {
			return
		}
	}
}

// take takes the change that is there; one that is gone is reaped while nobody can signal it.
func (c *child) take(failed error) (State, bool) {
	c.mu.Lock()
	defer c.mu.Unlock()
	var status unix.WaitStatus
	pid, err := unix.Wait4(c.pid, &status, unix.WNOHANG|unix.WUNTRACED|unix.WCONTINUED, nil)
	switch {
	case failed != nil || err != nil && err != unix.EINTR:
		c.gone = true
		return State{Over: true, How: fmt.Sprintf("it cannot be waited for: %v, %v", failed, err)}, true
	case pid != c.pid:
		return State{}, false
	case status.Signaled():
		c.gone = true
		return State{Over: true, Killed: status.Signal() == unix.SIGKILL, How: "signal: " + status.Signal().String()}, true
	case status.Exited():
		c.gone = true
		return State{Over: true, How: fmt.Sprintf("exit status %d", status.ExitStatus())}, true
	}
	return State{Stopped: status.Stopped()}, true
}

// Monotonic is what the machine's monotonic clock shows, in ns: the same in all its processes.
func Monotonic() int64 {
	var t unix.Timespec
	_ = unix.ClockGettime(unix.CLOCK_MONOTONIC, &t) // cannot fail: the kernel has this clock
	return t.Nano()
}
