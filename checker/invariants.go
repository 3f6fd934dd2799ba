package checker

// Invariant is a property of the whole protocol, and which checks hold it.
type Invariant struct {
	ID, Says string
	Checks   []string
	// In are the scenarios that show it; nil: all that ask for one of the checks.
	In []string
	// Note says where a check's bound is another than Says, or what is not judged.
	Note string
}

// Invariants are all of them, in the order of what they are about: revocation, accounting, order, throttling,
// convergence, liveness, bounds, blindness.
var Invariants = []Invariant{
	{"R1", "a gateway that refused a revoked token never serves it again before it expires", []string{"refusals"}, nil, ""},
	{"R2", "every revoked token is refused at every gateway in time, and after a fault has healed", []string{"revocation"}, nil,
		"the time is the scenario's own, not the sum over the path"},
	{"R3", "no token is refused that nobody revoked; an entry stays in a gateway's list until its token expires", []string{"refusals"}, []string{"revoke-one-gateway", "revoke-during-partition"},
		"that the cleaner takes it in time afterwards is held by gateway/testdata/scripts/revoke.txt, not by a check"},
	{"A1", "every copy of an event has one fate: delivered, dropped with a reason of a closed list, or on its way at the end", []string{"accounting", DeliveryCheck}, nil, ""},
	{"A2", "nothing arrives that nobody sent", []string{"accounting", DeliveryCheck}, nil, ""},
	{"A3", "sent is received and dropped, at every hop", []string{"accounting"}, nil,
		"sessions that broke are left out where the wire carries no number of a message; metrics are folds over the same records"},
	{"A4", "every call has one answer", []string{"accounting"}, nil, ""},
	{"D1", "an event comes at most as often as ways lead there, and has one effect", []string{"duplicates"}, nil, "effects of deployments only"},
	{"E1", "an event enters each region once a way, never its own again", []string{"echo"}, nil, "known to break where files forward topics: twin of region-event-loop"},
	{"O1", "in order from one publisher; the newest version stands, not the last to arrive", []string{DeliveryCheck, "convergence"}, []string{"hub-baseline", "reordered-lifecycle"}, ""},
	{"T1", "every call past a quota has a cause, none is unexplained", []string{"over-admission"}, nil, "scenarios bound the number as well; unexplained ones fail every run"},
	{"T2", "no call is refused below its quota but for a named cause", []string{"under-admission"}, nil, ""},
	{"T3", "a decision names the end of a window that is running, at most one window away", []string{"windows"}, nil,
		"by the traffic manager's own clock, to 250ms, since live records are stamped when they are written; calls refused after the window's true end are `under-admission`, cause `late-decision`"},
	{"T4", "the end of a block does not go back while it holds", []string{"lifts"}, []string{"managers-clocks-apart", "manager-clock-step"}, "whichever traffic manager says so; under wso2 it goes back with some seeds, and is lifted with all"},
	{"T5", "traffic managers that are fed alike count alike, but for what is on its way, and decide alike: no block is lifted and set again", []string{"counters", "lifts"}, []string{"quota-multiplies", "managers-clocks-apart", "tm-return-lifts-blocks"},
		"0 flaps a window unless the scenario says more; what split counters cost is `over-admission`, cause `split-counting`"},
	{"T6", "each window rolls once, into the one that is running, and events are counted in that", []string{"windows"}, nil, ""},
	{"C1", "with faults over, every gateway has what the hub has", []string{"convergence"}, nil,
		"tokens, revisions, what is said of APIs apart from them, key managers, subscriptions, applications, consumer keys and blocks one by one, no digest; throttled keys are `lifts` and the oracle's"},
	{"V1", "a pull that an event asks for sees the event's version", []string{"convergence"}, []string{"event-before-artifact"}, ""},
	{"L1", "everybody that should be connected is, in time", []string{"deaf-time", "ready"}, nil, ""},
	{"L2", "a broker that is back gets no herd of connections", []string{"dials"}, nil, "within one second, of nodes that had lost one"},
	{"B1", "what is kept is bounded: keys, copies in brokers, rings, subscriptions after reconnecting", []string{"key-growth", "backlog", "feed-loss", "subscriptions"}, nil, ""},
	{"F1", "what is served while no traffic manager can be reached is counted, and ends where it should", []string{"blind-admission"}, nil, ""},
}
