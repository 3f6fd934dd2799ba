package trafficmgr

import (
	"maps"
	"slices"

	"hubsim/event"
	"hubsim/node"
	"hubsim/session"
)

// admin is the admin service of a traffic manager of the 2.x layout, which deploys the policies that a
// publisher sends, and the directory of their plans, its own or one that several have mounted
// (EventProcessorAdminService; the plans stand in repository/deployment/server/executionplans).
type admin struct {
	files  session.Files
	writes map[uint64]order
	have   map[string]plan // by the file's name
	began  bool            // it has looked once
}

// plan is a file of the directory.
type plan struct {
	id      string // of its policy, as notes have it
	version uint64
}

// order is a call that waits for its file.
type order struct {
	from node.SessionID
	ask  *event.PullRequest
}

func newAdmin(c *Config, n *session.Numbers) admin {
	return admin{files: session.NewFiles(c.FileScan, c.Files, event.TablePolicy, n), writes: map[uint64]order{}, have: map[string]plan{}}
}

// ordered begins to do what a call asks for: the file first.
func (m *Manager) ordered(now node.Clock, o order, out *node.Output) {
	what := o.ask.Order
	switch {
	case o.ask.Path != event.PathPolicyAdmin:
		m.reply(o, 404, out)
	case what == nil || what.Policy == nil && what.Drop == nil:
		m.reply(o, 400, out)
	default:
		r := event.Row{Table: event.TablePolicy, Policy: what.Policy}
		if what.Policy == nil {
			r.Policy, r.Deleted = what.Drop, true
		}
		r.Key = event.KeyOf(&r)
		m.admin.writes[m.admin.files.Write(now, r, out)] = o
	}
}

func (m *Manager) reply(o order, status int, out *node.Output) {
	out.Send(o.from, &event.PullResponse{ID: o.ask.ID, Path: o.ask.Path, Status: status})
}

// filed takes the end of a look at the directory, or of a write to it.
func (m *Manager) filed(done session.FilesDone, out *node.Output) {
	if done.Write == 0 {
		m.looked(done, out)
		return
	}
	o, there := m.admin.writes[done.Write]
	delete(m.admin.writes, done.Write)
	switch {
	case !there:
	case !done.OK:
		m.reply(o, 500, out)
	default:
		for i := range done.Rows {
			m.take(&done.Rows[i], out)
		}
		m.reply(o, 200, out)
	}
}

// looked deploys the plans that are new in the directory, and takes away those that are gone. The first
// look leaves alone what was pulled before it.
func (m *Manager) looked(done session.FilesDone, out *node.Output) {
	if !done.OK {
		return
	}
	there := map[string]bool{}
	for i := range done.Rows {
		there[done.Rows[i].Key] = true
		m.take(&done.Rows[i], out)
	}
	for _, key := range slices.Sorted(maps.Keys(m.admin.have)) {
		if !there[key] {
			m.take(&event.Row{Key: key, Deleted: true}, out)
		}
	}
	m.admin.began = true
}

// take makes a plan count as the file says, if it is newer than what is known of it.
func (m *Manager) take(r *event.Row, out *node.Output) {
	a := &m.admin
	old, known := a.have[r.Key]
	switch {
	case r.Deleted && known:
		delete(a.have, r.Key)
		m.registry.remove(old.id, out)
	case r.Policy != nil && (!known || r.Version > old.version):
		id := idOf(r.Policy)
		a.have[r.Key] = plan{id, r.Version}
		if a.began || m.registry.find(id) < 0 {
			m.registry.deployListed(r.Policy, out)
		}
	}
}
