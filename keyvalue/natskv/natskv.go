// Package natskv has the key-value stores of a live run on NATS JetStream: each is an embedded
// nats-server with one bucket in memory. Nothing is kept when one stops, as with a Redis without
// persistence.
//
// JetStream's key-value store has no arithmetic, and a client that reads, adds and writes needs two round
// trips and more where a Redis needs one. So commands go to a responder beside the server, which carries
// them out one by one. Keys are written in base64, since throttle keys
// hold colons and slashes. A value is its number and, if it expires, a blank and when, in milliseconds
// since the epoch; the server's own expiry, in whole seconds, cleans up behind it.
package natskv

import (
	"context"
	"fmt"
	"net"
	"os"
	"strconv"
	"sync"
	"time"

	"github.com/nats-io/nats-server/v2/server"
	"hubsim/event"
	"hubsim/keyvalue/internal/lanes"
	"hubsim/live"
)

// The limits on waiting.
const (
	connectTimeout = 5 * time.Second // of a dial with its handshake; all is on one machine
	startTimeout   = 10 * time.Second
)

// width is how many batches of commands of a session are under way at once.
const width = 16

// bucket is the name of the one bucket.
const bucket = "counters"

// Stores runs the stores and opens sessions to them.
type Stores struct {
	work sync.WaitGroup // the goroutines of sessions

	mu       sync.Mutex
	servers  map[event.NodeID]*store
	sessions map[*lanes.Session]event.NodeID // that are not over
	closed   bool
}

var _ live.Broker = (*Stores)(nil)

// store is one server and, while it is stopped, its place.
type store struct {
	port   int            // 0: it never ran
	dir    string         // JetStream wants one, and writes nothing into it that matters
	server *server.Server // nil while stopped
	keeper keeper
}

// New makes stores of which none runs.
func New() *Stores {
	return &Stores{servers: map[event.NodeID]*store{}, sessions: map[*lanes.Session]event.NodeID{}}
}

// Start implements live.Broker. A store that runs already stays as it is.
func (b *Stores) Start(ctx context.Context, name event.NodeID) (string, error) {
	b.mu.Lock()
	defer b.mu.Unlock()
	if b.closed {
		return "", fmt.Errorf("natskv: start store %s: the stores are closed", name)
	}
	s := b.servers[name]
	if s == nil {
		s = &store{}
		b.servers[name] = s
	}
	if s.server == nil {
		if err := s.run(ctx, name); err != nil {
			s.stop()
			return "", fmt.Errorf("natskv: start store %s: %w", name, err)
		}
	}
	return s.addr(), nil
}

func (s *store) addr() string { return net.JoinHostPort("127.0.0.1", strconv.Itoa(s.port)) }

// run starts the server with an empty bucket.
func (s *store) run(ctx context.Context, name event.NodeID) (err error) {
	if s.dir, err = os.MkdirTemp("", "hubsim-kv-"); err != nil {
		return err
	}
	port := s.port
	if port == 0 {
		port = server.RANDOM_PORT
	}
	s.server, err = server.NewServer(&server.Options{
		ServerName: string(name), Host: "127.0.0.1", Port: port,
		NoLog: true, NoSigs: true, DisableShortFirstPing: true, MaxClosedClients: 1,
		JetStream: true, StoreDir: s.dir, JetStreamMaxMemory: 1 << 30, JetStreamMaxStore: 1 << 20,
	})
	if err != nil {
		return err
	}
	s.server.Start()
	if !s.server.ReadyForConnections(startTimeout) {
		return fmt.Errorf("it does not listen on %s after %v", s.addr(), startTimeout)
	}
	at, ok := s.server.Addr().(*net.TCPAddr)
	if !ok {
		return fmt.Errorf("it listens on %v, want a TCP address", s.server.Addr())
	}
	s.port = at.Port
	return s.keeper.keep(ctx, s.server)
}

func (s *store) stop() {
	s.keeper.close()
	if s.server != nil {
		s.server.Shutdown()
		s.server.WaitForShutdown()
		s.server = nil
	}
	if s.dir != "" {
		_ = os.RemoveAll(s.dir)
		s.dir = ""
	}
}

// Stop implements live.Broker.
func (b *Stores) Stop(name event.NodeID) {
	b.mu.Lock()
	defer b.mu.Unlock()
	if s := b.servers[name]; s != nil {
		s.stop()
	}
}

// Close implements live.Broker.
func (b *Stores) Close() {
	b.mu.Lock()
	b.closed = true
	var open []*lanes.Session
	for s := range b.sessions {
		open = append(open, s)
	}
	b.mu.Unlock()
	for _, s := range open {
		s.Close()
	}
	b.work.Wait()
	b.mu.Lock()
	defer b.mu.Unlock()
	for _, s := range b.servers {
		s.stop()
	}
}

// Dial implements live.Broker.
func (b *Stores) Dial(ctx context.Context, addr string, name event.NodeID, in live.Inbox) (live.Session, error) {
	c := &client{}
	if err := c.connect(ctx, addr); err != nil {
		return nil, fmt.Errorf("natskv: dial store %s at %s: %w", name, addr, err)
	}
	var s *lanes.Session
	b.mu.Lock()
	defer b.mu.Unlock()
	if b.closed {
		c.Close()
		return nil, fmt.Errorf("natskv: dial store %s: the stores are closed", name)
	}
	s = lanes.Open(c, width, in, lanes.Owner{Work: &b.work, Gone: func() {
		b.mu.Lock()
		defer b.mu.Unlock()
		delete(b.sessions, s)
	}})
	b.sessions[s] = name
	c.lost(func() { s.Down(event.Reset) })
	return s, nil
}
