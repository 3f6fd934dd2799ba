// Package lanes has what every session to a real key-value store needs to keep the promises of
// live.Session and live.Inbox: commands leave in order and without their sender waiting, answers come
// back, and the end of the connection is told once.
package lanes

import (
	"context"
	"errors"
	"fmt"
	"hash/maphash"
	"net"
	"os"
	"sync"

	"hubsim/event"
	"hubsim/live"
)

// waitLimit is how many commands wait in one lane: what a second of rounds over some thousands of keys
// can ask for.
const waitLimit = 1 << 13

// errFull is what a sender hears whose lane is full.
var errFull = errors.New("too many commands wait for the store")

// Client carries commands out.
type Client interface {
	// Do carries out commands of one lane in order and gives each answer to told. An error is the
	// connection's; what was not told may or may not have been carried out.
	Do(ctx context.Context, ops []*event.CounterOp, told func(event.CounterResult)) error
	// Close ends the connection; what is under way fails.
	Close()
}

// Session is a session to a store: commands on the same key leave in order, those of several lanes side
// by side.
type Session struct {
	client Client
	lanes  []chan *event.CounterOp
	seed   maphash.Seed
	ctx    context.Context
	cancel context.CancelFunc
	gone   func()

	mu    sync.Mutex // held while the inbox is told
	inbox live.Inbox
	over  bool
}

// Owner is whoever opened a session.
type Owner struct {
	Work *sync.WaitGroup // counts the session's goroutines
	Gone func()          // is called once, when the session is over
}

// Open starts a session with so many lanes.
func Open(c Client, n int, in live.Inbox, of Owner) *Session {
	s := &Session{client: c, seed: maphash.MakeSeed(), inbox: in, gone: of.Gone}
	s.ctx, s.cancel = context.WithCancel(context.Background())
	for range n {
		lane := make(chan *event.CounterOp, waitLimit)
		s.lanes = append(s.lanes, lane)
		of.Work.Go(func() { s.carry(lane) })
	}
	return s
}

// Send implements live.Session.
func (s *Session) Send(_ uint64, m event.Message) error {
	op, ok := m.(*event.CounterOp)
	if !ok || op == nil {
		return fmt.Errorf("send a %T: a key-value store takes commands", m)
	}
	if s.ctx.Err() != nil {
		return net.ErrClosed
	}
	select {
	case s.lanes[maphash.String(s.seed, op.Key)%uint64(len(s.lanes))] <- op:
		return nil
	default:
		return errFull
	}
}

// Close implements live.Session.
func (s *Session) Close() { s.end(event.NoReason) }

// Down ends the session and tells its inbox why.
func (s *Session) Down(why event.Reason) { s.end(why) }

func (s *Session) end(why event.Reason) {
	s.mu.Lock()
	over := s.over
	s.over = true
	if !over && why != event.NoReason {
		s.inbox.Down(why)
	}
	s.mu.Unlock()
	if !over {
		s.cancel()
		s.client.Close()
		s.gone()
	}
}

// carry carries out what comes on a lane, all that waits at a time.
func (s *Session) carry(lane chan *event.CounterOp) {
	var ops []*event.CounterOp
	for {
		select {
		case <-s.ctx.Done():
			return
		case op := <-lane:
			ops = append(ops[:0], op)
		}
		for more := true; more; {
			select {
			case op := <-lane:
				ops = append(ops, op)
			default:
				more = false
			}
		}
		if err := s.client.Do(s.ctx, ops, s.told); err != nil {
			s.Down(reason(err))
			return
		}
	}
}

// told hands an answer on.
func (s *Session) told(r event.CounterResult) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if !s.over {
		s.inbox.Received(r.ID, &r)
	}
}

// reason is why a connection that failed is down.
func reason(err error) event.Reason {
	var n net.Error
	if errors.Is(err, context.DeadlineExceeded) || errors.Is(err, os.ErrDeadlineExceeded) || errors.As(err, &n) && n.Timeout() {
		return event.TimedOut
	}
	return event.Reset
}
