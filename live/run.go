package live

import (
	"context"
	"crypto/subtle"
	"fmt"
	"net"
	"sync"
	"sync/atomic"
	"time"

	"golang.org/x/sync/errgroup"

	"hubsim/event"
	"hubsim/trace"
	"hubsim/world"
)

// The limits on waiting for others.
const (
	// dialLimit is how long opening a session may take, log-in included.
	dialLimit = 10 * time.Second
	// hubStartLimit is how long a hub may take until it is ready; RabbitMQ takes 11 to 18 s.
	hubStartLimit = time.Minute
	// callLimit is how long the generator waits for an answer: longer than the product's gateways
	// let a client wait (synapse.properties, synapse.global_timeout_interval, 120 s).
	callLimit = 2 * time.Minute
)

// Options are what a live run needs besides its world.
type Options struct {
	// Bind is the address that everything listens on; "" is 127.0.0.1. Ports are the system's choice.
	Bind string
	// User and Password log in at the data bridge and at the internal API; "" is admin, the
	// product's default ([super_admin] username, password). They are in no trace.
	User, Password string
	// Callers is how many API calls may be under way at once; 0 is 512. A call that finds all
	// callers busy is not sent, and counted.
	Callers int
	// Calls is how API calls reach their gateways.
	Calls Calls
	// Mailbox is how many messages and calls may wait for one node; 0 is 65,536: twice the product's
	// largest queue, the data bridge agent's ring of 32,768.
	Mailbox int
	// Metrics, if not nil, is told what happens.
	Metrics *Metrics
	// Databases, if not nil, is what the stores keep their rows in; nil keeps them in memory. Its Close is
	// left to whoever made it.
	Databases Databases
	// Directory, if not nil, makes calls of the HTTP requests that somebody else sends to a gateway.
	Directory Directory
	// Processes, if not nil, has some of the nodes run in processes of their own, where a crash is SIGKILL and a
	// pause SIGSTOP. What those nodes say costs a round trip over a pipe for each record.
	Processes *Processes
	// Counters is what stands behind the key-value stores of shared counters, real; nil runs the modelled
	// ones in the process. Its Close is left to whoever made it.
	Counters Broker
	// Listening, if not nil, is told where a node listens each time it boots; Service 0 is a
	// gateway's front for API calls, and a traffic manager's HTTP event receiver.
	Listening func(at event.Endpoint, address string)
}

// Calls is how API calls reach a gateway.
type Calls uint8

// The ways.
const (
	OverHTTP  Calls = iota // as HTTP requests to its front
	InProcess              // handed over by the generator, which does not wait: no front, no Callers
)

func (o Options) withDefaults() Options {
	text := func(p *string, value string) {
		if *p == "" {
			*p = value
		}
	}
	number := func(p *int, value int) {
		if *p <= 0 {
			*p = value
		}
	}
	text(&o.Bind, "127.0.0.1")
	text(&o.User, "admin")
	text(&o.Password, "admin")
	number(&o.Callers, 512)
	number(&o.Mailbox, 1<<16)
	return o
}

// admits tells whether a user and password are the right ones, in a time that does not tell how wrong
// they are.
func (o *Options) admits(user, password string) bool {
	return subtle.ConstantTimeCompare([]byte(user), []byte(o.User))&
		subtle.ConstantTimeCompare([]byte(password), []byte(o.Password)) == 1
}

// run is one live run.
type run struct {
	w        *world.World
	broker   Broker
	o        Options
	clock    clock
	sites    []*site
	byID     map[event.NodeID]*site
	own      *site  // in a process of its own: the one node that runs here; nil elsewhere
	shared   shared // what the nodes have in common: the run itself, or in a process of its own the line to it
	recorder *recorder
	faults   *faults
	links    links
	cables   sync.Map // joint → *cable
	load     load

	ctx   context.Context // ends when all hosts have ended, or at the first error
	group *errgroup.Group // everything that was started

	over     atomic.Bool   // the run's time is up: nodes get no more inputs, and wait to be stopped
	ended    chan struct{} // closed with it
	lastMsg  atomic.Uint64
	lastCall atomic.Uint64
	steps    atomic.Uint64
}

// Run runs a world for its Length, or until ctx ends when Length is 0, and returns when all that it
// started has stopped. The hubs' Close is left to whoever made the Broker. An error is one of the
// simulator, its environment or the world's wiring, or ctx's when it ended the run early; the result
// says what was done until then.
func Run(ctx context.Context, w *world.World, b Broker, o Options) (world.Result, error) {
	r, err := newRun(w, b, o.withDefaults())
	if err != nil {
		return world.Result{Driver: "live"}, err
	}
	group, gctx := errgroup.WithContext(context.WithoutCancel(ctx))
	base, cancel := context.WithCancel(gctx)
	defer cancel()
	r.group, r.ctx = group, base
	err = r.live(ctx)
	cancel()
	r.links.close()
	if first := group.Wait(); first != nil {
		err = first
	}
	r.recorder.close()
	return r.result(), err
}

func newRun(w *world.World, b Broker, o Options) (*run, error) {
	r := &run{w: w, broker: b, o: o, byID: map[event.NodeID]*site{}, ended: make(chan struct{})}
	r.shared = r
	r.links.all = map[linkKey]*link{}
	for i := range w.Members {
		s := &site{Member: &w.Members[i], index: i}
		s.backend = r.backend(s.Role)
		s.gate.Store(&gate{})
		if r.byID[s.ID] != nil {
			return nil, fmt.Errorf("live run: two members are called %q (hint: names of nodes are unique)", s.ID)
		}
		r.sites, r.byID[s.ID] = append(r.sites, s), s
	}
	r.clock = beginClock(w.Start) // begins again when the hubs are ready
	var err error
	if r.faults, err = newFaults(r); err != nil {
		return nil, err
	}
	for i := range w.Steps {
		if err := r.plan(i); err != nil {
			return nil, err
		}
	}
	if err := r.separate(); err != nil {
		return nil, err
	}
	r.load = newLoad(r)
	var watch trace.Observers
	if w.Watch != nil {
		watch = append(watch, w.Watch)
	}
	if o.Metrics != nil {
		watch = append(watch, o.Metrics)
	}
	r.recorder = newRecorder(&r.clock, watch)
	if o.Metrics != nil {
		o.Metrics.bind(r) // last: from here on a scrape reads the run
	}
	return r, nil
}

// live starts everything in order, waits for the end of the run and stops everything in reverse.
func (r *run) live(ctx context.Context) error {
	err := r.startHubs()
	if err == nil {
		err = r.startProcesses()
	}
	if err != nil {
		r.stopAll()
		return err
	}
	r.clock = beginClock(r.w.Start)
	work, stop := context.WithCancel(r.ctx)
	defer stop()
	r.faults.beginFirst()
	err = r.startAll()
	var done sync.WaitGroup
	if err == nil {
		for _, task := range []func(context.Context) error{r.faults.agenda.run, r.load.keep} {
			done.Add(1)
			r.spawn(func() error {
				defer done.Done()
				return task(work)
			})
		}
		err = r.waitForEnd(ctx)
	}
	r.over.Store(true)
	close(r.ended)
	stop()
	done.Wait()
	r.stopAll()
	return err
}

// startHubs makes the hubs ready that are there from the beginning, before time begins: they are what
// the first nodes find.
func (r *run) startHubs() error {
	for _, s := range r.sites {
		if !s.outside() || s.BootAt > 0 {
			continue
		}
		if err := r.startHub(s); err != nil {
			return err
		}
	}
	return nil
}

// startAll boots the members in order; those with a later BootAt are put on the agenda.
func (r *run) startAll() error {
	for _, s := range r.sites {
		var err error
		switch {
		case s.BootAt > 0:
			r.faults.agenda.at(event.Mono(s.BootAt), func() error { return r.boot(s) })
		case s.outside():
			r.booted(s)
			r.listening(s)
		default:
			err = r.boot(s)
		}
		if err != nil {
			return err
		}
	}
	return nil
}

// waitForEnd waits until the world's length has passed, the caller wants no more, or something failed.
func (r *run) waitForEnd(ctx context.Context) error {
	var end <-chan time.Time
	if r.w.Length > 0 {
		timer := time.NewTimer(r.clock.until(event.Mono(r.w.Length)))
		defer timer.Stop()
		end = timer.C
	}
	select {
	case <-end:
		return nil
	case <-r.ctx.Done():
		return nil // the group has the error
	case <-ctx.Done():
		if r.w.Length == 0 {
			return nil
		}
		return fmt.Errorf("live run ended after %v of %v: %w", event.Duration(r.clock.now()), r.w.Length, ctx.Err())
	}
}

// stopAll stops the members in reverse order.
func (r *run) stopAll() {
	for i := len(r.sites) - 1; i >= 0; i-- {
		r.stop(r.sites[i], event.RunEnded)
	}
}

// spawn starts a goroutine that belongs to the run: the run does not end before it, and its error
// ends the run.
func (r *run) spawn(do func() error) { r.group.Go(do) }

// wait waits for a while.
func (r *run) wait(ctx context.Context, d time.Duration) error {
	if d <= 0 {
		return ctx.Err()
	}
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-timer.C:
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}

func (r *run) dialTCP(ctx context.Context, at string) (*net.TCPConn, error) {
	d := net.Dialer{Timeout: dialLimit}
	conn, err := d.DialContext(ctx, "tcp", at)
	if err != nil {
		return nil, err
	}
	return conn.(*net.TCPConn), nil
}

// dial opens a session for an end. Where the Up comes by itself, it returns neither session nor error.
func (r *run) dial(ctx context.Context, e *end) (Session, error) {
	l := r.link(e.host.site, e.peer, e.service)
	if e.service == event.Database || e.service == event.Counters && !e.peer.outside() {
		return nil, r.shared.dialPipe(ctx, l, e)
	}
	switch e.service {
	case event.Topics:
		at, _, err := r.shared.whereabouts(l)
		if err != nil {
			return nil, err
		}
		link, err := r.broker.Dial(ctx, at, e.peer.ID, e)
		if err != nil {
			return nil, err
		}
		return r.newPoster(e, link), nil
	case event.Counters:
		return r.dialCounters(ctx, l, e)
	case event.Feed:
		return r.dialFeed(ctx, l, e)
	case event.Pull:
		return r.dialPull(ctx, l, e)
	}
	return nil, fmt.Errorf("open a session to %s: there is no service %s", e.peer.ID, e.service)
}

func (r *run) result() world.Result {
	records, _ := r.recorder.counted()
	result := world.Result{
		Driver: "live", Steps: r.steps.Load(), Records: records, Ran: event.Duration(r.clock.now()),
		Hits: make([]int, len(r.w.Faults)), Load: r.load.result(),
	}
	for k := range result.Hits {
		result.Hits[k] = int(r.faults.hits[k].Load())
	}
	return result
}
