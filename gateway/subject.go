package gateway

import (
	"maps"
	"slices"

	"hubsim/event"
	"hubsim/node"
)

// subjects are whose tokens are refused when they were issued before an instant
// (RevokedTokenDataImpl.java: one map for consumer keys, users and clients each). Nothing removes one:
// when the last of its tokens runs out only the issuer knows. How the product compares is deduced.
type subjects struct {
	keys, users map[string]event.Wall // consumer keys, and clients with them; users
	last        bool                  // an older instant may not replace a newer one: Config.OrderedEvents
	kept        *kept
}

func newSubjects(c *Config, k *kept) subjects {
	return subjects{keys: map[string]event.Wall{}, users: map[string]event.Wall{}, last: c.OrderedEvents, kept: k}
}

// refuses tells whether a token was issued before its consumer key, or its user, was revoked.
func (s *subjects) refuses(t *event.Token) bool {
	if len(s.keys) > 0 && t.Issued < s.keys[t.ConsumerKey] {
		return true
	}
	return len(s.users) > 0 && t.Issued < s.users[t.User]
}

// of is the map that a subject belongs to, its name there and its kind in the gateway's file. A client id is a consumer key.
func (s *subjects) of(x *event.RevokedSubject) (m map[string]event.Wall, name, kind string) {
	switch {
	case x.ConsumerKey != "":
		return s.keys, x.ConsumerKey, keptKey
	case x.Kind == event.SubjectClient:
		return s.keys, x.Entity, keptKey
	}
	return s.users, x.Entity, keptUser
}

// add refuses a subject's tokens from now on; how is "event", "pull" or "disk". It is false for an instant that
// is older than the one known, where those may not replace it.
func (s *subjects) add(x *event.RevokedSubject, how string, out *node.Output) bool {
	m, name, kind := s.of(x)
	old, known := m[name]
	if known && old == x.At {
		return true
	}
	if known && s.last && x.At < old {
		return false
	}
	m[name] = x.At
	if how != "disk" {
		s.kept.write(kind, name, x.At, out)
	}
	out.Note(node.Note{Fact: node.RevocationKnown, ID: x.Name(), Expiry: x.At, Detail: how})
	return true
}

// sorted lists the subjects with the instant before which their tokens are refused.
func (s *subjects) sorted() []string {
	var list []string
	for _, k := range slices.Sorted(maps.Keys(s.keys)) {
		list = append(list, "consumer-key:"+k+" before "+s.keys[k].String())
	}
	for _, u := range slices.Sorted(maps.Keys(s.users)) {
		list = append(list, "user:"+u+" before "+s.users[u].String())
	}
	return list
}

// subjectRevoked acts on the revocation of a consumer key or a subject
// (GatewayTokenRevocationMessageListener.java).
func (g *Gateway) subjectRevoked(t *event.TokenRevoked, x *event.RevokedSubject, out *node.Output) {
	if !g.subjects.add(x, "event", out) {
		ignored(t.EventID, event.LateDropped, out)
	}
}
