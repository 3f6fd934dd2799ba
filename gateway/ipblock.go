package gateway

import (
	"cmp"
	"encoding/json"
	"fmt"
	"net/netip"
	"slices"

	"hubsim/event"
	"hubsim/node"
)

// ipBlocks are the blocking conditions on addresses, by the tenant of the APIs that they protect and
// their id (BlockConditionsRetriever.java, ThrottleDataHolder.java).
type ipBlocks struct {
	tenants map[event.Tenant][]ipBlock // each by id
	// inclusive counts the two ends of a range in, Config.InclusiveRanges.
	inclusive bool
}

// ipBlock is one of them.
type ipBlock struct {
	block
	id       int
	from, to netip.Addr
	invert   bool
}

// ipName says which condition it is, in the memory of recent changes.
func ipName(t event.Tenant, id int) string { return fmt.Sprintf("ip:%s:%d", tenantOr(t), id) }

// readIPBlock reads the value of a condition: JSON within the event's text.
func readIPBlock(b *event.BlockingCondition) (ipBlock, error) {
	var v struct {
		Fixed  string `json:"fixedIp"`
		First  string `json:"startingIp"`
		Last   string `json:"endingIp"`
		Invert bool   `json:"invert"`
	}
	made := ipBlock{block: block{b.Kind, b.Value}, id: b.ID}
	if err := json.Unmarshal([]byte(b.Value), &v); err != nil {
		return made, fmt.Errorf("read a blocking condition on addresses: %w", err)
	}
	made.invert = v.Invert
	if b.Kind == blockIP {
		v.First, v.Last = v.Fixed, v.Fixed
	}
	var err error
	if made.from, err = parseAddress(v.First); err != nil {
		return made, err
	}
	if made.to, err = parseAddress(v.Last); err == nil && made.from.BitLen() != made.to.BitLen() {
		err = fmt.Errorf("a range from %s to %s: want addresses of one kind", v.First, v.Last)
	}
	return made, err
}

func (b *ipBlocks) at(t event.Tenant, id int) (int, bool) {
	return slices.BinarySearchFunc(b.tenants[t], id, func(x ipBlock, id int) int { return x.id - id })
}

// set switches a condition on.
func (b *ipBlocks) set(t event.Tenant, c ipBlock, out *node.Output) {
	t = tenantOr(t)
	i, found := b.at(t, c.id)
	if found && b.tenants[t][i] == c {
		return
	}
	if found {
		b.tenants[t][i] = c
	} else {
		b.tenants[t] = slices.Insert(b.tenants[t], i, c)
	}
	out.Note(node.Note{Fact: node.BlockApplied, ID: c.String(), On: true})
}

// drop switches a condition off, whatever its value.
func (b *ipBlocks) drop(t event.Tenant, id int, out *node.Output) {
	t = tenantOr(t)
	if i, found := b.at(t, id); found {
		out.Note(node.Note{Fact: node.BlockApplied, ID: b.tenants[t][i].String()})
		b.tenants[t] = slices.Delete(b.tenants[t], i, i+1)
	}
}

// hits tells whether a caller of a tenant's API is blocked. The ends of a range are not part of it.
func (b *ipBlocks) hits(t event.Tenant, c *call) bool {
	for i := range b.tenants[t] {
		if x := &b.tenants[t][i]; x.holds(c.address(), b.inclusive) != x.invert {
			return true
		}
	}
	return false
}

func (x *ipBlock) holds(ip netip.Addr, inclusive bool) bool {
	if !ip.IsValid() || ip.BitLen() != x.from.BitLen() {
		return false
	}
	first, last := x.from.Compare(ip), ip.Compare(x.to)
	if x.kind == blockIP || inclusive {
		return first <= 0 && last <= 0
	}
	return first < 0 && last < 0
}

// sorted lists the conditions with their tenants.
func (b *ipBlocks) sorted() []tenantBlock {
	var all []tenantBlock
	for t, list := range b.tenants {
		for _, x := range list {
			all = append(all, tenantBlock{t, x})
		}
	}
	slices.SortFunc(all, func(x, y tenantBlock) int {
		return cmp.Or(cmp.Compare(x.tenant, y.tenant), cmp.Compare(x.id, y.id))
	})
	return all
}

type tenantBlock struct {
	tenant event.Tenant
	ipBlock
}
