package virtual

import (
	"hubsim/event"
	"hubsim/fault"
	"hubsim/internal/luck"
)

// wire is one direction between two members, as a bandwidth fault narrows it.
type wire struct {
	fault    int
	from, to int32
}

// delay is what the faults add to something on its way, in nanoseconds.
func (f *faults) delay(r *run, from, to int32, msg event.Message) int64 {
	if len(f.delays)+len(f.frozen) == 0 {
		return 0
	}
	sum := f.frost(r, from, to)
	for _, k := range f.delays {
		if f.leads(k, from, to) {
			f.hit(r, k, from)
			sum += f.late(r, k, wire{k, from, to}, msg)
		}
	}
	return sum
}

// late is what one fault adds.
func (f *faults) late(r *run, k int, w wire, msg event.Message) int64 {
	one := &f.all[k]
	draw := func(p luck.Purpose) uint64 {
		return luck.Pair(r.w.Seed, p, uint64(k)<<40|uint64(w.from)<<20|uint64(w.to), uint64(r.now))
	}
	switch {
	case one.Kind == fault.Loss:
		return int64(one.Resent(luck.Unit(draw(luck.LossFault))))
	case one.Kind == fault.Bandwidth:
		free := max(r.now, f.lines[w]) + int64(one.Takes(bytesOf(msg)))
		f.lines[w] = free
		return free - r.now
	case one.Exponential:
		return int64(luck.Exp(draw(luck.DelayFault), float64(one.By)))
	case one.Shape > 0:
		return int64(one.Tail(luck.Unit(draw(luck.DelayFault))))
	}
	return int64(one.By)
}

// frost is how long the freezes and stalls hold what goes from one member to another, in nanoseconds. A
// freeze is of a link's both directions.
func (f *faults) frost(r *run, a, b int32) (longest int64) {
	for _, k := range f.frozen {
		back := f.all[k].Kind == fault.Freeze && f.leads(k, b, a)
		if f.leads(k, a, b) || back {
			f.hit(r, k, a)
			longest = max(longest, f.until[k]-r.now)
		}
	}
	return longest
}

// How many bytes cross a line, about: what the product's JSON and Thrift-like frames come to. Only a
// bandwidth fault asks.
const (
	segmentBytes = 66  // a TCP segment without data
	messageBytes = 512 // a message, or one event or row within
)

// bytesOf is about how long a message is on the wire; nil is what makes or ends a session.
func bytesOf(m event.Message) int {
	switch m := m.(type) {
	case nil, *event.Heartbeat, *event.BatchAck:
		return segmentBytes
	case *event.Batch:
		return messageBytes * max(1, len(m.Events))
	case *event.PullResponse:
		return messageBytes * (1 + len(m.APIs) + len(m.Applications) + len(m.Subscriptions) + len(m.Policies) + len(m.Revoked) + len(m.Blocked))
	case *event.StoreOp:
		return messageBytes * (1 + len(m.Ship))
	case *event.StoreResult:
		return messageBytes * (1 + len(m.Rows))
	}
	return messageBytes
}
