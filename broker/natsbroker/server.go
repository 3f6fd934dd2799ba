package natsbroker

import (
	"context"
	"errors"
	"fmt"
	"net"
	"strconv"
	"time"

	"github.com/nats-io/nats-server/v2/server"

	"hubsim/event"
)

// hub is the nats-server of one hub node and, while it is stopped, its place.
type hub struct {
	name   event.NodeID
	addr   string
	port   int
	hold   *hold                    // nil in process
	server *server.Server           // nil while stopped
	pipe   func() (net.Conn, error) // opens a connection in process; the server's InProcessConn
	cut    uint64                   // slow consumers that servers before this one cut
}

// place finds the address that a hub keeps.
func (b *Broker) place(name event.NodeID) (*hub, error) {
	if b.config.InProcess {
		return &hub{name: name, addr: "in-process"}, nil
	}
	hold, port, err := holdPort()
	if err != nil {
		return nil, err
	}
	return &hub{name: name, addr: net.JoinHostPort("127.0.0.1", strconv.Itoa(port)), port: port, hold: &hold}, nil
}

// options are those of a server: no logs, no signals, no persistence, nothing but the one listener.
func (b *Broker) options(h *hub) *server.Options {
	return &server.Options{
		ServerName:            string(h.name),
		Host:                  "127.0.0.1",
		Port:                  h.port,
		DontListen:            b.config.InProcess,
		NoLog:                 true,
		NoSigs:                true,
		NoSystemAccount:       true,
		DisableShortFirstPing: true,
		MaxConn:               b.config.MaxSessions,
		MaxPending:            int64(b.config.HubPendingBytes),
		MaxClosedClients:      1,
		WriteDeadline:         b.config.WriteTimeout,
		PingInterval:          b.config.PingInterval,
		MaxPingsOut:           b.config.PingsMissed,
	}
}

// run starts the hub's server. The server's Start returns with the listener in place, so there is
// nothing to wait for.
func (h *hub) run(o *server.Options) error {
	s, err := server.NewServer(o)
	if err != nil {
		return err
	}
	s.Start()
	if !o.DontListen && s.Addr() == nil {
		s.Shutdown()
		return fmt.Errorf("it does not listen on %s", h.addr)
	}
	h.server, h.pipe = s, s.InProcessConn
	return nil
}

// stop ends the server at once and returns when nothing of it is left.
func (h *hub) stop() {
	if h.server == nil {
		return
	}
	h.server.Shutdown()
	h.cut += uint64(h.server.NumSlowConsumers())
	h.server = nil
}

var errStopped = errors.New("the hub is not running")

// dialer makes the connections of one Dial. It is nats.CustomDialer.
type dialer struct {
	ctx  context.Context
	pipe func() (net.Conn, error) // in process only
	wrap func(net.Conn) net.Conn
	stop func() bool
}

// Dial implements nats.CustomDialer. The end of ctx also ends the handshake that follows.
func (d *dialer) Dial(network, addr string) (net.Conn, error) {
	conn, err := d.open(network, addr)
	if err != nil {
		return nil, err
	}
	d.stop = context.AfterFunc(d.ctx, func() { _ = conn.SetDeadline(time.Unix(1, 0)) })
	return d.wrap(conn), nil
}

func (d *dialer) open(network, addr string) (net.Conn, error) {
	if d.pipe != nil {
		return d.pipe()
	}
	return new(net.Dialer).DialContext(d.ctx, network, addr)
}
