package gateway

import (
	"maps"
	"slices"

	"hubsim/event"
	"hubsim/node"
)

// kept is the gateway's own file of what it refuses: Config.KeepRevoked.
type kept struct {
	file node.Journal // nil: nothing is kept
	full bool         // nothing more can be written
}

// Kinds of entries in the file.
const (
	keptToken = "token"
	keptKey   = "consumer-key"
	keptUser  = "user"
)

// write notes what is refused. What does not fit is known for as long as the gateway runs, and written when there
// is room again.
func (k *kept) write(kind, name string, at event.Wall, out *node.Output) {
	switch {
	case k.file == nil:
	case k.full:
		out.Note(node.Note{Fact: node.EventIgnored, ID: name, Reason: event.DiskFull, Detail: kind + " not kept"})
	default:
		k.file.Write(node.Entry{Kind: kind, Name: name, At: at})
	}
}

func (k *kept) remove(kind, name string) {
	if k.file != nil {
		k.file.Remove(kind, name)
	}
}

// Journal implements node.Journaled.
func (g *Gateway) Journal(j node.Journal) {
	if g.kept.file != nil {
		g.kept.file = j
	}
}

// recall refuses again what was refused before the start.
func (g *Gateway) recall(out *node.Output) {
	if g.kept.file == nil {
		return
	}
	for _, e := range g.kept.file.Entries() {
		switch e.Kind {
		case keptToken:
			g.revoked.add(event.TokenID(e.Name), e.At, "disk", out)
		case keptKey:
			g.subjects.add(&event.RevokedSubject{ConsumerKey: e.Name, At: e.At}, "disk", out)
		case keptUser:
			g.subjects.add(&event.RevokedSubject{Entity: e.Name, Kind: event.SubjectUser, At: e.At}, "disk", out)
		}
	}
}

// sensed is that the gateway's disk is full, or has room again: then it gets what it lacks.
func (g *Gateway) sensed(s node.Sense, out *node.Output) {
	k := &g.kept
	k.full = s == node.DiskFull || k.full && s != node.DiskFree
	if k.file == nil || k.full {
		return
	}
	for _, id := range slices.Sorted(maps.Keys(g.revoked.tokens)) {
		k.write(keptToken, string(id), g.revoked.tokens[id], out)
	}
	for _, name := range slices.Sorted(maps.Keys(g.subjects.keys)) {
		k.write(keptKey, name, g.subjects.keys[name], out)
	}
	for _, name := range slices.Sorted(maps.Keys(g.subjects.users)) {
		k.write(keptUser, name, g.subjects.users[name], out)
	}
}
