package port

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"os"
	"testing"
	"testing/synctest"
	"time"

	"hubsim/event"
)

// diary is an Inbox.
type diary []string

func (d *diary) Received(id uint64, _ event.Message) { *d = append(*d, fmt.Sprint(id)) }
func (d *diary) Down(r event.Reason)                 { *d = append(*d, r.String()) }

func TestEar(t *testing.T) {
	type calls = []func(*Ear)
	received := func(id uint64) func(*Ear) { return func(e *Ear) { e.Received(id, nil) } }
	down := func(r event.Reason) func(*Ear) { return func(e *Ear) { e.Down(r) } }
	for _, row := range []struct {
		sentence string
		calls    calls
		want     string
	}{
		{"messages come in order, then Down", calls{received(1), received(2), down(event.Reset)}, "[1 2 reset]"},
		{"Down comes once, with the first reason", calls{down(event.SlowConsumer), down(event.Reset)}, "[slow-consumer]"},
		{"nothing comes after Down", calls{down(event.Reset), received(1)}, "[reset]"},
		{"nothing comes after Close, not even Down", calls{received(1), (*Ear).Close, received(2), down(event.Reset), (*Ear).Close}, "[1]"},
	} {
		var d diary
		e := NewEar(&d)
		for _, call := range row.calls {
			call(e)
		}
		if got := fmt.Sprint(d); got != row.want {
			t.Errorf("%s: heard %s, want %s", row.sentence, got, row.want)
		}
	}
}

func TestTimedOut(t *testing.T) {
	for _, row := range []struct {
		err  error
		want bool
	}{
		{nil, false},
		{io.EOF, false},
		{context.Canceled, false},
		{fmt.Errorf("dial: %w", context.DeadlineExceeded), true},
		{&net.OpError{Op: "read", Err: os.ErrDeadlineExceeded}, true},
	} {
		if got := TimedOut(row.err); got != row.want {
			t.Errorf("%v: %v, want %v", row.err, got, row.want)
		}
	}
}

// TestLineEnds says how a line ended: each row does one thing on a fresh one whose peer is mute.
func TestLineEnds(t *testing.T) {
	soon := func() time.Time { return time.Now().Add(time.Minute) }
	for _, row := range []struct {
		sentence string
		do       func(l *Line, peer net.Conn) error
		want     event.Reason
	}{
		{"the other side hung up", func(l *Line, peer net.Conn) error {
			peer.Close()
			_, err := l.Read(make([]byte, 1))
			return err
		}, event.Reset},
		{"nothing came for too long", func(l *Line, _ net.Conn) error {
			_ = l.SetReadDeadline(soon())
			_, err := l.Read(make([]byte, 1))
			return err
		}, event.HeartbeatMissed},
		{"nobody read what was written, and the line is closed", func(l *Line, _ net.Conn) error {
			_ = l.SetWriteDeadline(soon())
			if _, err := l.Write([]byte("x")); !errors.Is(err, os.ErrDeadlineExceeded) {
				return fmt.Errorf("the write ended with %w", err)
			}
			_, err := l.Read(make([]byte, 1))
			return err
		}, event.TimedOut},
	} {
		synctest.Test(t, func(t *testing.T) {
			near, far := net.Pipe()
			defer far.Close()
			defer near.Close()
			l := &Line{Conn: near}
			err := row.do(l, far)
			if got := l.Ended(io.EOF); err == nil || got != row.want {
				t.Errorf("%s: %v and %v, want %v", row.sentence, err, got, row.want)
			}
		})
	}
}

// TestHurry holds that a write under way and every later one take a moment at most, whatever deadline
// the library wants.
func TestHurry(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		near, far := net.Pipe()
		defer far.Close()
		l := &Line{Conn: near}
		_ = l.SetWriteDeadline(time.Now().Add(time.Hour))
		written := make(chan error)
		go func() {
			_, err := l.Write([]byte("x"))
			written <- err
		}()
		synctest.Wait()
		start := time.Now()
		l.Hurry()
		_ = l.SetWriteDeadline(time.Now().Add(time.Hour))
		if err := <-written; !errors.Is(err, os.ErrDeadlineExceeded) {
			t.Errorf("the write ended with %v, want a timeout", err)
		}
		if got := time.Since(start); got != farewell {
			t.Errorf("it took %v, want %v", got, farewell)
		}
		if n, err := l.Write(nil); n != 0 || err != nil {
			t.Errorf("an empty write: %d, %v", n, err)
		}
	})
}
