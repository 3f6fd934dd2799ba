package gateway

import (
	"testing"

	"hubsim/event"
	"hubsim/node"
)

// teller is a gateway of 4.6 on its own, with what it asks of its control plane.
type teller struct {
	*Gateway
	now   node.Clock
	out   node.Output
	asked []*event.PullRequest // what was sent, oldest first
}

func newTeller(change func(c *NotifyConfig)) *teller {
	c := WSO2()
	c.ID, c.ControlPlanes, c.Notify.Enabled = "gw-1", []event.NodeID{"cp-1"}, true
	if change != nil {
		change(&c.Notify)
	}
	return &teller{Gateway: New(c)}
}

// gather takes what was sent to the internal API by the notifier, and says of each session that it is up.
func (t *teller) gather() {
	for len(t.out.Acts) > 0 {
		acts := append([]node.Act(nil), t.out.Acts...)
		t.out.Reset()
		for _, a := range acts {
			switch q, is := a.Msg.(*event.PullRequest); {
			case a.Verb == node.Open:
				t.Step(t.now, node.Input{Kind: node.Up, Session: a.Session, Peer: "cp-1", Service: event.Pull}, &t.out)
			case is && (q.Notice != nil || q.States != nil):
				t.asked = append(t.asked, q)
			}
		}
	}
}

func (t *teller) boot() {
	t.Step(t.now, node.Input{Kind: node.Boot}, &t.out)
	t.gather()
}

// to goes on to an instant, through every deadline before it.
func (t *teller) to(at event.Duration) {
	for t.Deadline() <= event.Mono(at) {
		t.now.Mono = max(t.now.Mono, t.Deadline())
		t.Step(t.now, node.Input{Kind: node.Tick}, &t.out)
		t.gather()
	}
	t.now.Mono = event.Mono(at)
}

// answer answers the oldest request that was not answered, on whichever session.
func (t *teller) answer(status int) {
	q := t.asked[0]
	t.asked = t.asked[1:]
	for s := range node.SessionID(20) {
		t.Step(t.now, node.Input{Kind: node.Received, Session: s, Msg: &event.PullResponse{ID: q.ID, Path: q.Path, Status: status}}, &t.out)
	}
	t.gather()
}

func (t *teller) deploys(n int) {
	for i := range n {
		t.status(t.now, event.DeployAck{API: "pizza", Revision: i}, &t.out)
	}
	t.gather()
}

// sizes are the batches that were sent and not answered.
func (t *teller) sizes() (all []int) {
	for _, q := range t.asked {
		if q.States != nil {
			all = append(all, len(q.States))
		}
	}
	return all
}

func same(t *testing.T, what string, got, want []int) {
	t.Helper()
	if len(got) != len(want) {
		t.Errorf("%s: batches %v, want %v", what, got, want)
		return
	}
	for i := range got {
		if got[i] != want[i] {
			t.Errorf("%s: batches %v, want %v", what, got, want)
			return
		}
	}
}

// TestBatches: nothing is told before the gateway has registered; then what waits goes every two seconds, and a
// hundred at once.
func TestBatches(t *testing.T) {
	g := newTeller(nil)
	g.boot()
	if len(g.asked) != 1 || g.asked[0].Notice == nil || g.asked[0].Notice.Heartbeat {
		t.Fatalf("at the boot it asks %+v, want to register", g.asked)
	}
	g.deploys(150)
	g.to(5 * event.Second)
	same(t, "before it registered", g.sizes(), nil)
	g.answer(200)
	g.to(6 * event.Second)
	same(t, "with the next period", g.sizes(), []int{150})
	g.answer(200)
	g.deploys(99)
	same(t, "fewer than a batch", g.sizes(), nil)
	g.deploys(1)
	same(t, "a full batch", g.sizes(), []int{100})
}

// TestBatchesInALine: two threads, then a queue, then further threads, and then whoever brings one; that one
// holds up all others.
func TestBatchesInALine(t *testing.T) {
	g := newTeller(func(c *NotifyConfig) { c.Batch, c.Threads, c.Queue, c.Most = 1, 1, 2, 2 })
	g.boot()
	g.answer(200)
	g.deploys(4) // a thread, the queue twice, the second thread
	same(t, "two threads at work, two wait", g.sizes(), []int{1, 1})
	g.deploys(1)
	same(t, "the fifth is sent by its bringer", g.sizes(), []int{1, 1, 1})
	g.deploys(3)
	same(t, "who may bring no other meanwhile", g.sizes(), []int{1, 1, 1})
	g.answer(200)
	same(t, "a thread takes the next from the queue", g.sizes(), []int{1, 1, 1})
	g.answer(200)
	g.answer(200) // the bringer's
	g.to(2 * event.Second)
	same(t, "then what came meanwhile waits as one batch", g.sizes(), []int{1, 1})
	g.answer(200)
	same(t, "for a thread", g.sizes(), []int{1, 3})
}

// TestRegistration is tried again after 10, 20, 40, 80 and 160 s and then given up for good; heartbeats go on all the
// same, every 30 s and each once.
func TestRegistration(t *testing.T) {
	g := newTeller(nil)
	g.boot()
	for range 6 {
		g.answer(503)
		g.to(event.Duration(g.now.Mono) + 170*event.Second)
		var left []*event.PullRequest
		for _, q := range g.asked {
			if !q.Notice.Heartbeat {
				left = append(left, q)
			}
		}
		g.asked = left
		if len(left) == 0 {
			break
		}
	}
	if g.notify.registered || g.notify.register.Outstanding() > 0 || len(g.asked) > 0 {
		t.Errorf("after six failures it still registers: %+v", g.asked)
	}
	at := event.Duration(g.now.Mono)
	g.to(at + 61*event.Second)
	if n := len(g.asked); n < 2 || n > 3 {
		t.Errorf("%d heartbeats in 61 s, want two or three", n)
	}
	g.asked = nil
	g.enrol(g.now, &g.out)
	g.gather()
	if len(g.asked) != 1 || g.asked[0].Notice.Heartbeat {
		t.Errorf("when its consumer is restored it asks %+v, want to register", g.asked)
	}
}
