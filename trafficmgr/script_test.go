package trafficmgr

import (
	"fmt"
	"maps"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/cockroachdb/datadriven"

	"hubsim/event"
	"hubsim/node"
)

// TestScripts runs the stories of testdata/*.txt. Renew them with -rewrite and read the difference.
//
//	boot [wso2|hardened] [disk] [duplicate] [service=D queue=N] [event-wait=D] [share]
//	add KEY N           another traffic manager's doing in the store;  flush  forgets it all;  store  shows it
//	policies            the control plane's, one a line: LEVEL NAME QUOTA WINDOW, or PATH and a row of that list
//	event GATEWAY…      a batch from a gateway; one event a line, or on the line of the command:
//	                    sub=KEY:TIER app=KEY:TIER api=KEY:TIER user=NAME stamp=±D props=JSON n=COUNT every=D
//	junk GATEWAY        a batch of what no gateway would send
//	notify TYPE LEVEL NAME [waited=D]
//	wait D              with ticks at each deadline;  stall D  without
//	refuse|accept|mute|answer|cut NODE
//
// Times are since 22:14:00.000Z, a minute boundary.
func TestScripts(t *testing.T) {
	datadriven.Walk(t, "testdata", func(t *testing.T, path string) {
		if !strings.HasSuffix(path, ".txt") {
			return
		}
		s := &story{t: t, policies: map[event.Path][]event.Policy{}, refused: map[event.NodeID]bool{}, muted: map[event.NodeID]bool{}}
		datadriven.RunTest(t, path, func(t *testing.T, d *datadriven.TestData) string {
			s.said.Reset()
			s.do(d)
			if s.said.Len() == 0 {
				return "ok"
			}
			return s.said.String()
		})
	})
}

// story is a traffic manager and everybody around it.
type story struct {
	t        *testing.T
	m        *Manager
	now      node.Clock
	said     strings.Builder
	policies map[event.Path][]event.Policy
	refused  map[event.NodeID]bool
	muted    map[event.NodeID]bool
	sessions map[node.SessionID]event.Endpoint
	gateways map[event.NodeID]node.SessionID
	store    map[string]int64
	unheard  []node.Act // commands that the store holds while it is mute
	batches  uint64
	events   event.RequestID
}

func (s *story) do(d *datadriven.TestData) {
	word := func(i int) string { return d.CmdArgs[i].Key }
	switch d.Cmd {
	case "boot":
		s.boot(d)
	case "policies":
		clear(s.policies)
		for _, line := range strings.Split(d.Input, "\n") {
			s.policy(strings.Fields(line))
		}
	case "event":
		s.batch(d)
	case "junk":
		s.send(event.NodeID(word(0)), []event.Message{
			nil, (*event.Throttle)(nil), &event.Throttle{ID: 901}, &event.Notification{},
			&event.Throttle{ID: 902, Attributes: &event.Attributes{SubscriptionTier: "Five", APITenant: event.Super}},
			&event.Throttle{ID: 903, Attributes: &event.Attributes{}, Properties: `{"ip":`},
			&event.Throttle{ID: 904, Attributes: &event.Attributes{}, Properties: `[1]`},
		})
	case "notify":
		s.notify(d)
	case "wait":
		s.wait(s.duration(word(0)))
	case "stall":
		s.pass(s.duration(word(0)))
	case "refuse", "accept":
		s.refused[event.NodeID(word(0))] = d.Cmd == "refuse"
	case "mute", "answer":
		s.muted[event.NodeID(word(0))] = d.Cmd == "mute"
		held := s.unheard
		s.unheard = nil
		for _, a := range held {
			s.react(a)
		}
	case "add", "flush", "store":
		s.kv(d)
	case "cut":
		for id, to := range maps.Clone(s.sessions) {
			if to.Node == event.NodeID(word(0)) {
				delete(s.sessions, id)
				s.step(node.Input{Kind: node.Down, Session: id, Reason: event.Reset})
			}
		}
	default:
		d.Fatalf(s.t, "no command %s", d.Cmd)
	}
}

func (s *story) boot(d *datadriven.TestData) {
	c := WSO2()
	if d.HasArg("hardened") {
		c = Hardened()
	}
	if !d.HasArg("disk") {
		c.OnDisk = nil
	}
	c.ID, c.Brokers, c.Hubs, c.ControlPlanes = "tm-1", []event.NodeID{"tm-1.broker"}, []event.NodeID{"cp-1.broker"}, []event.NodeID{"cp-1"}
	if d.HasArg("duplicate") {
		c.Duplicate = []event.NodeID{"tm-2.broker"}
	}
	for _, a := range d.CmdArgs {
		switch a.Key {
		case "share":
			c.Sharing.Store, c.Sharing.Peers, s.store = "kv", []event.NodeID{"tm-2"}, map[string]int64{}
		case "service":
			c.ServiceTime = s.duration(a.Vals[0])
		case "spread":
			c.WorkerSpread = s.duration(a.Vals[0])
		case "workers":
			d.ScanArgs(s.t, "workers", &c.Workers)
		case "event-wait":
			c.EventWaitingTime = s.duration(a.Vals[0])
		case "queue":
			d.ScanArgs(s.t, "queue", &c.ReceiverQueue)
		}
	}
	s.m = New(c)
	s.now = node.Clock{Wall: t0}
	s.sessions, s.gateways = map[node.SessionID]event.Endpoint{}, map[event.NodeID]node.SessionID{}
	s.step(node.Input{Kind: node.Boot})
}

func (s *story) duration(text string) event.Duration {
	d, err := time.ParseDuration(text)
	if err != nil {
		s.t.Fatal(err)
	}
	return d
}

var levelWords = map[string]event.Level{"subscription": event.SubscriptionLevel, "application": event.ApplicationLevel, "api": event.APILevel, "custom": event.CustomLevel}

func (s *story) policy(words []string) {
	if len(words) > 1 && strings.HasPrefix(words[0], "/") {
		path := event.Path(words[0])
		list, err := event.ParsePull(path, []byte(`{"list":[`+strings.Join(words[1:], " ")+`]}`))
		if err != nil {
			s.t.Fatal(err)
		}
		s.policies[path] = append(s.policies[path], list.Policies...)
		return
	}
	if len(words) != 4 {
		return
	}
	p := event.Policy{Level: levelWords[words[0]], Name: words[1], Tenant: event.Super, Window: s.duration(words[3])}
	fmt.Sscan(words[2], &p.Quota)
	s.policies[pathOf(p.Level)] = append(s.policies[pathOf(p.Level)], p)
}

func (s *story) notify(d *datadriven.TestData) {
	n := &event.Notification{
		EventID: "e-" + d.CmdArgs[2].Key, Type: event.Type(d.CmdArgs[0].Key), At: s.now.Wall, Tenant: event.Super,
		Policy: &event.Policy{Level: levelWords[d.CmdArgs[1].Key], Name: d.CmdArgs[2].Key},
	}
	for id, to := range s.sessions {
		if to.Node == "cp-1.broker" {
			s.step(node.Input{Kind: node.Received, Session: id, Msg: &event.Publish{Topic: event.NotificationTopic, Body: n}})
			return
		}
	}
	s.say("nobody hears it")
}

func (s *story) batch(d *datadriven.TestData) {
	lines := strings.Split(d.Input, "\n")
	n, every := 1, event.Duration(0)
	if d.Input == "" {
		var words []string
		for _, a := range d.CmdArgs[1:] {
			switch a.Key {
			case "n":
				d.ScanArgs(s.t, "n", &n)
			case "every":
				every = s.duration(a.Vals[0])
			default:
				words = append(words, a.Key+"="+strings.Join(a.Vals, ","))
			}
		}
		lines = []string{strings.Join(words, " ")}
	}
	for i := range n {
		if i > 0 {
			s.wait(every)
		}
		var all []event.Message
		for _, line := range lines {
			all = append(all, s.throttle(line))
		}
		s.send(event.NodeID(d.CmdArgs[0].Key), all)
	}
}

// throttle reads an event.
func (s *story) throttle(line string) *event.Throttle {
	s.events++
	a := &event.Attributes{AppTenant: event.Super, APITenant: event.Super}
	e := &event.Throttle{Attributes: a, ID: s.events, At: s.now.Wall}
	for _, word := range strings.Fields(line) {
		name, value, _ := strings.Cut(word, "=")
		at := strings.LastIndexByte(value, ':')
		switch name {
		case "sub":
			a.SubscriptionKey, a.SubscriptionTier = event.ThrottleKey(value[:at]), value[at+1:]
		case "app":
			a.AppKey, a.AppTier = event.ThrottleKey(value[:at]), value[at+1:]
		case "api":
			a.ResourceKey, a.ResourceTier = event.ThrottleKey(value[:at]), value[at+1:]
		case "stamp":
			e.At = s.now.Wall.Add(s.duration(value))
		case "user":
			a.UserID = value
		case "props":
			e.Properties = value
		}
	}
	return e
}

// send puts a batch on a gateway's session, which is opened if there is none.
func (s *story) send(from event.NodeID, all []event.Message) {
	id, open := s.gateways[from]
	if !open {
		id = -node.SessionID(len(s.gateways) + 1)
		s.gateways[from], s.sessions[id] = id, event.Endpoint{Node: from, Service: event.Feed}
		s.step(node.Input{Kind: node.Up, Session: id, Peer: from, Service: event.Feed})
	}
	s.batches++
	s.step(node.Input{Kind: node.Received, Session: id, Msg: &event.Batch{Seq: s.batches, Events: all}})
}

// wait lets time pass and ticks at each deadline.
func (s *story) wait(d event.Duration) {
	until := s.now.Mono.Add(d)
	for at := s.m.Deadline(); at <= until; at = s.m.Deadline() {
		s.pass(max(at.Sub(s.now.Mono), 0))
		s.step(node.Input{Kind: node.Tick})
	}
	s.pass(until.Sub(s.now.Mono))
}

func (s *story) pass(d event.Duration) {
	s.now.Mono = s.now.Mono.Add(d)
	s.now.Wall = t0.Add(event.Duration(s.now.Mono))
}

func (s *story) say(format string, args ...any) {
	line := fmt.Sprintf("%-8s %s", "+"+event.Duration(s.now.Mono).String(), fmt.Sprintf(format, args...))
	s.said.WriteString(strings.TrimRight(line, " ") + "\n")
}

// step hands the manager an input, writes down what leaves it, and answers at once.
func (s *story) step(in node.Input) {
	var out node.Output
	s.m.Step(s.now, in, &out)
	for _, a := range out.Acts {
		switch a.Verb {
		case node.Record:
			s.note(a.Note)
		case node.Answer:
			s.say("answers %+v", a.Msg)
		case node.Close:
			delete(s.sessions, a.Session)
		case node.Send:
			s.sent(a)
		}
	}
	for _, a := range out.Acts {
		s.react(a)
	}
}

// react is what the others do about an act.
func (s *story) react(a node.Act) {
	if a.Verb == node.Open {
		if s.refused[a.To.Node] {
			s.step(node.Input{Kind: node.Down, Session: a.Session, Reason: event.Refused})
			return
		}
		s.sessions[a.Session] = a.To
		s.step(node.Input{Kind: node.Up, Session: a.Session})
	}
	if a.Verb == node.Send && a.Msg.Class() == event.ClassHeartbeat {
		s.step(node.Input{Kind: node.Received, Session: a.Session, Msg: a.Msg})
	}
	if op, ok := a.Msg.(*event.CounterOp); ok {
		s.command(a, op)
	}
	r, ok := a.Msg.(*event.PullRequest)
	if !ok || s.muted[s.sessions[a.Session].Node] {
		return
	}
	answer := &event.PullResponse{ID: r.ID, Path: r.Path, Status: 200}
	for _, p := range s.policies[r.Path] {
		if r.Name == "" || r.Name == p.Name {
			answer.Policies = append(answer.Policies, p)
		}
	}
	s.step(node.Input{Kind: node.Received, Session: a.Session, Msg: answer})
}

func (s *story) sent(a node.Act) {
	to := s.sessions[a.Session].Node
	switch m := a.Msg.(type) {
	case *event.BatchAck:
		s.say("> %s: ack %d", to, m.Seq)
	case *event.PullRequest:
		s.say("> %s: GET %s %s", to, m.Path, m.Name)
	case *event.Subscribe:
		s.say("> %s: subscribe %s", to, m.Topic)
	case *event.CounterOp:
		expire := ""
		if m.Expire > 0 {
			expire = "for " + m.Expire.String()
		}
		if n, there := s.store[m.Key]; m.Do != event.CounterGet && !(m.Do == event.CounterSet && there && n == m.N) {
			s.say("> %s: %s %s %d %s", to, m.Do, m.Key, m.N, expire)
		}
	case *event.Publish:
		d := m.Body.(*event.Decision)
		rest := d.Conditions
		if d.Remaining > 0 {
			rest += "remaining " + d.Remaining.String()
		}
		s.say("> %s: %s %t %s %s", to, d.Key, d.IsThrottled, s.since(d.Expiry), rest)
	}
}

func (s *story) since(w event.Wall) string { return "+" + w.Sub(t0).String() }

// note writes down a fact, but for those that the messages show.
func (s *story) note(n node.Note) {
	switch n.Fact {
	case node.EventPublished, node.SessionUp, node.DecisionEmitted, node.KeysKept:
	case node.Counted:
		s.say("counted #%d %s = %d, until %s %s", n.Request, n.Key, n.N, s.since(n.Expiry), n.Detail)
	case node.CountDropped:
		s.say("dropped #%d %s: %s %s", n.Request, n.Key, n.Reason, n.Detail)
	case node.CounterSynced, node.CounterWaited:
		if !n.On {
			s.say("%s %s %d", n.Fact, n.Key, n.N)
		}
	case node.WindowRolled:
		s.say("window of %s ends, %d expired; next until %s", n.ID, n.N, s.since(n.Expiry))
	default:
		s.say("%s %s", n.Fact, strings.Join(strings.Fields(fmt.Sprint(n.ID, " ", n.Peer, " ", n.N, " ", n.Reason, " ", n.Detail)), " "))
	}
}

// kv is what others do with the store.
func (s *story) kv(d *datadriven.TestData) {
	switch d.Cmd {
	case "add":
		n := int64(0)
		fmt.Sscan(d.CmdArgs[1].Key, &n)
		s.store[d.CmdArgs[0].Key] += n
	case "flush":
		clear(s.store)
	case "store":
		for _, key := range slices.Sorted(maps.Keys(s.store)) {
			s.say("%s = %d", key, s.store[key])
		}
	}
}

// command is what the store does with a command, at once or when it is no longer mute.
func (s *story) command(a node.Act, op *event.CounterOp) {
	to, open := s.sessions[a.Session]
	switch {
	case !open:
		return
	case s.muted[to.Node]:
		s.unheard = append(s.unheard, a)
		return
	case op.Do == event.CounterSet:
		s.store[op.Key] = op.N
	case op.Do == event.CounterAdd:
		s.store[op.Key] += op.N
	}
	n, there := s.store[op.Key]
	s.step(node.Input{Kind: node.Received, Session: a.Session, Msg: &event.CounterResult{ID: op.ID, OK: true, There: there, N: n}})
}
