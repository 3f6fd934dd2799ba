package trafficmgr

import (
	"hubsim/event"
	"hubsim/session"
)

// Config is a traffic manager. WSO2 and Hardened fill the knobs; who is there is left empty.
type Config struct {
	ID event.NodeID

	// Brokers are its own: where decisions go, as a failover list. Normally ID.broker alone
	// (apim.throttling.throttle_decision_endpoints of the traffic manager itself; jndi.properties).
	Brokers []event.NodeID
	// Duplicate is the other traffic manager's broker, or a failover list, which gets each decision as
	// well (apim.throttling.event_duplicate_url; jndi2.properties). Empty: unset, off.
	Duplicate []event.NodeID
	// Hubs are the event hub's brokers, for topic notification (apim.event_hub.event_listening_endpoints).
	Hubs []event.NodeID
	// ControlPlanes stand behind the internal API (apim.event_hub.service_url).
	ControlPlanes []event.NodeID

	// Files makes this a traffic manager of the 2.x layout: where its plans are, a directory of its own or one
	// that several have mounted. Publishers send it policies; ControlPlanes are the key managers that have
	// all of them (throttle#data#v1), and there are no Hubs.
	Files    event.NodeID
	FileScan session.FilesConfig

	// Session holds the knobs of connections. The consumer's and publisher's differ only in who is there.
	Session session.Config

	// OnDisk are the policies whose plans are live before any were pulled. WSO2: the request-count plans
	// that it ships (throttling.siddhi.extension.feature/…/conf/executionplans).
	OnDisk []Policy
	// DeployPolicies pulls policies and follows their changes. WSO2: true
	// (apim.throttling.enable_policy_deployment; false where server.enable_traffic_management is false).
	DeployPolicies bool
	// SkipRedeploying names policies whose plans stay as they are on disk
	// (apim.throttling.skip_redeploying_policies). WSO2: none.
	SkipRedeploying []string
	// Tenants are those whose policies are deployed; "*" among them, or none, is all
	// (apim.throttling.policy_deploy.tenant_loading.enable, tenants; that it is so is deduced from their names).
	// WSO2: all.
	Tenants []string
	// EventWaitingTime puts off the handling of a policy event until so long after it was made
	// (apim.event_hub.event_waiting_time, ms). WSO2: 0.
	EventWaitingTime event.Duration
	// PolicyEvents bounds the policy events that wait for their turn: one is handled at a time. 0 is no
	// bound, as in WSO2 (the executor's queue); it has no key.
	PolicyEvents int

	// Workers is how many threads empty the receiver's queue, a batch at a time. They take batches in order of
	// arrival, and count them side by side: a batch may overtake another, and two may be counted by turns.
	// WSO2: 10 (transport.receiver.worker_threads; workerThreads of data-bridge-config.xml). Hardened has as
	// many and keeps no order either: sums do not depend on it, and waiting for what was sent before could only
	// make an event later. What comes behind its window's end for it is counted by Rules.LateBy. It matters
	// only where a batch costs time: with a ServiceTime or a WorkerSpread.
	Workers int
	// ServiceTime is what one event costs a worker. 0: nothing, the default; events are then counted
	// within the step that brings them. It has no key.
	ServiceTime event.Duration
	// WorkerSpread is the longest time that a worker takes from taking a batch to its first event: it turns
	// the whole batch into events before it hands on one (QueueWorker.java), and runs when the scheduler lets
	// it. Each batch takes a part of it by luck that is keyed. WSO2: 0 here: that workers swap batches follows
	// from its source, how long they take was measured by nobody. It has no key.
	WorkerSpread event.Duration
	// ReceiverQueue is how many batches wait for a worker before the receiver stops reading, which withholds
	// the answer to the next one. WSO2: 2000 (data-bridge-config.xml.j2, eventBufferSize, a constant). It
	// matters only where a batch costs time.
	ReceiverQueue int

	// Sharing is how it shares its counters with others.
	Sharing Sharing
	// Rules are how plans count.
	Rules Rules
	// RollFirst ends all windows that are overdue before it counts an event. The product lets an event
	// that comes ahead of the timer move the window by one unit, uncounted
	// (ThrottleStreamProcessor.java). WSO2: false; it has no key.
	RollFirst bool
	// KeepCounts carries counters, window and state over when a policy is deployed again with the same
	// kind of quota and unit. WSO2: false, an edit starts from nothing; it has no key.
	KeepCounts bool
	// Resync pulls all policies whenever topic notification is connected, and lets policy events wait
	// until that is done. WSO2: false, it pulls at the start only, and what was announced while it was
	// away is missed; it has no key.
	Resync bool
	// TellRemaining fills Decision.Remaining. WSO2: false; it has no key.
	TellRemaining bool
}

// WSO2 is what the product does out of the box.
func WSO2() Config {
	s := session.WSO2()
	return Config{
		Session: s, OnDisk: shipped(), DeployPolicies: true, Workers: 10, ReceiverQueue: 2000,
		Sharing:  Sharing{Interval: 10 * event.Millisecond, Pool: 200, FirstWaits: true},
		FileScan: session.FilesConfig{Every: 15 * event.Second, Timeout: 10 * event.Second, Reconnect: event.Second},
	}
}

// Hardened is what it should do: windows that start from 0 and end on time, counters that survive an
// edit, policies that are right again after each reconnection, decisions that need no common clock,
// and no state that only grows.
func Hardened() Config {
	c := WSO2()
	c.Session = session.Hardened()
	c.PolicyEvents = 10_000
	c.Sharing.FirstWaits, c.Sharing.OwnKeys = false, true
	c.Sharing.Timeout, c.Sharing.Reconnect = 5*event.Second, 100*event.Millisecond
	c.Rules = Rules{
		FreshWindows: true, RepeatTrueEvery: 100 * event.Millisecond, ForgetIdle: true, MaxKeys: 1_000_000, QuietFirst: true, LateBy: 5 * event.Second, WholeGigabytes: true,
	}
	c.FileScan = session.FilesConfig{Every: event.Second, Timeout: 5 * event.Second, Reconnect: event.Second}
	c.RollFirst, c.KeepCounts, c.Resync, c.TellRemaining = true, true, true, true
	return c
}

// shipped are the policies whose plans are on the product's disk; the figures are those of its
// defaults (APIUtil.java).
func shipped() []Policy {
	var all []Policy
	add := func(l event.Level, name string, quota int64) {
		p := event.Policy{Name: name, Level: l, Tenant: event.Super, Quota: quota, Window: event.Minute}
		all = append(all, PolicyOf(&p, Rules{}))
	}
	add(event.SubscriptionLevel, "Gold", 5000)
	add(event.SubscriptionLevel, "Silver", 2000)
	add(event.SubscriptionLevel, "Bronze", 1000)
	add(event.SubscriptionLevel, "Unauthenticated", 500)
	add(event.ApplicationLevel, "10PerMin", 10)
	add(event.ApplicationLevel, "20PerMin", 20)
	add(event.ApplicationLevel, "50PerMin", 50)
	add(event.APILevel, "10KPerMin", 10_000)
	add(event.APILevel, "20KPerMin", 20_000)
	add(event.APILevel, "50KPerMin", 50_000)
	return all
}
