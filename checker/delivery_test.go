package checker

import (
	"strconv"
	"strings"
	"testing"

	"hubsim/event"
	"hubsim/node"
	"hubsim/trace"
)

// TestDelivery tells traces in words, a step each 10 ms: "up a 1" is session 1 of a, "pub p 1 7" sends
// number 7 on it, "hear a 1 7" receives it, "drop a 7" loses a's copy; "batch", "came", "ack", "acked"
// are those of a data bridge with their Seq at the end. The hub is a real one unless a step is its own.
func TestDelivery(t *testing.T) {
	const there = "up p 1; up a 1; sub a 1; "
	const feed = "up gw 1; up tm -1; "
	for _, row := range []struct{ why, story, want string }{
		{"a publish comes", there + "pub p 1 7; hear a 1 7", ""},
		{"several come in order", there + "pub p 1 7; pub p 1 8; hear a 1 7; pub p 1 9; hear a 1 8; hear a 1 9", ""},
		{"one comes that nobody sent", there + "pub p 1 7; hear a 1 7; hear a 1 8", "1 never sent"},
		{"one comes before it was sent", there + "hear a 1 7; pub p 1 7", "1 never sent"},
		{"one comes that did not leave", there + "pub p 1 7; drop hub 7; hear a 1 7", "1 never sent"},
		{"one comes before the session is up", "up p 1; sub a 1; pub p 1 7; hear a 1 7", "1 without a subscription"},
		{"one comes after the session is down", there + "pub p 1 7; down a 1; hear a 1 7", "1 without a subscription"},
		{"one comes after the session was closed", there + "pub p 1 7; closed a 1; hear a 1 7", "1 without a subscription"},
		{"one comes to a node that died", there + "pub p 1 7; stop a; hear a 1 7", "1 without a subscription"},
		{"one comes that was not subscribed", "up p 1; up a 1; pub p 1 7; hear a 1 7", "1 without a subscription"},
		{"one comes twice", there + "pub p 1 7; hear a 1 7; hear a 1 7", "1 twice"},
		{"two sessions get a copy each", there + "up a 2; sub a 2; pub p 1 7; hear a 1 7; hear a 2 7", ""},
		{"two change places", there + "pub p 1 6; hear a 1 6; pub p 1 7; pub p 1 8; hear a 1 8; hear a 1 7", "1 out of order"},
		{"two of different sessions may", there + "up q 1; pub p 1 7; pub q 1 8; hear a 1 8; hear a 1 7", ""},
		{"one is lost between two that come", there + "pub p 1 7; pub p 1 8; pub p 1 9; hear a 1 7; hear a 1 9", "1 lost without a reason"},
		{"one is lost, and a record says so", there + "pub p 1 7; pub p 1 8; pub p 1 9; drop a 8; hear a 1 7; hear a 1 9", ""},
		{"somebody else's loss excuses nothing", there + "pub p 1 7; pub p 1 8; pub p 1 9; drop b 8; hear a 1 7; hear a 1 9", "1 lost without a reason"},
		{"one did not leave", there + "pub p 1 7; pub p 1 8; drop hub 8; pub p 1 9; hear a 1 7; hear a 1 9", ""},
		{"what was sent before the first one came may be missed", there + "pub p 1 7; pub p 1 8; hear a 1 8", ""},
		{"what another sent since may not", there + "up q 1; pub p 1 7; hear a 1 7; pub q 1 8; pub q 1 9; hear a 1 9", "1 lost without a reason"},
		{"the last one never comes", there + "pub p 1 7; hear a 1 7; pub p 1 8; wait 2000; beat p 1", "1 lost without a reason"},
		{"the only one never comes", there + "wait 300; pub p 1 7; wait 2000; beat p 1", "1 lost without a reason"},
		{"the only one came to a subscription too young", there + "pub p 1 7; wait 2000; beat p 1; pub p 1 8; hear a 1 8", ""},
		{"the last one may still come", there + "pub p 1 7; hear a 1 7; pub p 1 8; wait 500; beat p 1", ""},
		{"the publisher's session broke behind the last one", there + "pub p 1 7; hear a 1 7; pub p 1 8; down p 1; wait 2000; beat p 1", ""},
		{"a publisher that closes its session lets the last one go", there + "pub p 1 7; hear a 1 7; pub p 1 8; closed p 1; wait 2000; beat p 1", "1 lost without a reason"},
		{"the subscriber's session broke", there + "pub p 1 7; hear a 1 7; pub p 1 8; down a 1; wait 2000; beat p 1", ""},
		{"the hub died", there + "pub p 1 7; hear a 1 7; pub p 1 8; stop hub; wait 2000; beat p 1", ""},
		{"a fault still held the last one", there + "pub p 1 7; hear a 1 7; fault 0; pub p 1 8; wait 2000; mended 0; beat p 1", ""},
		{"half-open, the last one was swallowed", there + "pub p 1 7; hear a 1 7; swallow a; pub p 1 8; wait 2000; beat p 1", ""},
		{"a session after a restart begins anew", there + "pub p 1 7; hear a 1 7; stop a; boot a; pub p 1 8; up a 1; sub a 1; pub p 1 9; hear a 1 9", ""},

		{"a modelled hub copies", there + "up hub -1; pub p 1 7; hear hub -1 7; copy hub -2 8 7 a; hear a 1 8", ""},
		{"a modelled hub loses", there + "up hub -1; pub p 1 7; hear hub -1 7; pub p 1 8; hear hub -1 8; pub p 1 9; hear hub -1 9; " +
			"copy hub -2 10 7 a; copy hub -2 11 9 a; hear a 1 10; hear a 1 11", "1 lost without a reason"},
		{"a modelled hub says that it loses", there + "up hub -1; pub p 1 7; hear hub -1 7; pub p 1 8; hear hub -1 8; pub p 1 9; hear hub -1 9; " +
			"copy hub -2 10 7 a; slow a; copy hub -2 11 9 a; hear a 1 10; hear a 1 11", ""},
		{"a modelled hub doubles", there + "up hub -1; pub p 1 7; hear hub -1 7; copy hub -2 8 7 a; copy hub -2 9 7 a; hear a 1 8; hear a 1 9", "1 twice"},
		{"a modelled hub invents", there + "up hub -1; copy hub -2 8 7 a", "1 never sent"},

		{"a batch is answered", feed + "batch gw 1 7 1; came tm -1 7 1; ack tm -1 8 1; acked gw 1 8 1", ""},
		{"batches wait for one another", feed + "batch gw 1 7 1; batch gw 1 8 2; came tm -1 7 1; came tm -1 8 2; ack tm -1 9 1; acked gw 1 9 1; ack tm -1 10 2; acked gw 1 10 2", ""},
		{"batches change places", feed + "batch gw 1 7 1; batch gw 1 8 2; came tm -1 8 2; came tm -1 7 1", "1 out of order"},
		{"a batch is lost", feed + "batch gw 1 7 1; batch gw 1 8 2; came tm -1 8 2", "1 lost without a reason"},
		{"a batch comes twice", feed + "batch gw 1 7 1; came tm -1 7 1; came tm -1 7 1", "1 twice"},
		{"an answer comes twice", feed + "batch gw 1 7 1; came tm -1 7 1; ack tm -1 8 1; ack tm -1 9 1; acked gw 1 8 1; acked gw 1 9 1", "1 answered wrongly"},
		{"an answer is to another batch", feed + "batch gw 1 7 1; came tm -1 7 1; ack tm -1 8 2; acked gw 1 8 2", "1 answered wrongly"},
		{"an answer comes before the batch came", feed + "batch gw 1 7 1; ack tm -1 8 1; acked gw 1 8 1", "1 answered wrongly"},
		{"a batch that was dropped waits for no answer", feed + "batch gw 1 7 1; drop tm 7; batch gw 1 8 2; came tm -1 8 2; ack tm -1 9 2; acked gw 1 9 2", ""},
	} {
		t.Run(row.why, func(t *testing.T) {
			c := NewDelivery(&Setup{Length: event.Minute})
			tell(&tape{to: c}, row.story)
			got := c.Finish()
			if bad := got.Verdict == Violated; bad != (row.want != "") || !strings.HasSuffix(got.Worst, row.want) {
				t.Errorf("%v: %s %v, want %q", got.Verdict, got.Worst, got.Details, row.want)
			}
		})
	}
}

// tell plays a story.
func tell(p *tape, story string) {
	names := map[string]event.NodeID{"hub": "cp-1.broker", "a": "gw-1", "b": "gw-2", "p": "tm-1", "q": "tm-2", "gw": "gw-1", "tm": "tm-1"}
	messages := map[int]*event.Publish{}
	for _, step := range strings.Split(story, ";") {
		words := strings.Fields(step)
		var n [4]int // the numbers behind the verb and the name
		for i := 2; i < len(words) && i < 5; i++ {
			n[i-2], _ = strconv.Atoi(words[i])
		}
		r := trace.Record{Service: event.Topics, Session: node.SessionID(n[0]), ID: uint64(n[1]), Peer: names["hub"]}
		if len(words) > 1 {
			r.Node = names[words[1]]
		}
		p.at += event.Mono(10 * event.Millisecond)
		if words[0] == "wait" {
			ms, _ := strconv.Atoi(words[1])
			p.at += event.Mono(ms) * event.Mono(event.Millisecond)
			continue
		}
		telling(&r, words, n, messages)
		if words[0] == "copy" {
			r.Peer = names[words[5]]
		}
		p.play(r)
	}
}

// telling makes the record of a step.
func telling(r *trace.Record, words []string, n [4]int, messages map[int]*event.Publish) {
	kinds := map[string]trace.Kind{
		"up": trace.Up, "down": trace.Down, "closed": trace.Closed, "boot": trace.Booted, "stop": trace.Stopped,
		"sub": trace.Sent, "pub": trace.Sent, "copy": trace.Sent, "beat": trace.Sent, "batch": trace.Sent, "ack": trace.Sent,
		"hear": trace.Received, "came": trace.Received, "acked": trace.Received, "drop": trace.Dropped,
		"fault": trace.FaultOn, "mended": trace.FaultOff, "swallow": trace.FaultHit, "slow": trace.Noted,
	}
	r.Kind = kinds[words[0]]
	switch words[0] {
	case "boot", "stop", "fault", "mended":
		r.Service = 0
	case "swallow":
		r.Service, r.Mark = 0, "at 1s half-open gw-1>cp-1 for 9s"
	case "slow":
		r.Service, r.Note = 0, node.Note{Fact: node.CopyLost, Peer: r.Node, Detail: string(event.ThrottleData), Reason: event.SlowConsumer}
		r.Node = r.Peer
	case "drop":
		r.ID = uint64(n[0])
	case "sub":
		r.Msg = &event.Subscribe{Topic: event.ThrottleData}
	case "beat":
		r.Msg = &event.Heartbeat{}
	case "pub":
		messages[n[1]] = &event.Publish{Topic: event.ThrottleData, Body: &event.Decision{}}
		r.Msg = messages[n[1]]
	case "copy":
		r.Msg = messages[n[2]]
		if r.Msg == (*event.Publish)(nil) {
			r.Msg = &event.Publish{Topic: event.ThrottleData, Body: &event.Decision{}}
		}
	case "hear":
		if r.Msg = messages[n[1]]; r.Msg == (*event.Publish)(nil) {
			r.Msg = &event.Publish{Topic: event.ThrottleData, Body: &event.Decision{}}
		}
	case "batch", "came":
		r.Service, r.Msg, r.Peer = event.Feed, &event.Batch{Seq: uint64(n[2])}, "tm-1"
	case "ack", "acked":
		r.Service, r.Msg, r.Peer = event.Feed, &event.BatchAck{Seq: uint64(n[2])}, "gw-1"
	}
}
