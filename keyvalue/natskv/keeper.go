package natskv

import (
	"context"
	"encoding/base64"
	"encoding/json"
	"errors"
	"strconv"
	"strings"
	"time"

	"github.com/nats-io/nats.go"
	"github.com/nats-io/nats.go/jetstream"

	"hubsim/event"
)

// The requests to a store.
const (
	commands   = "counters.do" // the subject: commands in, results out
	batchLimit = 1 << 10       // commands in one request, which the server's limit of 1 MB holds well
)

// command is an event.CounterOp in a request. Of its key JSON is to keep each byte.
type command struct {
	event.CounterOp
	Key []byte
}

// keeper carries out the commands that reach a store, beside its server and one after the other, as a
// Redis does: so an addition takes one round trip, and nobody gets in between. What waits for it is
// bounded by its clients, who have one request a lane under way (width).
type keeper struct {
	ctx  context.Context // over when the store stops
	stop context.CancelFunc
	conn *nats.Conn
	js   jetstream.JetStream
	kv   jetstream.KeyValue
}

// keep begins to carry commands out on a bucket that it makes. Close ends it, also after an error.
func (k *keeper) keep(ctx context.Context, server nats.InProcessConnProvider) (err error) {
	k.ctx, k.stop = context.WithCancel(context.Background())
	if k.conn, err = nats.Connect("", nats.InProcessServer(server)); err != nil {
		return err
	}
	if k.js, err = jetstream.New(k.conn); err != nil {
		return err
	}
	k.kv, err = k.js.CreateKeyValue(ctx, jetstream.KeyValueConfig{Bucket: bucket, Storage: jetstream.MemoryStorage, LimitMarkerTTL: time.Second})
	if err != nil {
		return err
	}
	if _, err = k.conn.Subscribe(commands, k.answer); err != nil {
		return err
	}
	return k.conn.Flush()
}

func (k *keeper) close() {
	if k.stop != nil {
		k.stop()
	}
	if k.conn != nil {
		k.conn.Close()
	}
}

// answer answers a request. One that cannot be read, or answered, stays without an answer.
func (k *keeper) answer(m *nats.Msg) {
	var asked []command
	if json.Unmarshal(m.Data, &asked) != nil {
		return
	}
	results := make([]event.CounterResult, len(asked))
	for i := range asked {
		r, err := k.do(&asked[i])
		if err != nil {
			r = event.CounterResult{}
		}
		r.ID = asked[i].ID
		results[i] = r
	}
	if data, err := json.Marshal(results); err == nil {
		_ = m.Respond(data)
	}
}

// errValue is a value that no command of ours has written, or a sum that does not fit.
var errValue = errors.New("it is no number that can be added to")

func (k *keeper) do(op *command) (event.CounterResult, error) {
	key := base64.RawURLEncoding.EncodeToString(op.Key)
	v := value{n: op.N}
	switch op.Do {
	case event.CounterGet:
		v, err := k.get(key)
		return event.CounterResult{OK: err == nil, There: v.there, N: v.n}, err
	case event.CounterSet:
		if op.Expire > 0 {
			v.gone = time.Now().Add(op.Expire).UnixMilli()
		}
	case event.CounterAdd:
		was, err := k.get(key)
		if err != nil {
			return event.CounterResult{}, err
		}
		if v.n, v.gone = was.n+op.N, was.gone; (v.n > was.n) != (op.N > 0) && op.N != 0 {
			return event.CounterResult{}, errValue
		}
	default:
		return event.CounterResult{}, errValue
	}
	err := k.put(key, v)
	return event.CounterResult{OK: err == nil, There: true, N: v.n}, err
}

// value is what a key holds.
type value struct {
	n     int64
	gone  int64 // when, in ms since the epoch; 0 is never
	there bool  // and not gone
}

func (v *value) text() string {
	text := strconv.FormatInt(v.n, 10)
	if v.gone != 0 {
		text += " " + strconv.FormatInt(v.gone, 10)
	}
	return text
}

func (k *keeper) get(key string) (v value, err error) {
	e, err := k.kv.Get(k.ctx, key)
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
	if v.gone != 0 && time.Now().UnixMilli() >= v.gone {
		return value{}, nil
	}
	v.there = true
	return v, nil
}

// put writes a value whatever was there. The server removes it some time after it has expired.
func (k *keeper) put(key string, v value) error {
	var options []jetstream.PublishOpt
	if v.gone != 0 {
		left := time.Until(time.UnixMilli(v.gone))
		options = append(options, jetstream.WithMsgTTL(left.Truncate(time.Second)+2*time.Second))
	}
	_, err := k.js.PublishMsg(k.ctx, &nats.Msg{Subject: "$KV." + bucket + "." + key, Data: []byte(v.text())}, options...)
	return err
}
