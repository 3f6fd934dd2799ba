package live_test

import (
	"encoding/json"
	"fmt"
	"os"
	"os/exec"
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"

	"hubsim/broker/natsbroker"
	"hubsim/checker"
	"hubsim/event"
	"hubsim/live"
	"hubsim/scenarios"
	"hubsim/trace"
	"hubsim/world"
)

// ownProcess is set in the environment of the test binary where it is a node's own process.
const ownProcess = "HUBSIM_NODE_PROCESS"

// task is the job of a node's process: a scenario, or a breakage of the town.
type task struct {
	Scenario, Profile, Faults string
	Breakage                  string
}

func (j task) prepare(watch trace.Observer) (*scenarios.Experiment, error) {
	s, err := scenarios.Parse("task.yaml", []byte(j.Scenario))
	if err != nil {
		return nil, err
	}
	return s.Prepare(scenarios.Options{Profile: j.Profile, Seed: 1, Watch: watch, Delivery: true, Faults: &j.Faults})
}

// world makes the task's world out.
func (j task) world() (*world.World, error) {
	if j.Scenario != "" {
		e, err := j.prepare(nil)
		if err != nil {
			return nil, err
		}
		return e.World, nil
	}
	all := breakages()
	row := all[slices.IndexFunc(all, func(b breakage) bool { return b.what == j.Breakage })]
	return brokenTown(row.schedule, row.then)
}

// runNode is the node's own process.
func runNode() int {
	err := live.Node(os.Stdin, os.Stdout, func(job []byte) (*world.World, live.Broker, live.Options, error) {
		var j task
		if err := json.Unmarshal(job, &j); err != nil {
			return nil, nil, live.Options{}, err
		}
		w, err := j.world()
		return w, natsbroker.New(natsbroker.Defaults()), live.Options{}, err
	})
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		return 4
	}
	return 0
}

// apart are the options of a run some of whose nodes have processes of their own.
func (j task) apart(t *testing.T, nodes ...event.NodeID) live.Options {
	t.Helper()
	job, err := json.Marshal(j)
	if err != nil {
		t.Fatal(err)
	}
	return live.Options{Processes: &live.Processes{Nodes: nodes, Job: job, Command: func() *exec.Cmd {
		cmd := exec.Command(os.Args[0])
		cmd.Env = append(os.Environ(), ownProcess+"=1")
		return cmd
	}}}
}

// TestFaultsTakeEffectOnProcesses breaks the same things where all who can be are in processes of their own.
func TestFaultsTakeEffectOnProcesses(t *testing.T) {
	for _, row := range breakages() {
		t.Run(row.what, func(t *testing.T) {
			o := task{Breakage: row.what}.apart(t, "gw-1", "cp-1")
			_, result := until(t, broken(t, row.schedule, row.then), o, row.wanted...)
			if last := len(result.Hits) - 1; last < 0 || result.Hits[last] == 0 {
				t.Errorf("the fault had no observed effect: %v", result.Hits)
			}
		})
	}
}

func TestNodesInProcessesOfTheirOwnDecideTheSame(t *testing.T) {
	here, apart := &decisions{seen: map[string]bool{}}, &decisions{seen: map[string]bool{}}
	j := task{Scenario: equal, Profile: "wso2"}
	run := func(watch *decisions, o live.Options) {
		judge(t, proving(t, func() checker.Result {
			clear(watch.seen)
			e, err := j.prepare(watch)
			if err != nil {
				t.Fatal(err)
			}
			ran, err := live.Run(t.Context(), e.World, hubs(t), o)
			if err != nil {
				t.Fatal(err)
			}
			r := e.Conclude(ran)
			delivery(t, r)
			return r
		}))
	}
	run(here, live.Options{})
	run(apart, j.apart(t, "gw-1", "tm-1", "cp-1"))
	if len(here.seen) < 30 {
		t.Errorf("only %d facts to compare", len(here.seen))
	}
	if d := cmp.Diff(here.sorted(), apart.sorted()); d != "" {
		t.Errorf("in one process (-) and in several (+) differ:\n%s", d)
	}
}
