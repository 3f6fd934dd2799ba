package deployment

import (
	"errors"
	"fmt"
	"io/fs"
	"slices"
	"strings"

	"hubsim/event"
)

// Size is how large a pattern is written; what is 0 is as the pattern has it.
type Size struct {
	Regions         int
	ControlPlanes   int // in each region that has any
	TrafficManagers int // in each region; in a pattern without any the control planes count
	Gateways        int // in each region
	// FailoverAbroad lets gateways list the next region's traffic managers behind their own.
	FailoverAbroad bool
}

// Bounds of a size, ours. More gateways than have a file each are a line of topology.yaml
// (copies), and a region more is a set of publishers more on every control plane.
const (
	mostNodes    = 16
	mostGateways = 200
)

// regionNames are the regions that are written, in their order: Europe, the United States, Asia and
// the Pacific, South America, Africa, the Middle East, Canada, Australia.
var regionNames = []string{"eu", "us", "ap", "sa", "af", "me", "ca", "au"}

// shape is a pattern that can be written in several sizes.
type shape struct {
	size    Size // as the pattern is without a word about it
	regions bool // its nodes are called for their regions, two to eight of them
	main    bool // the first region alone has control planes
}

// shapes are the patterns that are made of templates.
var shapes = map[string]shape{
	"gw-cp":         {size: Size{Regions: 1, ControlPlanes: 1, Gateways: 1}},
	"gw-cp-ha":      {size: Size{Regions: 1, ControlPlanes: 2, Gateways: 2}},
	"gw-cp-tm":      {size: Size{Regions: 1, ControlPlanes: 1, TrafficManagers: 1, Gateways: 1}},
	"gw-cp-tm-ha":   {size: Size{Regions: 1, ControlPlanes: 2, TrafficManagers: 2, Gateways: 2}},
	"multi-dc":      {size: Size{Regions: 2, ControlPlanes: 1, TrafficManagers: 1, Gateways: 2}, regions: true},
	"multi-dc-main": {size: Size{Regions: 2, ControlPlanes: 1, TrafficManagers: 1, Gateways: 2}, regions: true, main: true},
}

// Sized returns the files of a deployment pattern in a size of one's own, as ReadFS reads them.
func Sized(pattern string, s Size) (fs.FS, error) {
	p, growing := shapes[pattern]
	if !growing {
		if s != (Size{}) {
			return nil, fmt.Errorf("pattern %s has one size\nhint: patterns that grow are %s", pattern, orList(sortedKeys(shapes), "and"))
		}
		return Pattern(pattern)
	}
	if err := p.fits(pattern, s); err != nil {
		return nil, err
	}
	return write(p.layout(s))
}

// Grows tells whether a pattern can be written in a size of one's own.
func Grows(pattern string) bool {
	_, growing := shapes[pattern]
	return growing
}

func (p shape) fits(pattern string, s Size) error {
	switch {
	case s.Regions != 0 && !p.regions:
		return fmt.Errorf("pattern %s has one region\nhint: patterns with several are multi-dc and multi-dc-main", pattern)
	case s.FailoverAbroad && !p.regions:
		return fmt.Errorf("pattern %s has one region, and no other to fail over to\nhint: patterns with several are multi-dc and multi-dc-main", pattern)
	case s.TrafficManagers != 0 && p.size.TrafficManagers == 0:
		return fmt.Errorf("in pattern %s the control planes count\nhint: gw-cp-tm has traffic managers of their own", pattern)
	}
	return errors.Join(
		within("regions", s.Regions, 2, len(regionNames)),
		within("control planes a region", s.ControlPlanes, 1, mostNodes),
		within("traffic managers a region", s.TrafficManagers, 1, mostNodes),
		within("gateways a region", s.Gateways, 1, mostGateways),
	)
}

func within(what string, n, least, most int) error {
	if n != 0 && (n < least || n > most) {
		return fmt.Errorf("%s: there can be %d to %d, not %d", what, least, most, n)
	}
	return nil
}

// region is a region as templates see it.
type region struct {
	ID       string // "" where there is only one
	Hubs     []event.NodeID
	Counting []event.NodeID // traffic managers, else control planes
	Managers []event.NodeID
	Gateways []event.NodeID
	Heard    []event.NodeID // by its gateways, which feed them: those of Counting, and others behind them
}

// Name is a host name in the region's domain.
func (r *region) Name(of string) string {
	if r.ID == "" {
		return of + ".example.com"
	}
	return of + "." + r.ID + ".example.com"
}

// layout says who is there.
func (p shape) layout(s Size) []region {
	or := func(n, usual int) int {
		if n == 0 {
			return usual
		}
		return n
	}
	all := make([]region, or(s.Regions, p.size.Regions))
	for i := range all {
		r := &all[i]
		if p.regions {
			r.ID = regionNames[i]
		}
		if i == 0 || !p.main {
			r.Hubs = r.nodes("cp", or(s.ControlPlanes, p.size.ControlPlanes))
		}
		r.Managers = r.nodes("tm", or(s.TrafficManagers, p.size.TrafficManagers))
		r.Gateways = r.nodes("gw", or(s.Gateways, p.size.Gateways))
		if r.Counting = r.Managers; len(r.Managers) == 0 {
			r.Counting = r.Hubs
		}
	}
	for i := range all {
		all[i].Heard = slices.Clone(all[i].Counting)
		if s.FailoverAbroad {
			all[i].Heard = append(all[i].Heard, all[(i+1)%len(all)].Counting...)
		}
	}
	return all
}

func (r *region) nodes(kind string, n int) (ids []event.NodeID) {
	for i := range n {
		id := fmt.Sprintf("%s-%d", kind, i+1)
		if r.ID != "" {
			id = r.ID + "-" + id
		}
		ids = append(ids, event.NodeID(id))
	}
	return ids
}

// title is a node's name as part of a publisher's: eu-cp-1 is EuCp1.
func title(id string) string {
	var b strings.Builder
	for part := range strings.SplitSeq(id, "-") {
		b.WriteString(strings.ToUpper(part[:1]) + part[1:])
	}
	return b.String()
}
