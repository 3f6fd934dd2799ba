package trafficmgr

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"hubsim/event"
	"hubsim/node"
)

// older is a traffic manager of the 2.x layout with its directory, which a test keeps.
type older struct {
	t     *testing.T
	m     *Manager
	now   node.Clock
	rows  []event.Row // of the directory
	down  bool        // the directory
	said  []string
	mount node.SessionID
}

func newOlder(t *testing.T, rows ...event.Row) *older {
	t.Helper()
	c := WSO2()
	c.ID, c.Files, c.ControlPlanes, c.OnDisk, c.DeployPolicies = "tm-1", "nfs", nil, nil, false
	o := &older{t: t, m: New(c), rows: rows}
	o.step(node.Input{Kind: node.Boot})
	o.step(node.Input{Kind: node.Up, Session: -1, Peer: "publisher-1", Service: event.Pull})
	return o
}

// step hands over an input and lets the directory answer.
func (o *older) step(in node.Input) {
	var out node.Output
	o.m.Step(o.now, in, &out)
	for i := range out.Acts {
		switch a := &out.Acts[i]; {
		case a.Verb == node.Open && a.To.Node == "nfs":
			o.mount = a.Session
			if o.down {
				o.step(node.Input{Kind: node.Down, Session: a.Session, Reason: event.Refused})
			} else {
				o.step(node.Input{Kind: node.Up, Session: a.Session, Peer: "nfs"})
			}
		case a.Verb == node.Send && a.Session == o.mount && !o.down:
			o.step(node.Input{Kind: node.Received, Session: o.mount, Peer: "nfs", Msg: o.filed(a.Msg.(*event.StoreOp))})
		case a.Verb == node.Send && a.Session == -1:
			o.said = append(o.said, fmt.Sprint("answer ", a.Msg.(*event.PullResponse).Status))
		case a.Verb == node.Record && (a.Note.Fact == node.PlanDeployed || a.Note.Fact == node.PlanRemoved):
			o.said = append(o.said, fmt.Sprintf("%s %s %d", a.Note.Fact, a.Note.ID, a.Note.N))
		}
	}
}

func (o *older) filed(op *event.StoreOp) *event.StoreResult {
	r := &event.StoreResult{ID: op.ID, OK: true}
	if op.Write == nil {
		r.Rows = slices.Clone(o.rows)
		return r
	}
	row := *op.Write
	row.Version = uint64(len(o.rows) + 10)
	o.rows = slices.DeleteFunc(o.rows, func(old event.Row) bool { return old.Key == row.Key })
	if !row.Deleted {
		o.rows = append(o.rows, row)
	}
	r.Rows = []event.Row{row}
	return r
}

func (o *older) order(order *event.Order) {
	o.step(node.Input{Kind: node.Received, Session: -1, Peer: "publisher-1", Msg: &event.PullRequest{ID: 1, Path: event.PathPolicyAdmin, Order: order}})
}

func (o *older) wait(d event.Duration) {
	end := o.now.Mono.Add(d)
	for o.m.Deadline() <= end {
		o.now.Mono = max(o.now.Mono, o.m.Deadline())
		o.step(node.Input{Kind: node.Tick})
	}
	o.now.Mono = end
}

func (o *older) want(about string, lines ...string) {
	o.t.Helper()
	if got := strings.Join(o.said, "; "); got != strings.Join(lines, "; ") {
		o.t.Errorf("%s: %q, want %q", about, got, strings.Join(lines, "; "))
	}
	o.said = nil
}

func file(name string, quota int64, version uint64) event.Row {
	p := &event.Policy{Name: name, Level: event.SubscriptionLevel, Tenant: event.Super, Quota: quota, Window: event.Minute}
	return event.Row{Table: event.TablePolicy, Key: "subscription:" + name, Policy: p, Version: version}
}

// A traffic manager of the 2.x layout takes policies by calls, and finds in its directory those that
// another one took.
func TestOlderPolicies(t *testing.T) {
	o := newOlder(t, file("Five", 5, 1))
	o.want("what is on the disk is deployed", "plan-deployed subscription:Five 5")
	o.order(&event.Order{Policy: file("Ten", 10, 0).Policy})
	o.want("a call: the file, the plan, the answer", "plan-deployed subscription:Ten 10", "answer 200")
	o.wait(15 * event.Second)
	o.want("the next look finds nothing new")
	o.rows = append(o.rows[1:], file("Five", 6, 99), file("Hundred", 100, 98))
	o.wait(15 * event.Second)
	o.want("another one's files", "plan-deployed subscription:Five 6", "plan-deployed subscription:Hundred 100")
	o.rows = o.rows[:1]
	o.wait(15 * event.Second)
	o.want("files that are gone", "plan-removed subscription:Five 0", "plan-removed subscription:Hundred 0")
	o.order(&event.Order{Drop: file("Ten", 10, 0).Policy})
	o.want("a policy is deleted", "plan-removed subscription:Ten 0", "answer 200")
	o.order(nil)
	o.want("a call without an order", "answer 400")
	o.step(node.Input{Kind: node.Received, Session: -1, Msg: &event.PullRequest{ID: 2, Path: event.PathAPIs}})
	o.want("a call of something else", "answer 404")
	o.down = true
	o.step(node.Input{Kind: node.Down, Session: o.mount, Reason: event.Reset})
	o.order(&event.Order{Policy: file("Ten", 10, 0).Policy})
	o.wait(event.Second)
	o.want("no directory: nothing is deployed", "answer 500")
}
