package live_test

import (
	"encoding/json"
	"fmt"
	"os"
	"os/exec"
	"testing"

	"hubsim/broker/natsbroker"
	"hubsim/event"
	"hubsim/live"
	"hubsim/scenarios"
	"hubsim/trace"
	"hubsim/world"
)

// ownProcess is set in the environment of the test binary where it is a node's own process.
const ownProcess = "HUBSIM_NODE_PROCESS"

// task is the job of a node's process: a scenario.
type task struct {
	Scenario, Profile, Faults string
}

func (j task) prepare(watch trace.Observer) (*scenarios.Experiment, error) {
	s, err := scenarios.Parse("task.yaml", []byte(j.Scenario))
	if err != nil {
		return nil, err
	}
	return s.Prepare(scenarios.Options{Profile: j.Profile, Seed: 1, Watch: watch, Delivery: true, Faults: &j.Faults})
}

// runNode is the node's own process.
func runNode() int {
	err := live.Node(os.Stdin, os.Stdout, func(job []byte) (*world.World, live.Broker, live.Options, error) {
		var j task
		if err := json.Unmarshal(job, &j); err != nil {
			return nil, nil, live.Options{}, err
		}
		e, err := j.prepare(nil)
		if err != nil {
			return nil, nil, live.Options{}, err
		}
		return e.World, natsbroker.New(natsbroker.Defaults()), live.Options{}, nil
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

func TestNodesInProcessesOfTheirOwnComeToTheSameDecisions(t *testing.T) {
	inVirtual, inLive := &decisions{seen: map[string]bool{}}, &decisions{seen: map[string]bool{}}
	j := task{Scenario: equal, Profile: "wso2"}
	e, err := j.prepare(inLive)
	if err != nil {
		t.Fatal(err)
	}
	_ = inVirtual
	ran, err := live.Run(t.Context(), e.World, hubs(t), j.apart(t, "gw-1", "tm-1"))
	if err != nil {
		t.Fatal(err)
	}
	r := e.Conclude(ran)
	for _, o := range r.Outcomes {
		t.Log(o)
	}
	judge(t, r)
}
