package node

import (
	"slices"
	"strings"

	"hubsim/event"
)

// Entry is one thing that a node wrote down; a later one of its kind and name takes its place.
type Entry struct {
	Kind, Name string
	At         event.Wall
}

// Journal is a file of a node's own, which it reads again when it comes back.
type Journal interface {
	// Entries are what was written and not removed, by kind and name.
	Entries() []Entry
	Write(e Entry)
	Remove(kind, name string)
}

// Journaled is a node with a journal, in memory unless its driver gives it another before Boot.
type Journaled interface {
	Node
	Journal(j Journal)
}

// Notebook is a journal in memory; the closure that builds a node holds it. The zero Notebook is empty.
type Notebook struct{ known map[[2]string]event.Wall }

var _ Journal = (*Notebook)(nil)

// Entries implements Journal.
func (n *Notebook) Entries() []Entry {
	all := make([]Entry, 0, len(n.known))
	for k, at := range n.known {
		all = append(all, Entry{k[0], k[1], at})
	}
	slices.SortFunc(all, func(a, b Entry) int {
		if c := strings.Compare(a.Kind, b.Kind); c != 0 {
			return c
		}
		return strings.Compare(a.Name, b.Name)
	})
	return all
}

// Write implements Journal.
func (n *Notebook) Write(e Entry) {
	if n.known == nil {
		n.known = map[[2]string]event.Wall{}
	}
	n.known[[2]string{e.Kind, e.Name}] = e.At
}

// Remove implements Journal.
func (n *Notebook) Remove(kind, name string) { delete(n.known, [2]string{kind, name}) }
