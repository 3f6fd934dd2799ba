package rediskv

import (
	"context"
	"errors"

	"github.com/redis/go-redis/v9"

	"hubsim/event"
)

// client is one connection to a Redis.
type client struct {
	redis  *redis.Client
	prefix string // before every key
}

// Close implements lanes.Client. An error here is about a connection that is no more.
func (c *client) Close() { _ = c.redis.Close() }

// Do implements lanes.Client: all commands leave at once, and the answers come back in order.
func (c *client) Do(ctx context.Context, ops []*event.CounterOp, told func(event.CounterResult)) error {
	pipe, answers := c.redis.Pipeline(), make([]redis.Cmder, len(ops))
	for i, op := range ops {
		answers[i] = c.command(ctx, pipe, op)
	}
	if _, err := pipe.Exec(ctx); err != nil && !answered(err) {
		return err
	}
	for i, op := range ops {
		r := result(op, answers[i])
		r.ID = op.ID
		told(r)
	}
	return nil
}

// command puts one command into the pipe; what is none asks for nothing.
func (c *client) command(ctx context.Context, pipe redis.Pipeliner, op *event.CounterOp) redis.Cmder {
	key := c.prefix + op.Key
	switch op.Do {
	case event.CounterGet:
		return pipe.Get(ctx, key)
	case event.CounterSet:
		return pipe.Set(ctx, key, op.N, op.Expire)
	case event.CounterAdd:
		if op.N < 0 && op.N != -op.N {
			return pipe.DecrBy(ctx, key, -op.N)
		}
		return pipe.IncrBy(ctx, key, op.N)
	}
	return pipe.Echo(ctx, "")
}

// answered tells whether an error is an answer of the Redis, not one of the connection.
func answered(err error) bool {
	said := redis.Error(nil)
	return errors.Is(err, redis.Nil) || errors.As(err, &said)
}

// result reads an answer.
func result(op *event.CounterOp, answer redis.Cmder) event.CounterResult {
	r := event.CounterResult{OK: true, There: true}
	var err error
	switch cmd := answer.(type) {
	case *redis.StringCmd:
		if op.Do != event.CounterGet {
			return event.CounterResult{}
		}
		if r.N, err = cmd.Int64(); errors.Is(err, redis.Nil) {
			return event.CounterResult{OK: true}
		}
	case *redis.IntCmd:
		r.N, err = cmd.Result()
	default:
		r.N, err = op.N, cmd.Err()
	}
	if err != nil {
		return event.CounterResult{}
	}
	return r
}

// sweep removes the counters that earlier runs, or a product, have left.
func (c *client) sweep(ctx context.Context) error {
	all := c.redis.Scan(ctx, 0, c.prefix+"wso2_throttler:*", swept).Iterator()
	var keys []string
	for all.Next(ctx) {
		keys = append(keys, all.Val())
	}
	if err := all.Err(); err != nil {
		return err
	}
	for len(keys) > 0 {
		n := min(swept, len(keys))
		if err := c.redis.Unlink(ctx, keys[:n]...).Err(); err != nil {
			return err
		}
		keys = keys[n:]
	}
	return nil
}
