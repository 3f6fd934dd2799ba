package store

import (
	"fmt"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/cockroachdb/datadriven"

	"hubsim/event"
	"hubsim/node"
)

// TestScripts plays testdata/*.txt: what is put into one store, and what comes out of it.
//
//	store writer|replica|peer [lag=1s held=N waiting=N replicas=a,b region=N regions=N ids=N shipped]   boots a fresh one;
//	                                    ids: the one row that is there at the beginning has it; shipped: its sequences are
//	restart                             builds it again on its disk
//	up SESSION [PEER] · down SESSION REASON
//	write SESSION ID NAME[#INTEGER-ID] QUOTA · delete SESSION ID NAME · read SESSION ID [NAME] · follow SESSION AFTER
//	ship SESSION VERSION:NAME:QUOTA[#INTEGER-ID]… · result SESSION ID ok|failed · heartbeat SESSION · those of malformed
//	takeover                            its standby takes its place
//	call · advance DURATION · rows · ids · disk full|free
func TestScripts(t *testing.T) {
	scripts, err := filepath.Glob("testdata/*.txt")
	if err != nil || len(scripts) == 0 {
		t.Fatalf("no scripts in testdata: %v", err)
	}
	for _, path := range scripts {
		t.Run(strings.TrimSuffix(filepath.Base(path), ".txt"), func(t *testing.T) {
			b := &bench{t: t}
			datadriven.RunTest(t, path, func(t *testing.T, d *datadriven.TestData) string {
				b.t = t
				b.text.Reset()
				for _, line := range append([]string{firstLine(d)}, strings.Split(d.Input, "\n")...) {
					if line = strings.TrimSpace(line); line != "" {
						b.run(strings.Fields(line))
					}
				}
				if b.text.Len() == 0 {
					return "nothing\n"
				}
				return b.text.String()
			})
		})
	}
}

func firstLine(d *datadriven.TestData) string {
	words := []string{d.Cmd}
	for _, a := range d.CmdArgs {
		words = append(words, a.String())
	}
	return strings.Join(words, " ")
}

// bench holds the store under test and its clock.
type bench struct {
	t     *testing.T
	cfg   Config
	store *Store
	at    event.Mono
	out   node.Output
	text  strings.Builder
}

func (b *bench) run(w []string) {
	switch w[0] {
	case "store":
		b.configure(w[1:])
		b.boot()
	case "restart":
		b.boot()
	case "advance":
		b.advance(b.duration(w[1]))
	case "takeover":
		b.step(node.Input{Kind: node.Sensed, Sense: node.TakenOver})
	case "call":
		b.step(node.Input{Kind: node.Called, Call: 1, Msg: &event.Step{}})
	case "rows", "ids":
		for _, r := range b.cfg.Disk.tables[event.TablePolicy].all() {
			text := row(&r)
			if w[0] == "ids" {
				text = fmt.Sprint(r.Key, " is ", r.ID())
			}
			fmt.Fprintln(&b.text, text)
		}
	case "up":
		in := node.Input{Kind: node.Up, Session: b.session(w[1]), Service: event.Database}
		if len(w) > 2 {
			in.Peer = event.NodeID(w[2])
		}
		b.step(in)
	case "disk":
		b.step(node.Input{Kind: node.Sensed, Sense: map[string]node.Sense{"full": node.DiskFull, "free": node.DiskFree}[w[1]]})
	case "down":
		b.step(node.Input{Kind: node.Down, Session: b.session(w[1]), Reason: b.reason(w[2])})
	default:
		b.step(node.Input{Kind: node.Received, Session: b.session(w[1]), Msg: b.message(w)})
	}
}

func (b *bench) configure(w []string) {
	b.cfg = WSO2()
	b.cfg.ID, b.cfg.Disk = "store.eu", new(Disk)
	b.cfg.Initial = []event.Row{{Table: event.TablePolicy, Policy: policy("Unlimited", 0)}}
	if w[0] == "replica" {
		b.cfg.ID, b.cfg.Writer = "store.us", "store.eu"
	}
	if w[0] == "peer" {
		b.cfg.Peers = []event.NodeID{"store.eu", "store.us"}
	}
	for _, arg := range w[1:] {
		switch k, v, _ := strings.Cut(arg, "="); k {
		case "lag":
			b.cfg.Lag = b.duration(v)
		case "held":
			b.cfg.Held, _ = strconv.Atoi(v)
		case "waiting":
			b.cfg.Waiting, _ = strconv.Atoi(v)
		case "replicas":
			for _, r := range strings.Split(v, ",") {
				b.cfg.Replicas = append(b.cfg.Replicas, event.NodeID(r))
			}
		case "region", "regions":
			n, _ := strconv.Atoi(v)
			b.cfg.Peers = among(b.cfg.Peers, k == "region", n)
		case "ids":
			b.cfg.Initial[0].Policy.ID, _ = strconv.Atoi(v)
		case "shipped":
			b.cfg.SequencePerRegion = false
		default:
			b.t.Fatalf("%q: see TestScripts for what a store can have", arg)
		}
	}
}

// among is the peers with store.eu at place n of them, or with n of them.
func among(peers []event.NodeID, place bool, n int) []event.NodeID {
	if place {
		peers = slices.DeleteFunc(peers, func(id event.NodeID) bool { return id == "store.eu" })
		return slices.Insert(peers, n-1, "store.eu")
	}
	for i := len(peers); i < n; i++ {
		peers = append(peers, event.NodeID(fmt.Sprintf("store.%d", i+1)))
	}
	return peers[:n]
}

func (b *bench) boot() {
	b.store = New(b.cfg)
	b.step(node.Input{Kind: node.Boot})
}

// advance lets time pass, with a Tick at each deadline on the way.
func (b *bench) advance(d event.Duration) {
	end := b.at.Add(d)
	for b.store.Deadline() <= end {
		b.at = max(b.at, b.store.Deadline())
		b.step(node.Input{Kind: node.Tick})
	}
	b.at = end
}

func (b *bench) step(in node.Input) {
	b.out.Reset()
	b.store.Step(node.Clock{Mono: b.at}, in, &b.out)
	for i := range b.out.Acts {
		fmt.Fprintln(&b.text, act(b.at, &b.out.Acts[i]))
	}
}

func (b *bench) message(w []string) event.Message {
	switch w[0] {
	case "write":
		n, _ := strconv.ParseInt(w[4], 10, 64)
		p := b.policy(w[3], n)
		return &event.StoreOp{ID: b.number(w[2]), Write: &event.Row{Table: event.TablePolicy, Key: event.KeyOf(&event.Row{Table: event.TablePolicy, Policy: p}), Policy: p}}
	case "delete":
		return &event.StoreOp{ID: b.number(w[2]), Write: &event.Row{Table: event.TablePolicy, Key: "subscription:" + w[3], Deleted: true}}
	case "read":
		op := &event.StoreOp{ID: b.number(w[2]), Read: event.TablePolicy}
		if len(w) > 3 {
			op.Name = "subscription:" + w[3]
		}
		return op
	case "follow":
		return &event.StoreOp{Follow: true, After: b.number(w[2])}
	case "ship":
		return &event.StoreOp{Ship: b.shipped(w[2:])}
	case "result":
		return &event.StoreResult{ID: b.number(w[2]), OK: w[3] == "ok"}
	case "heartbeat":
		return &event.Heartbeat{}
	}
	return b.malformed(w)
}

// malformed returns what no well-behaved client says.
func (b *bench) malformed(w []string) event.Message {
	gold := policy("Gold", 5)
	switch w[0] {
	case "nothing":
		return &event.StoreOp{ID: b.number(w[2])}
	case "both":
		return &event.StoreOp{ID: b.number(w[2]), Read: event.TablePolicy, Write: &event.Row{Table: event.TablePolicy, Key: "subscription:Gold", Policy: gold}}
	case "keyless":
		return &event.StoreOp{ID: b.number(w[2]), Write: &event.Row{Table: event.TablePolicy, Policy: gold}}
	case "otherTable":
		return &event.StoreOp{ID: b.number(w[2]), Write: &event.Row{Table: event.TableAPI, Key: "k", Policy: gold}}
	case "noTable":
		return &event.StoreOp{ID: b.number(w[2]), Read: 99}
	case "shipped":
		return &event.StoreOp{ID: b.number(w[2]), Ship: []event.Row{{Table: event.TablePolicy, Key: "k", Policy: gold}}}
	case "nil":
		return (*event.StoreOp)(nil)
	case "bare":
		return nil
	case "request":
		return &event.Request{}
	}
	b.t.Fatalf("%s: see TestScripts for the commands", w)
	return nil
}

func (b *bench) shipped(words []string) []event.Row {
	var rows []event.Row
	for _, word := range words {
		f := strings.Split(word, ":")
		amount, id, _ := strings.Cut(f[2], "#")
		quota, _ := strconv.ParseInt(amount, 10, 64)
		r := event.Row{Table: event.TablePolicy, Version: b.number(f[0]), Policy: b.policy(f[1]+"#"+id, quota)}
		r.Key = event.KeyOf(&r)
		rows = append(rows, r)
	}
	return rows
}

func (b *bench) number(s string) uint64 {
	n, err := strconv.ParseUint(s, 10, 64)
	if err != nil {
		b.t.Fatal(err)
	}
	return n
}

func (b *bench) session(s string) node.SessionID {
	n, err := strconv.Atoi(s)
	if err != nil {
		b.t.Fatal(err)
	}
	return node.SessionID(n)
}

func (b *bench) reason(s string) event.Reason {
	for _, r := range event.Reasons() {
		if r.String() == s {
			return r
		}
	}
	b.t.Fatalf("no reason %q", s)
	return 0
}

func (b *bench) duration(s string) event.Duration {
	d, err := time.ParseDuration(s)
	if err != nil {
		b.t.Fatal(err)
	}
	return d
}

// policy is one of NAME, or NAME#ID.
func (b *bench) policy(name string, quota int64) *event.Policy {
	name, id, _ := strings.Cut(name, "#")
	p := policy(name, quota)
	p.ID, _ = strconv.Atoi(id)
	return p
}

func policy(name string, quota int64) *event.Policy {
	return &event.Policy{Name: name, Level: event.SubscriptionLevel, Quota: quota}
}

// act prints one thing that left the store.
func act(at event.Mono, a *node.Act) string {
	switch a.Verb {
	case node.Open:
		return fmt.Sprintf("%6s  open %d to %s", at, a.Session, a.To)
	case node.Close:
		return fmt.Sprintf("%6s  close %d", at, a.Session)
	case node.Send:
		return fmt.Sprintf("%6s  on %d: %s", at, a.Session, said(a.Msg))
	case node.Answer:
		done := a.Msg.(*event.StepDone)
		return fmt.Sprintf("%6s  answer %d %s", at, done.Status, done.Reason)
	case node.Record:
		return fmt.Sprintf("%6s  note %s %s", at, a.Note.Fact, strings.Join(strings.Fields(fmt.Sprint(a.Note.ID, " ", a.Note.Peer, " ", a.Note.Reason)), " "))
	case node.Spot:
		return fmt.Sprintf("%6s  mark %q", at, a.Mark)
	}
	return fmt.Sprintf("%6s  verb %d?", at, a.Verb)
}

func said(m event.Message) string {
	switch m := m.(type) {
	case *event.StoreResult:
		if !m.OK {
			return fmt.Sprintf("result %d failed", m.ID)
		}
		return strings.TrimSpace(fmt.Sprintf("result %d ok %s", m.ID, rows(m.Rows)))
	case *event.StoreOp:
		switch {
		case m.Follow:
			return fmt.Sprintf("follow after %d", m.After)
		case m.Ship != nil:
			return "ship " + rows(m.Ship)
		case m.Write != nil:
			return fmt.Sprintf("write %d %s", m.ID, row(m.Write))
		}
	}
	return m.Class().String()
}

func rows(all []event.Row) string {
	var words []string
	for i := range all {
		words = append(words, row(&all[i]))
	}
	return strings.Join(words, ", ")
}

func row(r *event.Row) string {
	if r.Deleted {
		return fmt.Sprintf("v%d %s deleted", r.Version, r.Key)
	}
	return fmt.Sprintf("v%d %s=%d", r.Version, r.Key, r.Policy.Quota)
}
