package live

import "hubsim/node"

// farJournal is the journal of a node in a process of its own. The run has it: what the node wrote down is in the
// pipe before anything can come of it, as what a process wrote into a file outlives its SIGKILL.
type farJournal struct{ desk *desk }

var _ node.Journal = farJournal{}

// Entries implements node.Journal.
func (j farJournal) Entries() []node.Entry { return j.desk.need(&said{Verb: saidRecall}).Entries }

// Write implements node.Journal.
func (j farJournal) Write(e node.Entry) { j.desk.need(&said{Verb: saidWrote, Entry: e, On: true}) }

// Remove implements node.Journal.
func (j farJournal) Remove(kind, name string) {
	j.desk.need(&said{Verb: saidWrote, Entry: node.Entry{Kind: kind, Name: name}})
}

// journal does what a word says about the node's journal.
func (s *site) journal(w *said) *told {
	switch {
	case w.Verb == saidRecall:
		return &told{Entries: s.wrote.Entries()}
	case w.On:
		s.wrote.Write(w.Entry)
	default:
		s.wrote.Remove(w.Entry.Kind, w.Entry.Name)
	}
	return &told{}
}
