package deployment

import (
	"slices"

	"hubsim/internal/spelling"
)

// serverRoles are the product's profiles (server_role, -Dprofile) with our roles.
var serverRoles = map[string]Role{
	"gateway-worker": Gateway, "control-plane": ControlPlane, "traffic-manager": TrafficManager, "default": AllInOne,
}

// roleOf takes the role from server_role or, without it, from what the file sets. "default" says all
// profiles, but the packs of 4.5 and later (wso2am-acp, wso2am-tm, wso2am-universal-gw) and hosts
// started with -Dprofile have it too: there what the file sets decides as well.
func roleOf(f *file, s *Settings) Role {
	if f.own != nil {
		return guessOlder(f)
	}
	if !f.has("server.server_role") {
		role := guessRole(f, s)
		if len(f.values) == 0 {
			f.found.add("inferred-role", Place{File: f.name, Key: "server.server_role"}, sprint("the file sets nothing; by the product's defaults it is taken for %s", role))
			return role
		}
		f.tellRole("the file gives no role", role)
		return role
	}
	role, known := serverRoles[s.ServerRole]
	if !known {
		names := sortedKeys(serverRoles)
		fix := "roles are " + orList(names, "and")
		if near := spelling.Nearest(s.ServerRole, names); near != "" {
			fix = "did you mean " + near + "? " + fix
		}
		f.found.add("unknown-role", f.place("server.server_role"), sprint("there is no server_role %q here", s.ServerRole), fix)
		return guessRole(f, s)
	}
	if role != AllInOne || publishes(s) {
		return role
	}
	if guess := guessRole(f, s); guess == Gateway && feedsOthers(s) || guess == TrafficManager && elsewhere(s.EventHub.Listening) {
		f.tellRole("server_role is default", guess)
		return guess
	}
	return role
}

func (f *file) tellRole(why string, role Role) {
	at := f.place("server.server_role")
	if at.Line == 0 || !f.has("server.server_role") {
		at = Place{File: f.name, Key: "server.server_role"}
	}
	f.found.add("inferred-role", at, sprint("%s; by what it sets it is taken for %s", why, role))
}

func guessRole(f *file, s *Settings) Role {
	groups := len(s.Throttling.Groups) > 0
	switch {
	case publishes(s) && groups:
		return AllInOne
	case publishes(s):
		return ControlPlane
	case feedsOthers(s) || f.hasTable("apim.sync_runtime_artifacts.gateway"):
		return Gateway
	case elsewhere(s.EventHub.Listening):
		return TrafficManager
	case f.hasTable("database.apim_db") && !groups:
		return ControlPlane
	case f.hasTable("database.apim_db") || !groups && !s.EventHub.Written && !s.Throttling.Written:
		return AllInOne
	case groups:
		return Gateway
	}
	return TrafficManager
}

// publishes tells whether a file describes environments to deploy to, or where its events go: only a
// control plane's does.
func publishes(s *Settings) bool { return len(s.Environments) > 0 || len(s.EventHub.Publish) > 0 }

// feedsOthers tells whether throttle events go to another node.
func feedsOthers(s *Settings) bool {
	return slices.ContainsFunc(s.Throttling.Groups, func(g Group) bool { return elsewhere(g.URLs) })
}

func elsewhere(urls []URL) bool {
	return slices.ContainsFunc(urls, func(u URL) bool { return !u.self() })
}

// hubsOnly makes control planes of the nodes that say default and feed nobody, in a set that has
// gateways of their own: beside those a node that ran all profiles would be a gateway that nobody calls.
func (r *reader) hubsOnly() {
	if !slices.ContainsFunc(r.hosts, func(h Host) bool { return h.Role == Gateway }) {
		return
	}
	for i := range r.hosts {
		h := &r.hosts[i]
		if h.Role == AllInOne && publishes(&h.Settings) && len(h.Settings.Throttling.Groups) == 0 && h.Settings.ServerRole == "default" {
			h.Role = ControlPlane
			h.Settings.from.tellRole("server_role is default and there are gateways of their own", h.Role)
		}
	}
}

// keyManager tells whether a file is that of a key manager and of nothing else: WSO2 Identity Server,
// or the key manager's profile. It tells the control planes of revoked tokens and hears nothing of them.
func keyManager(f *file, s *Settings) bool {
	if f.own != nil {
		return false
	}
	if role := s.ServerRole; f.has("server.server_role") && role != "default" {
		return false
	}
	if publishes(s) || s.Throttling.Written {
		return false
	}
	identity := f.hasTable("database.identity_db") || f.hasTable("tenant_context")
	listens := f.counts["event_listener"] > 0
	if !f.hasTable("apim") && !f.hasTable("apim.event_hub") {
		return identity || listens
	}
	return listens && elsewhere(s.EventHub.Listening) && !f.hasTable("apim.sync_runtime_artifacts.gateway")
}

// tellKeyManager looks at the one thing that a key manager's file says here: whom it tells of
// revoked tokens.
func (r *reader) tellKeyManager(f *file, s *Settings) {
	r.found.add("key-manager-node", Place{File: f.name}, "this is a key manager's file, and no node of the simulation")
	switch {
	case s.Revocation.Listener == "":
		r.found.add("no-revocation-listener", f.place("event_listener"), "there is no event listener token_revocation with a notification_endpoint")
	case !elsewhere(s.Notify):
		r.found.add("no-revocation-listener", f.place(s.Revocation.Listener+".properties.notification_endpoint"), "the key manager tells itself of revoked tokens, and no control plane")
	case s.Revocation.strange(f) != "":
		r.found.add("key-manager-header", f.place(s.Revocation.header()), strangeHandler(s.Revocation.strange(f)))
	default:
		r.keyManagers++
		return
	}
	r.silent++
}
