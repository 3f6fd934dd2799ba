// Package rediskv has the key-value stores of a live run on a Redis (or Valkey) that somebody else runs:
// what the product's traffic managers speak to. Keys have the product's names, so that its own nodes may
// share counters with stand-ins; with several stores in one run each but the first has its name before
// its keys.
//
// A store that starts is empty: keys of the product's counters that are there, wso2_throttler:*, are
// removed. Give it a Redis, or a database of one, of its own.
package rediskv

import (
	"context"
	"errors"
	"fmt"
	"net"
	"sync"
	"time"

	"github.com/redis/go-redis/v9"
	"github.com/redis/go-redis/v9/maintnotifications"

	"hubsim/event"
	"hubsim/keyvalue/internal/lanes"
	"hubsim/live"
)

// connectTimeout bounds a dial, log-in included.
const connectTimeout = 5 * time.Second

// swept is how many keys are removed with one command.
const swept = 1000

// Stores has the stores on one Redis and opens sessions to it.
type Stores struct {
	options redis.Options
	work    sync.WaitGroup // the goroutines of sessions

	mu       sync.Mutex
	prefixes map[event.NodeID]string
	running  map[event.NodeID]bool
	sessions map[*lanes.Session]event.NodeID // that are not over
	closed   bool
}

var _ live.Broker = (*Stores)(nil)

// quiet keeps go-redis from writing to standard error: what goes wrong is returned, or told to an Inbox.
var quiet = sync.OnceFunc(func() { redis.SetLogger(silence{}) })

// silence is a logger of go-redis.
type silence struct{}

// Printf drops what it is told.
func (silence) Printf(context.Context, string, ...any) {}

// New reads the URL, redis://[USER:PASSWORD@]HOST:PORT[/DATABASE] or rediss:// for TLS; it does not ask
// the Redis.
func New(url string) (*Stores, error) {
	quiet()
	o, err := redis.ParseURL(url)
	if err != nil {
		return nil, errors.New("this is no redis://[USER:PASSWORD@]HOST:PORT[/DATABASE]") // err may tell the password
	}
	if o.Network != "tcp" {
		return nil, fmt.Errorf("a Redis at a %s socket cannot be reached through the links of a run; write redis://HOST:PORT", o.Network)
	}
	o.MaxRetries = -1                    // an addition whose fate is unknown is the traffic manager's business
	o.PoolSize, o.MaxActiveConns = 10, 1 // a pool that fails as often as it is large goes on dialing after its end
	o.DialTimeout, o.ReadTimeout, o.WriteTimeout = connectTimeout, -1, -1
	o.DialerRetries = 1
	o.ContextTimeoutEnabled = true
	o.DisableIdentity, o.Protocol = true, 2
	o.MaintNotificationsConfig = &maintnotifications.Config{Mode: maintnotifications.ModeDisabled}
	return &Stores{options: *o, prefixes: map[event.NodeID]string{}, running: map[event.NodeID]bool{}, sessions: map[*lanes.Session]event.NodeID{}}, nil
}

// Start implements live.Broker. It returns the Redis's address when somebody there has answered, with the
// store empty.
func (b *Stores) Start(ctx context.Context, name event.NodeID) (string, error) {
	b.mu.Lock()
	defer b.mu.Unlock()
	if b.closed {
		return "", fmt.Errorf("rediskv: start store %s: the stores are closed", name)
	}
	if b.running[name] {
		return b.options.Addr, nil
	}
	prefix, known := b.prefixes[name]
	if !known && len(b.prefixes) > 0 {
		prefix = string(name) + "/"
	}
	c := b.open(b.options.Addr, prefix)
	defer c.Close()
	if err := c.sweep(ctx); err != nil {
		return "", fmt.Errorf("rediskv: start store %s at %s: %w\nhint: is a Redis running there, and do its user, password and database fit? redis-cli -h HOST -p PORT ping asks it", name, b.options.Addr, plain(err))
	}
	b.prefixes[name], b.running[name] = prefix, true
	return b.options.Addr, nil
}

// open makes a client for an address, the Redis's own or a relay's. It does not connect yet.
func (b *Stores) open(addr, prefix string) *client {
	o := b.options
	o.Addr = addr
	return &client{redis: redis.NewClient(&o), prefix: prefix}
}

// Stop implements live.Broker: it breaks the sessions that were dialed to the store. What is in it is
// forgotten when it starts again.
func (b *Stores) Stop(name event.NodeID) {
	b.mu.Lock()
	delete(b.running, name)
	var of []*lanes.Session
	for s, store := range b.sessions {
		if store == name {
			of = append(of, s)
		}
	}
	b.mu.Unlock()
	for _, s := range of {
		s.Down(event.Reset)
	}
}

// Close implements live.Broker.
func (b *Stores) Close() {
	b.mu.Lock()
	b.closed = true
	clear(b.running)
	var open []*lanes.Session
	for s := range b.sessions {
		open = append(open, s)
	}
	b.mu.Unlock()
	for _, s := range open {
		s.Close()
	}
	b.work.Wait()
}

// Dial implements live.Broker. It returns when the Redis has answered.
func (b *Stores) Dial(ctx context.Context, addr string, name event.NodeID, in live.Inbox) (live.Session, error) {
	b.mu.Lock()
	prefix, running := b.prefixes[name], b.running[name]
	b.mu.Unlock()
	if !running {
		return nil, fmt.Errorf("rediskv: dial store %s: %w", name, net.ErrClosed)
	}
	c := b.open(addr, prefix)
	ctx, cancel := context.WithTimeout(ctx, connectTimeout)
	defer cancel()
	if err := c.redis.Ping(ctx).Err(); err != nil {
		c.Close()
		return nil, fmt.Errorf("rediskv: dial store %s at %s: %w", name, addr, plain(err))
	}
	b.mu.Lock()
	defer b.mu.Unlock()
	if !b.running[name] {
		c.Close()
		return nil, fmt.Errorf("rediskv: dial store %s: %w", name, net.ErrClosed)
	}
	var s *lanes.Session
	s = lanes.Open(c, 1, in, lanes.Owner{Work: &b.work, Gone: func() {
		b.mu.Lock()
		defer b.mu.Unlock()
		delete(b.sessions, s)
	}})
	b.sessions[s] = name
	return s, nil
}

// plain is an error without what go-redis puts around it.
func plain(err error) error {
	if op := (*net.OpError)(nil); errors.As(err, &op) {
		return op
	}
	return err
}
