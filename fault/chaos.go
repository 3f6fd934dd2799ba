package fault

import (
	"hubsim/event"
	"hubsim/internal/luck"
)

// drawn are the kinds that chaos draws, each with how long it lasts and, where it has one, how strong it
// is. The ranges are those in which real faults are found (a collection, a restart, a lost route).
var drawn = [...]struct {
	kind       Kind
	heavy      bool   // a delay with a heavy tail
	all        bool   // of one of from to all of to: what shows only in new sessions, or in few messages
	from, to   string // whose sessions to whom, of a link
	node       string
	least, len event.Duration // For: from least to least+len
}{
	{kind: Crash, node: "gateways", least: event.Second, len: 30 * event.Second},
	{kind: Crash, node: "traffic-managers", least: event.Second, len: 30 * event.Second},
	{kind: Crash, node: "brokers", least: event.Second, len: 30 * event.Second},
	{kind: Crash, node: "control-planes", least: event.Second, len: 30 * event.Second},
	{kind: Pause, node: "gateways", least: 50 * event.Millisecond, len: 10 * event.Second},
	{kind: Pause, node: "traffic-managers", least: 50 * event.Millisecond, len: 10 * event.Second},
	{kind: Clock, node: "gateways", least: 5 * event.Second, len: 55 * event.Second},
	{kind: Refuse, from: "gateways", to: "brokers", least: event.Second, len: 60 * event.Second},
	{kind: HalfOpen, from: "gateways", to: "brokers", least: event.Second, len: 60 * event.Second},
	{kind: Freeze, from: "gateways", to: "traffic-managers", least: event.Second, len: 20 * event.Second},
	{kind: Stall, from: "brokers", to: "gateways", least: event.Second, len: 20 * event.Second},
	{kind: Delay, from: "gateways", to: "traffic-managers", least: 5 * event.Second, len: 55 * event.Second},
	{kind: Loss, from: "gateways", to: "traffic-managers", least: 5 * event.Second, len: 55 * event.Second},
	{kind: Delay, heavy: true, from: "gateways", to: "traffic-managers", least: 5 * event.Second, len: 55 * event.Second},
	{kind: SlowAccept, all: true, from: "gateways", to: "brokers", least: 5 * event.Second, len: 55 * event.Second},
	{kind: NoName, all: true, from: "gateways", to: "brokers", least: 5 * event.Second, len: 55 * event.Second},
	{kind: Zombie, all: true, from: "gateways", to: "brokers"},
	{kind: Repeat, all: true, from: "control-planes", to: "brokers", least: 5 * event.Second, len: 55 * event.Second},
	{kind: Slow, node: "gateways", least: 5 * event.Second, len: 55 * event.Second},
	{kind: Starve, node: "traffic-managers", least: event.Second, len: 30 * event.Second},
	{kind: DiskFull, node: "store", least: 10 * event.Second, len: 110 * event.Second},
}

// What chaos draws of a fault.
const (
	drawKind = iota
	drawAt
	drawFor
	drawStrength
	drawFrom
	drawTo
	draws
)

// chaos draws the faults that the line stands for.
func (f *Fault) chaos(site *Site) (lines Schedule) {
	lines = f.round(site)
	for next := *f; f.Every > 0; {
		if next.At += f.Every; next.At+f.For > site.Length {
			break
		}
		lines = append(lines, next.round(site)...)
	}
	return lines
}

// round draws those of one time.
func (f *Fault) round(site *Site) (lines Schedule) {
	for i := range f.Count {
		dice := func(what int) float64 {
			return luck.Unit(luck.Pair(site.Seed, luck.Chaos, uint64(f.At), uint64(i*draws+what)))
		}
		if one, ok := f.draw(site, dice); ok {
			lines = append(lines, one)
		}
	}
	return lines
}

// draw is one fault, or none where nobody is there whom it could mean.
func (f *Fault) draw(site *Site, dice func(int) float64) (Fault, bool) {
	k := drawn[int(dice(drawKind)*float64(len(drawn)))]
	one := Fault{Kind: k.kind, Drawn: true, For: rounded(k.least + event.Duration(dice(drawFor)*float64(k.len)))}
	one.For = min(one.For, f.For)
	one.At = rounded(f.At + event.Duration(dice(drawAt)*float64(f.For-one.For)))
	ok := true
	pick := func(what int, of string) string {
		who := site.Who(of)
		if len(who) == 0 {
			ok = false
			return ""
		}
		return who[int(dice(what)*float64(len(who)))]
	}
	if k.kind.OnLink() {
		one.From, one.To = pick(drawFrom, k.from), pick(drawTo, k.to)
		if k.all {
			one.To = k.to
		}
	} else {
		one.Node = pick(drawFrom, k.node)
	}
	switch k.kind {
	case Clock:
		one.By = rounded(event.Duration((dice(drawStrength) - 0.5) * 4 * float64(event.Second)))
	case SlowAccept:
		one.By = rounded(event.Duration((0.5 + dice(drawStrength)*9.5) * float64(event.Second)))
	case Slow:
		one.By = rounded(event.Duration((0.001 + dice(drawStrength)) * float64(event.Second)))
	case Repeat:
		one.Rate = float64(1 + int(dice(drawStrength)*100))
	case Starve:
		one.Rate = float64(2 + int(dice(drawStrength)*49))
	case Delay:
		if k.heavy {
			one.By, one.Shape = rounded(event.Duration((0.001+dice(drawStrength)*0.1)*float64(event.Second))), 1.2
			break
		}
		one.By = rounded(event.Duration((0.01 + dice(drawStrength)*0.5) * float64(event.Second)))
	case Loss:
		one.Rate = float64(1 + int(dice(drawStrength)*30))
	}
	return one, ok
}

// rounded is a length that is short to write.
func rounded(d event.Duration) event.Duration { return d / event.Millisecond * event.Millisecond }
