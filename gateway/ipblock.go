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
	tenants map[event.Tenant]*tenantBlocks
	// inclusive counts the two ends of a range in, Config.InclusiveRanges.
	inclusive bool
}

// tenantBlocks are those of one tenant. Routes hold on to it.
type tenantBlocks struct {
	list  []ipBlock // by id
	spans []span    // what they block of IPv4, in order and apart
}

// span is a range of IPv4 addresses, both ends meant too.
type span struct{ from, to uint32 }

// of returns the conditions of a tenant, to be held on to.
func (b *ipBlocks) of(t event.Tenant) *tenantBlocks {
	t = tenantOr(t)
	if b.tenants[t] == nil {
		b.tenants[t] = &tenantBlocks{}
	}
	return b.tenants[t]
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

func (b *tenantBlocks) at(id int) (int, bool) {
	return slices.BinarySearchFunc(b.list, id, func(x ipBlock, id int) int { return cmp.Compare(x.id, id) })
}

// set switches a condition on.
func (b *ipBlocks) set(t event.Tenant, c ipBlock, out *node.Output) {
	of := b.of(t)
	i, found := of.at(c.id)
	if found && of.list[i] == c {
		return
	}
	if found { // another condition had the id: it holds no longer
		out.Note(node.Note{Fact: node.BlockApplied, ID: of.list[i].String()})
		of.list[i] = c
	} else {
		of.list = slices.Insert(of.list, i, c)
	}
	of.merge(b.inclusive)
	out.Note(node.Note{Fact: node.BlockApplied, ID: c.String(), On: true})
}

// drop switches a condition off, whatever its value.
func (b *ipBlocks) drop(t event.Tenant, id int, out *node.Output) {
	of := b.of(t)
	if i, found := of.at(id); found {
		out.Note(node.Note{Fact: node.BlockApplied, ID: of.list[i].String()})
		of.list = slices.Delete(of.list, i, i+1)
		of.merge(b.inclusive)
	}
}

// merge works out the spans anew.
func (b *tenantBlocks) merge(inclusive bool) {
	var all []span
	for i := range b.list {
		all = b.list[i].appendSpans(all, inclusive)
	}
	slices.SortFunc(all, func(x, y span) int { return cmp.Compare(x.from, y.from) })
	b.spans = nil
	for _, s := range all {
		if last := len(b.spans) - 1; last >= 0 && s.from <= b.spans[last].to {
			b.spans[last].to = max(b.spans[last].to, s.to)
		} else {
			b.spans = append(b.spans, s)
		}
	}
}

// appendSpans appends what a condition blocks of IPv4. One on the other kind of addresses holds for
// none of these, and blocks all of them when inverted.
func (x *ipBlock) appendSpans(all []span, inclusive bool) []span {
	const last = 1<<32 - 1
	from, to := int64(1), int64(0)
	if x.from.Is4() {
		from, to = int64(number4(x.from)), int64(number4(x.to))
		if x.kind == blockIPRange && !inclusive {
			from, to = from+1, to-1
		}
	}
	switch {
	case from > to && x.invert:
		return append(all, span{0, last})
	case from > to:
		return all
	case !x.invert:
		return append(all, span{uint32(from), uint32(to)})
	}
	if from > 0 {
		all = append(all, span{0, uint32(from - 1)})
	}
	if to < last {
		all = append(all, span{uint32(to + 1), last})
	}
	return all
}

// hits tells whether a caller of a tenant's API is blocked. The ends of a range are not part of it.
func (b *tenantBlocks) hits(c *call, inclusive bool) bool {
	ip := c.address()
	if ip.Is4() {
		n := number4(ip)
		i, j := 0, len(b.spans)
		for i < j {
			if m := (i + j) / 2; b.spans[m].to < n {
				i = m + 1
			} else {
				j = m
			}
		}
		return i < len(b.spans) && b.spans[i].from <= n
	}
	for i := range b.list {
		if x := &b.list[i]; x.holds(ip, inclusive) != x.invert {
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
	for t, of := range b.tenants {
		for _, x := range of.list {
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
