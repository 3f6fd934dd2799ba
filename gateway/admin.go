package gateway

import (
	"hubsim/event"
	"hubsim/node"
	"hubsim/session"
)

// adminCall is a call of the gateway's admin service that has no answer yet.
type adminCall struct {
	from node.SessionID
	ask  *event.PullRequest
}

// admin is the gateway's admin service and the directory that it writes Synapse files to.
type admin struct {
	clients map[node.SessionID]bool
	files   session.Files
	writes  map[uint64]adminCall
}

func newAdmin(c *Config, n *session.Numbers) admin {
	return admin{clients: map[node.SessionID]bool{}, files: session.NewFiles(c.FileScan, c.Files, event.TableAPI, n), writes: map[uint64]adminCall{}}
}

// accepted takes what comes on sessions that others opened: a gateway of later layouts takes none.
func (g *Gateway) accepted(now node.Clock, in *node.Input, out *node.Output) {
	switch clients := g.admin.clients; {
	case in.Kind == node.Up && in.Service == event.Pull && g.old():
		clients[in.Session] = true
	case in.Kind == node.Up:
		out.Close(in.Session)
	case in.Kind == node.Down:
		delete(clients, in.Session)
	case in.Kind == node.Received && clients[in.Session]:
		if ask, ok := in.Msg.(*event.PullRequest); ok && ask != nil {
			g.ordered(now, adminCall{in.Session, ask}, out)
		}
	}
}

// ordered does what an admin call asks for (APIGatewayAdmin: the file is written, and the engine deploys
// it), or begins to.
func (g *Gateway) ordered(now node.Clock, o adminCall, out *node.Output) {
	switch what := o.ask.Order; {
	case o.ask.Path != event.PathGatewayAdmin:
		g.reply(o, 404, out)
	case what == nil:
		g.reply(o, 400, out)
	case what.Deploy != nil && what.Deploy.UUID != "":
		g.write(now, o, event.Row{Table: event.TableAPI, Key: what.Deploy.UUID, API: what.Deploy}, out)
	case what.Undeploy != "":
		g.write(now, o, event.Row{Table: event.TableAPI, Key: what.Undeploy, Deleted: true}, out)
	case what.Forget != nil:
		g.validation.cache.dropOf(what.Forget)
		g.tell(what.Forget.Name(), what.Forget.At, "cleared", out)
		g.reply(o, 200, out)
	case what.ForgetToken != nil:
		g.validation.cache.drop(what.ForgetToken.Token)
		g.tell(string(what.ForgetToken.Token), what.ForgetToken.Expiry, "cleared", out)
		g.reply(o, 200, out)
	case what.Revoke != nil:
		g.passOn(now, o, out)
	default:
		g.reply(o, 400, out)
	}
}

func (g *Gateway) write(now node.Clock, o adminCall, r event.Row, out *node.Output) {
	g.admin.writes[g.admin.files.Write(now, r, out)] = o
}

func (g *Gateway) reply(o adminCall, status int, out *node.Output) {
	if g.admin.clients[o.from] {
		out.Send(o.from, &event.PullResponse{ID: o.ask.ID, Path: o.ask.Path, Status: status})
	}
}

// passOn is the revoke API: a proxy of the key manager's. The gateway that passes the call on drops the
// token from its cache behind the answer, and no other gateway does (APIManagerCacheExtensionHandler.java;
// wso2/product-apim#9285).
func (g *Gateway) passOn(now node.Clock, o adminCall, out *node.Output) {
	v := &g.validation
	v.last++
	v.orders[v.last] = o
	v.ask.Ask(now, event.PullRequest{ID: v.last, Path: event.PathKeyValidation, Order: o.ask.Order}, out)
}

func (g *Gateway) passedOn(o adminCall, resp *event.PullResponse, out *node.Output) {
	if resp.Status != 200 {
		g.reply(o, 502, out)
		return
	}
	t := o.ask.Order.Revoke
	g.validation.cache.drop(t.Token)
	g.tell(string(t.Token), t.Expiry, "revoke API", out)
	g.reply(o, 200, out)
}

// filed takes the end of a look at the directory, or of a write to it.
func (g *Gateway) filed(now node.Clock, done session.FilesDone, out *node.Output) {
	if done.Write == 0 {
		g.looked(now, done, out)
		return
	}
	o, there := g.admin.writes[done.Write]
	delete(g.admin.writes, done.Write)
	switch {
	case !there:
	case !done.OK:
		g.reply(o, 500, out)
	case o.ask.Order.Deploy != nil:
		if a := *o.ask.Order.Deploy; !g.outdated(a.UUID, a.Revision) {
			g.deploy(now, a, out)
		}
		g.reply(o, 200, out)
	default:
		g.undeploy(now, o.ask.Order.Undeploy, out)
		g.reply(o, 200, out)
	}
}

// looked deploys what the directory has and takes away what it has no more. A look that failed changes
// nothing: what is deployed is in memory.
func (g *Gateway) looked(now node.Clock, done session.FilesDone, out *node.Output) {
	if !done.OK {
		return
	}
	named := map[string]bool{}
	for _, r := range done.Rows {
		if r.API != nil {
			named[r.API.UUID] = true
			if !g.outdated(r.API.UUID, r.API.Revision) {
				g.deploy(now, *r.API, out)
			}
		}
	}
	for _, uuid := range g.catalog.deployed() {
		if !named[uuid] {
			g.undeploy(now, uuid, out)
		}
	}
	g.startup.loaded[event.PathArtifacts] = true
	g.maybeReady(out)
}
