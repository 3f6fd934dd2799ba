package gateway

import (
	"hubsim/event"
	"hubsim/node"
	"hubsim/session"
)

// storePaths are what the subscription store is loaded from, with the key managers.
var storePaths = [...]event.Path{
	event.PathAPIs, event.PathApplications, event.PathKeyMappings, event.PathSubscriptions,
	event.PathSubscriptionPolicies, event.PathApplicationPolicies, event.PathAPIPolicies, event.PathScopes, event.PathKeyManagers,
}

// startup follows a gateway from boot to ready, in the product's order
// (GatewayStartupListener.java): subscription store; then, all begun in one go, artifacts, the timer
// for revoked tokens and blocking conditions, and last the topics. What is published after a list was
// read and before its topic is subscribed is missed.
type startup struct {
	waits  int        // lists of the subscription store without a final answer
	begun  bool       // the topics were asked for
	tries  int        // of the artifacts, with Config.SyncStart
	at     event.Mono // when the init delay is over
	loaded map[event.Path]bool
	ready  bool
}

// startPaths are what must have been loaded once before the gateway is ready.
var startPaths = append(storePaths[:], event.PathArtifacts, event.PathWebhooks, event.PathBlock, event.PathKeyTemplates, event.PathRevoked)

func (g *Gateway) boot(now node.Clock, out *node.Output) {
	g.recall(out)
	g.revoked.next = now.Mono.Add(g.cfg.CleanAfter)
	g.timers.revoked = after(now, g.cfg.RevokedPullEvery)
	g.timers.resync = after(now, g.cfg.ResyncEvery)
	g.timers.sweep = after(now, g.cfg.SweepEvery)
	g.feed.Start(now, out)
	if g.old() {
		g.admin.files.Start(now, out)
		g.begin(now, out)
		return
	}
	g.notifyBoot(now, out)
	g.startup.waits = len(storePaths)
	for _, p := range storePaths {
		g.list(now, p, out)
	}
}

// older leaves out what a gateway of the 2.x layout does not do in any profile: it holds no subscription
// store and no revoked tokens, and announces nothing.
func (c *Config) older() {
	c.ReadyBeforeServing, c.Acknowledge, c.SubjectPulls, c.SyncStart, c.Notify.Enabled, c.KeepRevoked = false, false, false, false, false, false
	c.RevokedPullEvery, c.CleanAfter = 0, event.Hour
}

// olderPaths are the lists that a gateway of the 2.x layout asks a key manager for (throttle#data#v1).
var olderPaths = [...]event.Path{event.PathBlock, event.PathKeyTemplates}

// olderStart is what such a gateway must have to be ready: its files and those lists.
var olderStart = []event.Path{event.PathArtifacts, event.PathBlock, event.PathKeyTemplates}

// stored counts the lists of the subscription store and goes on behind the last. One that was given
// up does not hold the gateway back.
func (g *Gateway) stored(now node.Clock, out *node.Output) {
	s := &g.startup
	if s.waits == 0 {
		return
	}
	if s.waits--; s.waits > 0 {
		return
	}
	g.list(now, event.PathCertificates, out)
	g.list(now, event.PathArtifacts, out)
	if !g.cfg.SyncStart {
		g.begin(now, out)
	}
}

// synced is the end of one attempt to pull the artifacts before all else: each has the HTTP layer's own
// retries, and the next follows at once (GatewayStartupListener.java; DBRetriever.java).
func (g *Gateway) synced(now node.Clock, out *node.Output) {
	s := &g.startup
	if s.begun || s.waits > 0 || !g.cfg.SyncStart {
		return
	}
	if s.tries++; !s.loaded[event.PathArtifacts] && s.tries < g.cfg.SyncTries {
		g.list(now, event.PathArtifacts, out)
		return
	}
	g.begin(now, out)
}

// begin starts what stands behind the artifacts.
func (g *Gateway) begin(now node.Clock, out *node.Output) {
	s := &g.startup
	s.begun = true
	if !g.old() {
		g.list(now, event.PathWebhooks, out)
	}
	s.at = now.Mono.Add(g.cfg.InitDelay)
	g.initDelay(now, out)
	for i := range g.topics {
		g.topics[i].Start(now, out)
	}
}

// initDelay pulls revoked tokens, blocking conditions and key templates when their delay is over.
func (g *Gateway) initDelay(now node.Clock, out *node.Output) {
	if now.Mono < g.startup.at {
		return
	}
	g.startup.at = event.Never
	if g.cfg.NoLists {
		return
	}
	g.list(now, event.PathBlock, out)
	g.list(now, event.PathKeyTemplates, out)
	g.revocations(now, out)
}

// gated tells whether a list is one that Config.NoLists leaves out.
func gated(p event.Path) bool {
	return p == event.PathBlock || p == event.PathKeyTemplates || p == event.PathRevoked
}

// revocations pulls the revoked tokens and, where such a list is read, the subjects.
func (g *Gateway) revocations(now node.Clock, out *node.Output) {
	if g.old() {
		return
	}
	g.list(now, event.PathRevoked, out)
	if g.cfg.SubjectPulls {
		g.list(now, event.PathSubjects, out)
	}
}

// maybeReady notes once that all start-up pulls are done and all topics are subscribed.
func (g *Gateway) maybeReady(out *node.Output) {
	s := &g.startup
	if s.ready || !s.begun {
		return
	}
	paths := startPaths
	if g.old() {
		paths = olderStart
	}
	for _, p := range paths {
		if !s.loaded[p] && !(g.cfg.NoLists && gated(p)) {
			return
		}
	}
	for i := range g.topics {
		if !g.topics[i].Connected() {
			return
		}
	}
	s.ready = true
	out.Note(node.Note{Fact: node.Ready})
}

// connected acts on a consumer that is connected. The product's only reaction is that of the
// notification listener after layer 2 (wso2/carbon-apimgt pull request 12180); a return within layer 1
// is silent (andes, FailoverHandler.java). A gateway that tells of itself registers again then.
func (g *Gateway) connected(now node.Clock, topic int, what session.TopicEvent, out *node.Output) {
	fromHub := topic > 0 || !g.hasDecisions || g.old()
	switch name := g.topics[topic].Name(); {
	case !fromHub:
	case g.cfg.ResyncOnUp:
		g.again(now, name, out)
	case what == session.TopicRestored && name == event.NotificationTopic && g.cfg.RefreshOnRestored:
		g.again(now, name, out)
	}
	if what == session.TopicRestored && g.topics[topic].Name() == event.NotificationTopic {
		g.enrol(now, out)
	}
	g.maybeReady(out)
}

// again pulls what a hub topic may have carried while it was away.
func (g *Gateway) again(now node.Clock, t event.Topic, out *node.Output) {
	switch t {
	case event.TokenRevocation:
		g.relist(now, event.PathRevoked, out)
		if g.cfg.SubjectPulls {
			g.relist(now, event.PathSubjects, out)
		}
	case event.AsyncWebhooksData:
		g.relist(now, event.PathWebhooks, out)
	case event.ThrottleData:
		g.relist(now, event.PathBlock, out)
		if g.old() {
			g.relist(now, event.PathKeyTemplates, out)
		}
	case event.KeyManagerTopic:
		g.relist(now, event.PathKeyManagers, out)
	case event.NotificationTopic:
		for _, p := range storePaths {
			if p != event.PathKeyManagers {
				g.relist(now, p, out)
			}
		}
		g.relist(now, event.PathCertificates, out)
		g.relist(now, event.PathArtifacts, out)
		if g.cfg.ResyncOnUp {
			g.relist(now, event.PathKeyTemplates, out)
		}
	}
}

// resync pulls everything but the revoked tokens, which have a timer of their own.
func (g *Gateway) resync(now node.Clock, out *node.Output) {
	if g.old() {
		for _, p := range olderPaths {
			g.list(now, p, out)
		}
		return
	}
	for _, p := range storePaths {
		g.list(now, p, out)
	}
	g.list(now, event.PathCertificates, out)
	g.list(now, event.PathArtifacts, out)
	g.list(now, event.PathWebhooks, out)
	g.list(now, event.PathBlock, out)
	g.list(now, event.PathKeyTemplates, out)
}
