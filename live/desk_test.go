package live

import (
	"encoding/gob"
	"io"
	"sync/atomic"
	"testing"
	"testing/synctest"

	"hubsim/event"
	"hubsim/node"
	"hubsim/trace"
	"hubsim/world"
)

// TestNothingLeavesAProcessBeforeTheRunKnows has a node answer a call and hears nothing of it before the record that
// it did so was taken.
func TestNothingLeavesAProcessBeforeTheRunKnows(t *testing.T) {
	registerWords()
	synctest.Test(t, func(t *testing.T) {
		in, out := io.Pipe()
		d := newDesk(out)
		d.run = &run{shared: d, sites: []*site{{Member: &world.Member{ID: "gw-1", Role: node.Gateway}}}}
		c := &call{id: 7, to: d.run.sites[0], msg: &event.Request{}, req: &event.Request{}, reply: make(chan event.Message, 1)}
		d.gather(d.run.sites[0], trace.Record{Kind: trace.Called, Call: 7})
		var answered atomic.Bool
		go func() {
			c.finish(d.run, &event.Reply{Status: 200}, event.NoReason)
			answered.Store(true)
		}()
		var w said
		if err := gob.NewDecoder(in).Decode(&w); err != nil || w.Verb != saidRecord || w.Record.Kind != trace.Answered || len(w.Before) != 1 || w.Before[0].Record.Kind != trace.Called {
			t.Fatalf("it said %+v, %v", w, err)
		}
		synctest.Wait()
		if answered.Load() || len(c.reply) > 0 {
			t.Error("the caller has its answer, and the run does not know")
		}
		d.answered(&told{Verb: tellAnswer, Seq: w.Seq})
		synctest.Wait()
		if !answered.Load() || len(c.reply) != 1 {
			t.Error("the run knows, and the caller has no answer")
		}
	})
}
