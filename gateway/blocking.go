package gateway

import (
	"slices"
	"strings"

	"hubsim/node"
)

// The kinds of blocking conditions (APIProviderImpl.java writes them).
const (
	blockAPI          = "API"          // value: the API's context
	blockApplication  = "APPLICATION"  // value: subscriber:application
	blockUser         = "USER"         // value: user@tenant
	blockSubscription = "SUBSCRIPTION" // value: context:version:subscriber-application:KEYTYPE
	blockIP           = "IP"           // of these two see ipblock.go
	blockIPRange      = "IPRANGE"
)

// block names one blocking condition.
type block struct{ kind, value string }

// blocking holds the blocking conditions that are on.
type blocking struct{ on map[block]bool }

func newBlocking() blocking { return blocking{on: map[block]bool{}} }

// known tells whether the kind is one that the gateway looks for.
func (b block) known() bool {
	switch b.kind {
	case blockAPI, blockApplication, blockUser, blockSubscription:
		return b.value != ""
	}
	return false
}

// set switches a condition on or off.
func (b *blocking) set(c block, on bool, out *node.Output) {
	if b.on[c] == on {
		return
	}
	if on {
		b.on[c] = true
	} else {
		delete(b.on, c)
	}
	out.Note(node.Note{Fact: node.BlockApplied, ID: c.String(), On: on})
}

// String prints a condition as kind:value.
func (b block) String() string { return b.kind + ":" + b.value }

// sorted lists the conditions that are on.
func (b *blocking) sorted() []block {
	list := make([]block, 0, len(b.on))
	for c := range b.on {
		list = append(list, c)
	}
	slices.SortFunc(list, func(x, y block) int { return strings.Compare(x.String(), y.String()) })
	return list
}

// hits tells whether one of a caller's four conditions is on.
func (b *blocking) hits(of [4]block) bool {
	for _, c := range of {
		if b.on[c] {
			return true
		}
	}
	return false
}
