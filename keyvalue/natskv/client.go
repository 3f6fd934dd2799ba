package natskv

import (
	"context"
	"encoding/json"
	"fmt"
	"slices"
	"sync"
	"time"

	"github.com/nats-io/nats.go"

	"hubsim/event"
)

// answerLimit is how long a command may stay without an answer before the connection counts as broken:
// longer than any traffic manager that gives up by itself does.
const answerLimit = 2 * time.Minute

// client is one connection to a store.
type client struct {
	conn *nats.Conn

	mu     sync.Mutex
	onLost func()
	isLost bool
}

// connect returns when the store has answered.
func (c *client) connect(ctx context.Context, addr string) (err error) {
	timeout := connectTimeout
	if until, set := ctx.Deadline(); set {
		timeout = min(timeout, time.Until(until))
	}
	c.conn, err = nats.Options{
		Url: "nats://" + addr, SkipHostLookup: true, IgnoreDiscoveredServers: true, AllowReconnect: false,
		NoCallbacksAfterClientClose: true, Timeout: timeout, FlusherTimeout: answerLimit,
		PingInterval: answerLimit, MaxPingsOut: 1,
		ClosedCB: func(*nats.Conn) { c.gone() },
	}.Connect()
	if err != nil {
		return err
	}
	limited, cancel := context.WithTimeout(ctx, timeout)
	defer cancel()
	if _, err = c.ask(limited, nil); err != nil {
		c.conn.Close()
	}
	return err
}

// gone hears that the connection is there no more.
func (c *client) gone() {
	c.mu.Lock()
	c.isLost = true
	tell := c.onLost
	c.mu.Unlock()
	if tell != nil {
		tell()
	}
}

// lost calls tell when the connection is lost, from a goroutine of its own.
func (c *client) lost(tell func()) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.onLost = tell
	if c.isLost {
		go tell()
	}
}

// Close implements lanes.Client.
func (c *client) Close() { c.conn.Close() }

// Do implements lanes.Client: all commands leave at once, and the answers come back in order.
func (c *client) Do(ctx context.Context, ops []*event.CounterOp, told func(event.CounterResult)) error {
	for some := range slices.Chunk(ops, batchLimit) {
		results, err := c.ask(ctx, some)
		if err != nil {
			return fmt.Errorf("%d commands, the first %s %s: %w", len(some), some[0].Do, some[0].Key, err)
		}
		for _, r := range results {
			told(r)
		}
	}
	return nil
}

// ask has commands carried out, and returns a result of each.
func (c *client) ask(ctx context.Context, ops []*event.CounterOp) (results []event.CounterResult, err error) {
	ctx, cancel := context.WithTimeout(ctx, answerLimit)
	defer cancel()
	asked := make([]command, len(ops))
	for i, op := range ops {
		asked[i] = command{*op, []byte(op.Key)}
	}
	question, err := json.Marshal(asked)
	if err != nil {
		return nil, err
	}
	m, err := c.conn.RequestWithContext(ctx, commands, question)
	if err != nil {
		return nil, err
	}
	if err = json.Unmarshal(m.Data, &results); err == nil && len(results) != len(ops) {
		err = fmt.Errorf("%d results, want %d", len(results), len(ops))
	}
	return results, err
}
