package checker

import (
	"fmt"
	"strings"

	"hubsim/event"
	"hubsim/trace"
)

// Spec asks for one check with its bounds; Checks says which of them a check takes.
type Spec struct {
	Check  string
	Within event.Duration // how much time there is
	Most   event.Duration // the longest allowed; decision-latency: 0 measures only
	Allow  []Cause        // the causes that are allowed
	Max    int64          // the most allowed
	Copies int            // of an event or decision that may reach a gateway; 0 is as many as ways lead there, and 1 of a decision
	// Unasked is that no scenario asks for it: where it is not exercised it has no outcome.
	Unasked bool
}

// Checks are the names of the checks, with what each asks and the parameters that it takes, by their
// names in a scenario: within, most, allow, max, copies. Any other is refused.
var Checks = []struct {
	Name, Asks string
	Takes      []string
}{
	{"over-admission", "is every call that was served past its quota explained by an allowed cause", []string{"allow", "max"}},
	{"under-admission", "is every call that was refused below its quota explained by an allowed cause", []string{"allow", "max"}},
	{"rolling-window", "does any stretch of time as long as a window hold more served calls than the quota", nil},
	{"revocation", "does every gateway refuse a revoked token in time", []string{"within"}},
	{"convergence", "does every gateway know in time what the control plane was told", []string{"within"}},
	{"accounting", "has every call, message and event copy exactly one fate", nil},
	{DeliveryCheck, "did each subscriber hear what the modelled broker could have delivered: once, in order, nothing lost without a reason", nil},
	{"duplicates", "does an event reach a gateway at most as often as files have ways to it (or copies say) and it was sent again unconfirmed, with one side effect", []string{"copies"}},
	{"echo", "does every event cross each region's border once, never back", nil},
	{"deaf-time", "how long has a gateway no subscription while a broker runs", []string{"most"}},
	{"home-hub", "do gateways return to a hub of their own region after a failover", []string{"within"}},
	{"amplification", "how often is a gateway sent one and the same decision", []string{"copies"}},
	{"carry", "how many calls of earlier windows use up the quota of a later one", []string{"max"}},
	{"feed-loss", "how many throttle events are lost before they leave a gateway, and does each say why", []string{"max"}},
	{"blind-admission", "how many calls under a quota does a gateway serve while no traffic manager is there to count them or to tell it", []string{"within", "max"}},
	{"key-growth", "do the throttle keys that a traffic manager keeps follow those in use", []string{"max"}},
	{BacklogCheck, "how many copies wait in a broker for one subscriber that is slow (virtual time: a real broker tells nobody)", []string{"max"}},
	{"ready", "does everybody have its policies, lists and APIs in time, in whatever order they started", []string{"within"}},
	{"deployment-status", "does a control plane that is looked at know which gateways serve which revision, and which are gone", []string{"within", "most"}},
	{"stale-reads", "does every control plane that is asked for a scope answer in time what another one was told", []string{"within"}},
	{"counter-wait", "how long does a traffic manager count nothing because the store of shared counters is silent", []string{"most"}},
	{"revisions", "was each revision number of an API given to one deployment only", nil},
	{"lost-writes", "does a database keep what it has confirmed, against another region's writes and when a standby takes over", nil},
	{"refusals", "is a token that a gateway has refused as revoked never served again before it expires, and none refused that nobody revoked", nil},
	{"windows", "does a traffic manager count, roll and decide in the window that its own clock is in, and roll each once", nil},
	{"lifts", "does a block stand until its window ends: set again for the same window at most so often, its end never going back", []string{"max"}},
	{"counters", "do traffic managers that are all told of every call count the same in each window, besides what is on its way", []string{"max"}},
	{"dials", "how many connections does a running broker get within a second from nodes that had one before", []string{"max"}},
	{"subscriptions", "has a gateway at most one subscription to a topic at a time, however often it reconnected, and for how long one too many", []string{"within"}},
	{"decision-latency", "how long from the call that uses the quota up to the gateway's knowing", []string{"most"}},
}

// Panel is all that watches one run.
type Panel struct {
	setup      *Setup
	oracle     *Oracle
	fates      *Fates
	accounting *Accounting
	latency    *Latency
	unusable   *unusable
	checkers   []Checker
	unasked    map[Checker]bool
	watch      trace.Observers
	account    *Quota
}

// NewPanel makes the checkers that specs ask for, and what a report needs besides. An unknown check
// is an error that names the known ones.
func NewPanel(s *Setup, specs []Spec) (*Panel, error) {
	p := &Panel{setup: s, unasked: map[Checker]bool{}, oracle: NewOracle(s), fates: NewFates(s), unusable: newUnusable()}
	p.accounting = NewAccounting(p.fates)
	p.latency = NewLatency(0)
	p.watch = trace.Observers{p.oracle, p.fates, p.latency, p.accounting, p.unusable}
	for _, spec := range specs {
		c, err := p.checker(spec)
		if err != nil {
			return nil, err
		}
		p.checkers = append(p.checkers, c)
		p.unasked[c] = spec.Unasked
		switch c.(type) {
		case *Latency, *Accounting: // they watch anyway
		case *Admission: // what it judges, the oracle has seen
		default:
			p.watch = append(p.watch, c)
		}
	}
	return p, nil
}

func (p *Panel) checker(s Spec) (Checker, error) {
	switch s.Check {
	case "over-admission", "under-admission":
		a := NewAdmission(p.quota)
		a.Over, a.Allow, a.Most = s.Check == "over-admission", s.Allow, s.Max
		return a, nil
	case "rolling-window":
		return NewRolling(p.setup), nil
	case "home-hub":
		return NewHome(p.setup, s.Within), nil
	case "revocation":
		return NewRevocation(p.setup, s.Within), nil
	case "convergence":
		return NewConvergence(p.setup, s.Within), nil
	case "accounting":
		return p.accounting, nil
	case DeliveryCheck:
		return NewDelivery(p.setup), nil
	case "duplicates":
		return NewDuplicates(p.fates, s.Copies), nil
	case "echo":
		return NewEcho(p.fates), nil
	case "deaf-time":
		return NewDeaf(p.setup, s.Most), nil
	case "amplification":
		return NewAmplification(p.setup, max(s.Copies, 1)), nil
	case "carry":
		return NewCarry(p.setup, s.Max), nil
	case "feed-loss":
		return NewFeedLoss(s.Max), nil
	case "blind-admission":
		return NewBlind(p.setup, s.Within, s.Max), nil
	case "key-growth":
		return NewKeyGrowth(s.Max), nil
	case BacklogCheck:
		return NewBacklog(s.Max), nil
	case "ready":
		return NewReady(p.setup, s.Within), nil
	case "deployment-status":
		return NewDeploymentStatus(p.setup, s.Within, s.Most), nil
	case "stale-reads":
		return NewStaleReads(s.Within), nil
	case "counter-wait":
		return NewCounterWait(p.setup, s.Most), nil
	case "revisions":
		return NewRevisions(), nil
	case "lost-writes":
		return NewLostWrites(), nil
	case "refusals":
		return NewRefusals(p.setup), nil
	case "windows":
		return NewWindows(p.setup), nil
	case "lifts":
		return NewLifts(s.Max), nil
	case "counters":
		return NewCounters(p.setup, s.Max), nil
	case "dials":
		return NewDials(p.setup, s.Max), nil
	case "subscriptions":
		return NewSubscriptions(p.setup, s.Within), nil
	case "decision-latency":
		p.latency.Most = s.Most
		return p.latency, nil
	}
	var names []string
	for _, c := range Checks {
		names = append(names, c.Name)
	}
	return nil, fmt.Errorf("no check is called %q (they are: %s)", s.Check, strings.Join(names, ", "))
}

// Observers are the folds of all checkers, each once: what a run has to show each record.
func (p *Panel) Observers() trace.Observers { return p.watch }

// quota settles the oracle's account once.
func (p *Panel) quota() Quota {
	if p.account == nil {
		q := p.oracle.Account()
		p.account = &q
	}
	return *p.account
}

// Findings is what the panel saw.
type Findings struct {
	Outcomes []Outcome   `json:"outcomes"`
	Quota    Quota       `json:"quota"`
	Hops     []Quantiles `json:"decision_latency_by_hop"`
	Gateways []Quantiles `json:"decision_latency_by_gateway"`
	Books    Books       `json:"books"`
	Missed   []Fate      `json:"missed"`
	BadInput *BadInput   `json:"bad_input,omitempty"` // nil when all that nodes were given could be used
}

// Finish concludes, once, after the last record.
func (p *Panel) Finish() Findings {
	f := Findings{Quota: p.quota(), Hops: p.latency.Hops(), Gateways: p.latency.Gateways(), Books: p.accounting.Books(), Missed: p.fates.Missed(), BadInput: p.unusable.told()}
	for _, c := range p.checkers {
		_, backlog := c.(*Backlog)
		if o := c.Finish(); o.Verdict != NotExercised || !p.unasked[c] && (!backlog || p.accounting.modelled) {
			f.Outcomes = append(f.Outcomes, o)
		}
	}
	return f
}
