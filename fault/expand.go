package fault

import (
	"fmt"

	"hubsim/event"
	"hubsim/internal/luck"
)

// Site tells who is there, for the lines that stand for several.
type Site struct {
	Seed    uint64
	Who     func(name string) []string // the nodes that a name means
	Regions []string
	Length  event.Duration // of the run
}

// Expand writes out the lines that stand for several. The result has none of them, is the same for the
// same seed, and its lines keep the number of the line that they come from.
func (s Schedule) Expand(site Site) (Schedule, error) {
	var out Schedule
	for _, f := range s {
		lines := Schedule{f}
		if f.Kind.Macro() && f.Kind != Heal {
			lines = f.expand(&site)
			if len(lines) == 0 {
				return nil, &Error{Line: f.Line, Text: fmt.Sprintf("%q means nobody", f), Hint: "name nodes that are there"}
			}
		}
		for i := range lines {
			lines[i].Line, lines[i].Left = f.Line, f.Left
		}
		out = append(out, lines...)
	}
	return out.heal(), nil
}

func (f *Fault) expand(site *Site) Schedule {
	switch f.Kind {
	case Rolling:
		return f.rolling(site)
	case Swizzle:
		return f.swizzle(site)
	case Split:
		return f.split(site)
	case Herd:
		one := Fault{Kind: Refuse, From: "*", To: f.Node, At: f.At, For: f.For}
		if f.For == 0 {
			one.Kind = Reset
		}
		return Schedule{one}
	case Strobe:
		return f.strobe()
	case Chaos:
		return f.chaos(site)
	}
	return nil
}

// heal ends what is on at the first heal line, and takes these lines out.
func (s Schedule) heal() Schedule {
	var kept Schedule
	at := event.Duration(-1)
	for _, f := range s {
		if f.Kind == Heal && at < 0 {
			at = f.At
		} else if f.Kind != Heal {
			kept = append(kept, f)
		}
	}
	if at < 0 {
		return kept
	}
	s, kept = kept, kept[:0]
	for _, f := range s {
		begun := f.Mark == "" && f.At < at
		if begun && !f.Left && f.Kind != Reset && f.Kind != Promote && (f.For == 0 || f.At+f.For > at) {
			f.For = at - f.At
		}
		if begun || f.Left || f.Mark != "" {
			kept = append(kept, f)
		}
	}
	return kept
}

// hosts are the hosts of the nodes that a name means, each once.
func (site *Site) hosts(name string) (hosts []string) {
	seen := map[string]bool{}
	for _, id := range site.Who(name) {
		if h := string(event.NodeID(id).Host()); !seen[h] {
			seen[h] = true
			hosts = append(hosts, h)
		}
	}
	return hosts
}

func (f *Fault) rolling(site *Site) (lines Schedule) {
	for i, host := range site.hosts(f.Node) {
		lines = append(lines, Fault{Kind: Crash, Node: host, At: f.At + event.Duration(i)*f.Every, For: f.For})
	}
	return lines
}

func (f *Fault) swizzle(site *Site) (lines Schedule) {
	from := site.hosts(f.From)
	step := f.For / event.Duration(2*max(1, len(from)))
	order := site.shuffled(len(from), f)
	for i, host := range from {
		begin := f.At + event.Duration(i)*step
		end := f.At + f.For/2 + event.Duration(order[i]+1)*step
		lines = append(lines, Fault{Kind: Freeze, From: host, To: f.To, Both: f.Both, At: begin, For: end - begin})
	}
	return lines
}

// shuffled is a permutation, drawn from the seed.
func (site *Site) shuffled(n int, f *Fault) []int {
	order := make([]int, n)
	for i := range order {
		j := int(luck.Pair(site.Seed, luck.Chaos, uint64(f.At), uint64(i)) % uint64(i+1))
		order[i], order[j] = order[j], i
	}
	return order
}

func (f *Fault) split(site *Site) (lines Schedule) {
	inside := map[string]bool{}
	for _, id := range site.Who(f.Node) {
		inside[id] = true
	}
	for _, region := range site.Regions {
		there := site.Who("region:" + region)
		if len(inside) == 0 || len(there) == 0 || inside[there[0]] {
			continue
		}
		lines = append(lines, Fault{Kind: Freeze, From: f.Node, To: "region:" + region, Both: true, At: f.At, For: f.For})
	}
	return lines
}

func (f *Fault) strobe() (lines Schedule) {
	for at := event.Duration(0); at+f.Every <= f.For; at += 2 * f.Every {
		lines = append(lines, Fault{Kind: Clock, Node: f.Node, At: f.At + at, For: f.Every, By: f.By})
	}
	return lines
}
