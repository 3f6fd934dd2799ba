package broker

import (
	"slices"
	"strings"

	"hubsim/event"
)

// topic is what sessions have subscribed under one name.
type topic struct {
	names       []event.Topic // the keys it has in topics.known: each spelling in which it was subscribed
	subscribers []*session    // in order of subscription
}

func (t *topic) leave(s *session) {
	if i := slices.Index(t.subscribers, s); i >= 0 {
		t.subscribers = slices.Delete(t.subscribers, i, i+1)
	}
}

// topics are those that have a subscriber.
type topics struct {
	fold  bool
	known map[event.Topic]*topic
}

// find returns the topic that a publish on a name goes to, or nil. A spelling that some subscriber
// used is found without folding it, which would allocate.
func (ts *topics) find(name event.Topic) *topic {
	if t := ts.known[name]; t != nil || !ts.fold {
		return t
	}
	return ts.known[folded(name)]
}

// enter returns the topic of a name that is about to be subscribed.
func (ts *topics) enter(name event.Topic) *topic {
	t := ts.find(name)
	if t == nil {
		t = &topic{}
	}
	ts.alias(t, name)
	if ts.fold {
		ts.alias(t, folded(name))
	}
	return t
}

func (ts *topics) alias(t *topic, name event.Topic) {
	if ts.known[name] == nil {
		ts.known[name] = t
		t.names = append(t.names, name)
	}
}

// drop forgets a topic that has no subscribers left.
func (ts *topics) drop(t *topic) {
	for _, name := range t.names {
		delete(ts.known, name)
	}
}

func folded(t event.Topic) event.Topic { return event.Topic(strings.ToLower(string(t))) }
