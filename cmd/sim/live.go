package main

import (
	"context"
	"errors"
	"fmt"
	"net"
	"slices"
	"strconv"
	"strings"

	"hubsim/broker/amqp10broker"
	"hubsim/broker/natsbroker"
	"hubsim/checker"
	"hubsim/event"
	"hubsim/keyvalue/natskv"
	"hubsim/keyvalue/rediskv"
	"hubsim/live"
)

// live refuses flags that only a live run has when there is none, and values that they cannot have.
func (f *runFlags) live(jobs []job) error {
	any := slices.ContainsFunc(jobs, func(j job) bool { return j.driver == "live" })
	if !any && f.metrics != "" {
		return wrong(errors.New("--metrics-addr is for live runs: virtual time is over before anybody can look"), "add --driver live")
	}
	if !any && f.broker != "nats" {
		return wrong(errors.New("--broker is for live runs: virtual time has a broker of its own"), "add --driver live")
	}
	if f.metrics != "" {
		if err := checkAddress(f.metrics); err != nil {
			return wrong(fmt.Errorf("--metrics-addr %q: %w", f.metrics, err), "write HOST:PORT, as 127.0.0.1:9464; port 0 is any free one")
		}
	}
	if !any && f.kv != "nats" {
		return wrong(errors.New("--kv is for live runs: virtual time has a store of its own"), "add --driver live")
	}
	if !any && f.store != "sqlite" {
		return wrong(errors.New("--store is for live runs: virtual time keeps rows in memory"), "add --driver live")
	}
	hub, err := f.hub()
	if err != nil {
		return err
	}
	hub.Close()
	stores, err := f.stores()
	if err != nil {
		return err
	}
	stores.Close()
	if f.kv != "nats" && !slices.ContainsFunc(jobs, func(j job) bool { return j.shares }) {
		return wrong(errors.New("--kv: none of these runs shares counters, and nothing would be kept there"), "scenarios that do are counter-store-trouble and its like; files do with [apim.distributed_throttling] enable = true")
	}
	databases, err := f.databases()
	if err != nil {
		return err
	}
	return databases.Close()
}

func checkAddress(address string) error {
	_, port, err := net.SplitHostPort(address)
	if e := (*net.AddrError)(nil); errors.As(err, &e) {
		return errors.New(e.Err)
	}
	if _, err := strconv.ParseUint(port, 10, 16); err != nil {
		return fmt.Errorf("%q is not a port from 0 to 65535", port)
	}
	return nil
}

// metricsFree finds out before a run whether its metrics can be served.
func (f *runFlags) metricsFree() error {
	if f.metrics == "" {
		return nil
	}
	l, err := net.Listen("tcp", f.metrics)
	if err != nil {
		return busy(f.metrics, err)
	}
	return l.Close()
}

func busy(address string, err error) error {
	if e := (*net.OpError)(nil); errors.As(err, &e) {
		err = e.Err
	}
	return broken(fmt.Errorf("serve metrics at %s: %w", address, err), "give another --metrics-addr; port 0 is any free one")
}

// hub makes the event hub's broker that --broker names.
func (f *runFlags) hub() (live.Broker, error) {
	kind, url, _ := strings.Cut(f.broker, "=")
	const hint = "--broker is nats, or amqp10=amqp://USER:PASSWORD@HOST:PORT"
	switch {
	case f.broker == "nats":
		return natsbroker.New(natsbroker.Defaults()), nil
	case kind == "amqp10" && url != "":
		b, err := amqp10broker.New(amqp10broker.Defaults(url))
		if err != nil {
			return nil, wrong(err, hint)
		}
		return b, nil
	}
	if kind == "nats" {
		return nil, wrong(errors.New("--broker nats takes no URL: it is embedded"), hint)
	}
	if kind == "amqp10" {
		return nil, wrong(errors.New("--broker amqp10 needs a broker's URL"), hint)
	}
	return nil, wrong(fmt.Errorf("there is no broker %q", kind), didYouMean(kind, []string{"nats", "amqp10"}, hint))
}

// stores makes the key-value stores of shared counters that --kv names.
func (f *runFlags) stores() (live.Broker, error) {
	if f.kv == "nats" {
		return natskv.New(), nil
	}
	const hint = "--kv is nats, or redis://[USER:PASSWORD@]HOST:PORT[/DATABASE], or rediss:// for TLS"
	if kind, _, is := strings.Cut(f.kv, "://"); !is || kind != "redis" && kind != "rediss" {
		return nil, wrong(errors.New("--kv names no key-value store"), didYouMean(kind, []string{"nats", "redis"}, hint))
	}
	stores, err := rediskv.New(f.kv)
	if err != nil {
		return nil, wrong(fmt.Errorf("--kv: %w", err), hint)
	}
	return stores, nil
}

// runLive makes a run on real sockets and judges it. What the user stopped is judged too, as INVALID.
func (f *runFlags) runLive(ctx context.Context, j *job, w *watch) (checker.Result, error) {
	e, err := j.prepare(w)
	if err != nil {
		return checker.Result{}, err
	}
	hub, err := f.hub()
	if err != nil {
		return checker.Result{}, err
	}
	defer hub.Close()
	stores, err := f.stores()
	if err != nil {
		return checker.Result{}, err
	}
	defer stores.Close()
	databases, err := f.databases()
	if err != nil {
		return checker.Result{}, err
	}
	defer databases.Close() // what it cannot end ends with the process
	o, end := live.Options{Directory: e, Listening: w.listening(callable(e)), Counters: stores, Databases: databases}, func() error { return nil }
	if o.Processes, err = f.processesOf(j, e); err != nil {
		return checker.Result{}, err
	}
	if f.metrics != "" {
		if o.Metrics, end, err = f.serveMetrics(w); err != nil {
			return checker.Result{}, err
		}
	}
	ran, err := live.Run(ctx, e.World, hub, o)
	early := stopped(ctx, err)
	if early {
		err = nil
	}
	if err := errors.Join(err, end()); err != nil {
		return checker.Result{}, broken(fmt.Errorf("run %s live: %w", j.scenario.Name, err), "")
	}
	r := e.Conclude(ran)
	j.settle(&r)
	if early {
		cutShort(&r, e.World.Length)
	}
	if j.sweep && j.scenario.Sweep != nil && !early {
		r.Sweep, err = f.liveTable(ctx, j, w)
	}
	return r, err
}

// cutShort judges a run that the user stopped.
func cutShort(r *checker.Result, length event.Duration) {
	why := fmt.Sprintf("stopped by the user after %.1fs of %v", r.Ran.Seconds(), length)
	r.Judgement, r.Reasons = checker.Invalid, append([]string{why}, r.Reasons...)
}

// serveMetrics serves a run's metrics until end is called, which returns what went wrong.
func (f *runFlags) serveMetrics(w *watch) (m *live.Metrics, end func() error, err error) {
	m = live.NewMetrics()
	ctx, cancel := context.WithCancel(context.Background())
	listening, done := make(chan string, 1), make(chan error, 1)
	go func() { done <- m.ServeMetrics(ctx, f.metrics, func(at string) { listening <- at }) }()
	select {
	case err := <-done:
		cancel()
		return nil, nil, broken(err, "")
	case at := <-listening:
		w.say("metrics at http://%s/metrics", at)
	}
	return m, func() error { cancel(); return <-done }, nil
}
