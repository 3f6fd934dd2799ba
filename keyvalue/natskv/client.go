package natskv

import (
	"context"
	"encoding/base64"
	"errors"
	"fmt"
	"strconv"
	"strings"
	"sync"
	"time"

	"github.com/nats-io/nats.go"
	"github.com/nats-io/nats.go/jetstream"

	"hubsim/event"
)

// answerLimit is how long a command may stay without an answer before the connection counts as broken:
// longer than any traffic manager that gives up by itself does.
const answerLimit = 2 * time.Minute

// client is one connection to a store.
type client struct {
	conn *nats.Conn
	js   jetstream.JetStream
	kv   jetstream.KeyValue

	mu     sync.Mutex
	onLost func()
	isLost bool
}

// connect returns when the server has answered.
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
	if c.js, err = jetstream.New(c.conn, jetstream.WithDefaultTimeout(answerLimit)); err == nil {
		c.kv, err = c.js.KeyValue(ctx, bucket)
	}
	if err != nil {
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

// Do implements lanes.Client.
func (c *client) Do(ctx context.Context, ops []*event.CounterOp, told func(event.CounterResult)) error {
	for _, op := range ops {
		limited, cancel := context.WithTimeout(ctx, answerLimit)
		r, err := c.do(limited, op)
		cancel()
		refused := (*jetstream.APIError)(nil)
		switch {
		case errors.As(err, &refused), errors.Is(err, errValue):
			r = event.CounterResult{}
		case err != nil:
			return fmt.Errorf("%s %s: %w", op.Do, op.Key, err)
		}
		r.ID = op.ID
		told(r)
	}
	return nil
}

// errValue is a value that no command of ours has written, or a sum that does not fit.
var errValue = errors.New("it is no number that can be added to")

func (c *client) do(ctx context.Context, op *event.CounterOp) (event.CounterResult, error) {
	key := base64.RawURLEncoding.EncodeToString([]byte(op.Key))
	switch op.Do {
	case event.CounterGet:
		v, err := c.get(ctx, key)
		return event.CounterResult{OK: err == nil, There: v.there, N: v.n}, err
	case event.CounterSet:
		v := value{n: op.N}
		if op.Expire > 0 {
			v.gone = time.Now().Add(op.Expire).UnixMilli()
		}
		err := c.put(ctx, key, v, op.Expire)
		return event.CounterResult{OK: err == nil, There: true, N: op.N}, err
	case event.CounterAdd:
		n, err := c.add(ctx, key, op.N)
		return event.CounterResult{OK: err == nil, There: true, N: n}, err
	}
	return event.CounterResult{}, errValue
}

// value is what a key holds.
type value struct {
	n        int64
	gone     int64  // when, in ms since the epoch; 0 is never
	there    bool   // and not gone
	revision uint64 // 0: nothing was ever there
}

func (v *value) text() string {
	text := strconv.FormatInt(v.n, 10)
	if v.gone != 0 {
		text += " " + strconv.FormatInt(v.gone, 10)
	}
	return text
}

func (c *client) get(ctx context.Context, key string) (v value, err error) {
	e, err := c.kv.Get(ctx, key)
	if errors.Is(err, jetstream.ErrKeyNotFound) {
		return value{}, nil
	}
	if err != nil {
		return value{}, err
	}
	number, gone, expires := strings.Cut(string(e.Value()), " ")
	if v.n, err = strconv.ParseInt(number, 10, 64); err == nil && expires {
		v.gone, err = strconv.ParseInt(gone, 10, 64)
	}
	if err != nil {
		return value{}, errValue
	}
	if v.revision = e.Revision(); v.gone != 0 && time.Now().UnixMilli() >= v.gone {
		return value{revision: v.revision}, nil
	}
	v.there = true
	return v, nil
}

// put writes a value whatever was there.
func (c *client) put(ctx context.Context, key string, v value, expire time.Duration) error {
	var options []jetstream.PublishOpt
	if expire > 0 {
		options = append(options, jetstream.WithMsgTTL(expire.Truncate(time.Second)+2*time.Second))
	}
	_, err := c.js.PublishMsg(ctx, &nats.Msg{Subject: "$KV." + bucket + "." + key, Data: []byte(v.text())}, options...)
	return err
}

// add reads, adds and writes until nobody has written in between. Whoever is beaten has made room for
// somebody else's addition, so this ends.
func (c *client) add(ctx context.Context, key string, n int64) (int64, error) {
	for {
		v, err := c.get(ctx, key)
		if err != nil {
			return 0, err
		}
		sum := v.n + n
		if (sum > v.n) != (n > 0) && n != 0 {
			return 0, errValue
		}
		v.n = sum
		if v.revision == 0 {
			_, err = c.kv.Create(ctx, key, []byte(v.text()))
		} else {
			_, err = c.kv.Update(ctx, key, []byte(v.text()), v.revision)
		}
		if err == nil {
			return sum, nil
		}
		if !beaten(err) {
			return 0, err
		}
	}
}

// beaten tells whether somebody else has written the key meanwhile.
func beaten(err error) bool {
	refused := (*jetstream.APIError)(nil)
	return errors.Is(err, jetstream.ErrKeyExists) || errors.As(err, &refused) && refused.ErrorCode == jetstream.JSErrCodeStreamWrongLastSequence
}
