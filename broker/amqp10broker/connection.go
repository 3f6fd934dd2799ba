package amqp10broker

import (
	"context"
	"crypto/tls"
	"net"

	"github.com/Azure/go-amqp"

	"hubsim/broker/internal/port"
)

// connection is a connection to the broker, logged in, with one AMQP session on it.
type connection struct {
	line  *port.Line
	conn  *amqp.Conn
	links *amqp.Session
}

// connect opens a connection. RabbitMQ looks at the virtual host only when the AMQP session begins.
func (b *Broker) connect(ctx context.Context, addr string) (connection, error) {
	raw, err := new(net.Dialer).DialContext(ctx, "tcp", addr)
	if err != nil {
		return connection{}, err
	}
	if b.target.secure {
		raw = tls.Client(raw, b.config.security(b.target))
	}
	c := connection{line: &port.Line{Conn: raw}}
	if c.conn, err = amqp.NewConn(ctx, c.line, b.config.options(b.target)); err != nil {
		_ = raw.Close()
		return connection{}, err
	}
	if c.links, err = c.conn.NewSession(ctx, nil); err != nil {
		c.hangUp()
		return connection{}, err
	}
	return c, nil
}

// hangUp ends the connection properly, but not for long.
func (c *connection) hangUp() {
	c.line.Hurry()
	_ = c.conn.Close()
}

// sever breaks the connection; watch then tells that the session is down.
func (c *connection) sever() { _ = c.line.Conn.Close() }
