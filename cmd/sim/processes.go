package main

import (
	"bytes"
	"crypto/sha256"
	"encoding/gob"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"strings"

	"github.com/spf13/cobra"

	"hubsim/broker/natsbroker"
	"hubsim/deployment"
	"hubsim/event"
	"hubsim/internal/process"
	"hubsim/keyvalue/natskv"
	"hubsim/live"
	"hubsim/scenarios"
	"hubsim/world"
)

// nodeCommand is the hidden command by which sim runs a node in a process of its own.
const nodeCommand = "node"

// apart finds which nodes of a run --processes names, or says why they cannot be apart.
func (f *runFlags) apart(j *job, made *scenarios.Experiment) ([]event.NodeID, error) {
	if f.processes == "" {
		return nil, nil
	}
	const hint = "--processes names nodes as a fault does: gw-1, gw-*, tm-1,tm-2, gateways"
	switch {
	case j.driver != "live":
		return nil, wrong(errors.New("--processes is for live runs: virtual time has one process"), "add --driver live")
	case !process.Supported:
		return nil, wrong(fmt.Errorf("--processes: %w", process.ErrUnsupported), "leave it out: crash and pause then stop the node within the process")
	case f.broker != "nats":
		return nil, wrong(errors.New("--processes: only sessions to the embedded event hub can be opened from another process"), "leave out --broker")
	case f.kv != "nats" && len(made.Deployment.KeyValues) > 0:
		return nil, wrong(errors.New("--processes: only sessions to the embedded store of shared counters can be opened from another process"), "leave out --kv")
	}
	named := make([]bool, len(made.World.Members))
	for name := range strings.SplitSeq(f.processes, ",") {
		found, can := made.World.Find(name), false
		for _, i := range found {
			if live.CanBeApart(made.World.Members[i].Role) {
				named[i], can = true, true
			}
		}
		switch {
		case len(found) == 0:
			return nil, wrong(fmt.Errorf("--processes %q is nobody's name in %s", name, j.scenario.Name), didYouMean(name, memberNames(made.World), hint))
		case !can:
			return nil, wrong(fmt.Errorf("--processes: the %s %s cannot have a process of its own: hubs and stores are servers that a crash stops and starts", made.World.Members[found[0]].Role, name), hint)
		}
	}
	var nodes []event.NodeID
	for i, is := range named {
		if is {
			nodes = append(nodes, made.World.Members[i].ID)
		}
	}
	return nodes, nil
}

func memberNames(w *world.World) (names []string) {
	for i := range w.Members {
		names = append(names, string(w.Members[i].ID))
	}
	return names
}

// errand is what a node's process needs to make the same experiment out: the scenario's text and how it is run.
// A deployment of the user's own is read once more; Sum sees to it that it is still the same.
type errand struct {
	File, Text, Profile, Deployment string
	Seed                            uint64
	Length                          event.Duration
	Twin, Strict, Delivery          bool
	Breaks                          bool // Faults take the place of the schedule
	Faults                          string
	Policies                        []event.Policy
	Sum                             [sha256.Size]byte
}

// processesOf is what a live run needs to run some of its nodes apart; nil when there are none.
func (f *runFlags) processesOf(j *job, e *scenarios.Experiment) (*live.Processes, error) {
	if len(j.apart) == 0 {
		return nil, nil
	}
	o := &j.options
	out := errand{
		Profile: o.Profile, Deployment: f.deployment, Seed: o.Seed, Length: o.Length, Twin: o.Twin, Strict: o.Strict,
		Delivery: o.Delivery, Breaks: o.Faults != nil, Policies: o.Policies,
	}
	out.File, out.Text = j.scenario.Text()
	if o.Faults != nil {
		out.Faults = *o.Faults
	}
	var text bytes.Buffer
	var err error
	if out.Sum, err = sumOf(e.Deployment); err == nil {
		err = gob.NewEncoder(&text).Encode(&out)
	}
	if err != nil {
		return nil, broken(fmt.Errorf("write down %s for the processes of its nodes: %w", j.scenario.Name, err), "")
	}
	program, err := os.Executable()
	if err != nil {
		return nil, broken(fmt.Errorf("find the program that runs: %w", err), "")
	}
	return &live.Processes{Nodes: j.apart, Job: text.Bytes(), Command: func() *exec.Cmd {
		cmd := exec.Command(program, nodeCommand)
		cmd.Args[0] = os.Args[0]
		return cmd
	}}, nil
}

// sumOf tells deployments apart.
func sumOf(d *deployment.Deployment) ([sha256.Size]byte, error) {
	text, err := json.Marshal(d)
	return sha256.Sum256(text), err
}

// prepare makes the experiment out.
func (a *errand) prepare() (*scenarios.Experiment, error) {
	s, err := scenarios.Parse(a.File, []byte(a.Text))
	if err != nil {
		return nil, err
	}
	o := scenarios.Options{
		Profile: a.Profile, Seed: a.Seed, Length: a.Length, Twin: a.Twin, Strict: a.Strict, Delivery: a.Delivery, Policies: a.Policies,
	}
	if a.Breaks {
		o.Faults = &a.Faults
	}
	if a.Deployment != "" {
		if o.Deployment, err = runnable(a.Deployment); err != nil {
			return nil, err
		}
	}
	e, err := s.Prepare(o)
	if err != nil {
		return nil, err
	}
	sum, err := sumOf(e.Deployment)
	if err == nil && sum != a.Sum {
		err = fmt.Errorf("the files of %s are not those that the run began with (hint: leave them as they are while it runs)", a.Deployment)
	}
	return e, err
}

// newNodeCommand is a node in a process of its own. Nobody types it.
func newNodeCommand() *cobra.Command {
	return &cobra.Command{
		Use:    nodeCommand,
		Short:  "Run one node of a live run; sim run --processes starts it",
		Hidden: true,
		Args:   noCommand,
		RunE: func(cmd *cobra.Command, _ []string) error {
			err := live.Node(cmd.InOrStdin(), cmd.OutOrStdout(), compile)
			if errors.Is(err, live.ErrNotAsked) {
				return wrong(err, "sim run --driver live --processes NODES starts it by itself")
			}
			return err
		},
	}
}

// compile makes an errand's world out.
func compile(text []byte) (*world.World, live.Broker, live.Options, error) {
	var a errand
	if err := gob.NewDecoder(bytes.NewReader(text)).Decode(&a); err != nil {
		return nil, nil, live.Options{}, fmt.Errorf("read what to run: %w", err)
	}
	e, err := a.prepare()
	if err != nil {
		return nil, nil, live.Options{}, err
	}
	return e.World, natsbroker.New(natsbroker.Defaults()), live.Options{Directory: e, Counters: natskv.New()}, nil
}
