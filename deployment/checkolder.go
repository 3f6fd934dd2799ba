package deployment

import (
	"slices"

	"hubsim/event"
)

// older looks at a node of the 2.x layout.
func (c *checked) older() {
	switch o := c.h.Settings.Older; c.h.Role {
	case Gateway:
		c.counting()
		c.decisions()
		c.validator(o)
		c.copies()
	case Publisher:
		c.deploysTo(o)
		c.sharesPolicies(o)
	case Storefront:
		c.revokesThrough(o)
	}
}

// first is a place, or where its file begins.
func (c *checked) first(u URL, key string) Place {
	if u.At.Line > 0 {
		return u.At
	}
	return Place{File: c.h.File, Key: key}
}

// validator looks at whom a gateway asks about tokens.
func (c *checked) validator(o *Older) {
	at := c.first(o.KeyManager, "APIKeyValidator")
	switch {
	case len(c.h.Wiring.Pull) == 0:
		c.found.add("no-key-manager", at, "the gateway asks no key manager of the deployment")
	case o.Thrift && len(c.h.Wiring.Pull) > 1:
		c.found.add("thrift-through-balancer", at, sprint("%s is a name of %s", o.KeyManager.Host, idList(c.h.Wiring.Pull)))
	}
}

// directory is the one that a host uses.
func (c *checked) directory(id event.NodeID) *FileStore {
	for i := range c.d.Files {
		if slices.Contains(c.d.Files[i].Nodes, id) {
			return &c.d.Files[i]
		}
	}
	return nil
}

// copies notes once that the others depend on one gateway.
func (c *checked) copies() {
	var to []event.NodeID
	for i := range c.d.Files {
		if s := &c.d.Files[i]; s.Writer == c.h.ID+".files" {
			to = append(to, s.Nodes...)
		}
	}
	if len(to) > 0 {
		c.found.add("one-file-writer", Place{File: c.h.File}, sprint("%s gets its files from %s", idList(to), c.h.ID))
	}
}

// deploysTo looks at whether what a publisher deploys reaches every gateway of an environment.
func (c *checked) deploysTo(o *Older) {
	reached := 0
	for i, e := range c.h.Wiring.Environments {
		at := c.first(o.Environments[i].URL, "APIGateway.Environments")
		reached += len(e.To)
		if len(e.To) > 1 && !c.oneDirectory(e.To) {
			c.found.add("files-not-shared", at, sprint("environment %s is %s, each with a directory of its own", e.Name, idList(e.To)))
			continue
		}
		for _, id := range e.To {
			if s := c.directory(id); s != nil && s.Writer != "" {
				c.found.add("rsync-target-written", at, sprint("environment %s is %s, whose files come from %s", e.Name, id, s.Writer.Host()))
			}
		}
	}
	if reached == 0 {
		c.found.add("no-gateway-environment", c.first(URL{}, "APIGateway.Environments"), "the publisher deploys to no gateway of the deployment")
	}
}

// oneDirectory tells whether all hosts use one directory.
func (c *checked) oneDirectory(ids []event.NodeID) bool {
	s := c.directory(ids[0])
	return s != nil && !slices.ContainsFunc(ids, func(id event.NodeID) bool { return !slices.Contains(s.Nodes, id) })
}

// sharesPolicies looks at whether a policy reaches every traffic manager.
func (c *checked) sharesPolicies(o *Older) {
	managers := c.peers(func(h *Host) bool { return h.Role == TrafficManager })
	if len(managers) > 1 && !c.oneDirectory(managers) {
		c.found.add("policies-not-shared", c.first(o.Policies, "ThrottlingConfigurations.PolicyDeployer.ServiceURL"),
			sprint("a policy is deployed on one of %s, and each has a directory of its own", idList(managers)))
	}
}

// revokesThrough looks at what a revocation from the store reaches.
func (c *checked) revokesThrough(o *Older) {
	at := c.first(o.Revoke, "OAuthConfigurations.RevokeAPIURL")
	gateways := c.peers(func(h *Host) bool { return h.Role == Gateway })
	switch {
	case len(c.h.Wiring.Revoke) == 0:
		c.found.add("no-revoke-api", at, "the revoke API leads to no gateway of the deployment")
	case len(gateways) > 1:
		c.found.add("revoked-on-one", at, sprint("of %s one passes a revocation on", idList(gateways)))
	}
}
