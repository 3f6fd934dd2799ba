package world

import (
	"hubsim/event"
	"hubsim/node"
)

// Resent are the notes of a publisher whose answer was lost and which sends a message once more (fault
// repeat): one for each event in it that has an id.
func Resent(m event.Message, to event.NodeID) (notes []node.Note) {
	say := func(m event.Message, topic event.Topic) {
		if id := event.IDOf(m); id != "" {
			notes = append(notes, node.Note{Fact: node.EventResent, ID: id, Detail: string(topic), Peer: to})
		}
	}
	switch m := m.(type) {
	case *event.Publish:
		say(m.Body, m.Topic)
	case *event.Batch:
		for _, one := range m.Events {
			say(one, "")
		}
	}
	return notes
}
