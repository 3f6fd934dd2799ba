//go:build linux

package process_test

import (
	"bufio"
	"fmt"
	"io"
	"os"
	"os/exec"
	"testing"

	"hubsim/internal/process"
)

// role is what the test binary is as a child.
const role = "HUBSIM_PROCESS_ROLE"

// TestMain is the child where it is one: echo says back what it hears, until nobody speaks.
func TestMain(m *testing.M) {
	switch os.Getenv(role) {
	case "echo":
		_, _ = io.Copy(os.Stdout, os.Stdin)
	case "fail":
		os.Exit(3)
	case "parent": // of an echo that stands still; it says its number
		became := make(chan process.State, 1)
		p, err := process.Start(as("echo"))
		if err != nil {
			panic(err)
		}
		go p.Watch(func(s process.State) { became <- s })
		p.Stop()
		<-became
		fmt.Println(p.Pid())
		_, _ = io.Copy(io.Discard, os.Stdin)
		select {}
	default:
		os.Exit(m.Run())
	}
}

func as(what string) *exec.Cmd {
	cmd := exec.Command(os.Args[0])
	cmd.Env = append(os.Environ(), role+"="+what)
	return cmd
}

// started is a child of a role, and what becomes of it.
func started(t *testing.T, what string) (*process.Process, <-chan process.State) {
	t.Helper()
	became := make(chan process.State, 16)
	p, err := process.Start(as(what))
	if err != nil {
		t.Fatal(err)
	}
	go p.Watch(func(s process.State) { became <- s })
	t.Cleanup(func() {
		p.Kill()
		p.In.Close()
		p.Out.Close()
	})
	return p, became
}

func TestSignalsAreObserved(t *testing.T) {
	p, became := started(t, "echo")
	said := bufio.NewReader(p.Out)
	for range 2 { // one who goes on can be stopped again
		p.Stop()
		if s := <-became; !s.Stopped || s.Over {
			t.Fatalf("stopped: %+v", s)
		}
		if _, err := io.WriteString(p.In, "hello\n"); err != nil {
			t.Fatal(err)
		}
		p.Continue()
		if s := <-became; s.Stopped || s.Over {
			t.Fatalf("let go on: %+v", s)
		}
		if line, err := said.ReadString('\n'); line != "hello\n" {
			t.Fatalf("it said %q, %v", line, err)
		}
	}
	p.Stop()
	<-became
	p.Kill() // who stands still can be killed
	if s := <-became; !s.Over || !s.Killed {
		t.Fatalf("killed: %+v", s)
	}
	p.Kill() // nobody's number any more
	p.Stop()
	if _, err := said.ReadByte(); err != io.EOF {
		t.Errorf("the dead said something, or %v", err)
	}
}

func TestAnEndByItself(t *testing.T) {
	_, became := started(t, "fail")
	if s := <-became; !s.Over || s.Killed || s.How != "exit status 3" {
		t.Errorf("%+v", s)
	}
	p, became := started(t, "echo")
	p.In.Close()
	if s := <-became; !s.Over || s.Killed || s.How != "exit status 0" {
		t.Errorf("nobody speaks to it any more: %+v", s)
	}
}

// A child does not outlive its parent, though it was stopped and the parent had no time for anything.
func TestAChildGoesWithItsParent(t *testing.T) {
	p, became := started(t, "parent")
	var grandchild int
	if _, err := fmt.Fscanln(p.Out, &grandchild); err != nil {
		t.Fatal(err)
	}
	p.Kill()
	<-became
	for { // one that has ended and that nobody reaps has a number still, and no files
		if _, err := os.Stat(fmt.Sprintf("/proc/%d/fd/0", grandchild)); err != nil {
			return
		}
	}
}

func TestAProgramThatIsNotThere(t *testing.T) {
	if _, err := process.Start(exec.Command("/nowhere/sim")); err == nil {
		t.Error("no error")
	}
}
