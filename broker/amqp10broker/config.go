package amqp10broker

import (
	"crypto/tls"
	"fmt"
	"net"
	"net/url"

	"github.com/Azure/go-amqp"

	"hubsim/event"
)

// Config holds the knobs of the sessions. None is the product's: its broker speaks AMQP 0-9-1. Start
// from Defaults.
type Config struct {
	// URL is where the broker is: amqp://user:password@host:port, or amqps. Without a user the login
	// is anonymous; without a port it is 5672, or 5671.
	URL string
	// HostName is what the session says in its Open that it wants to reach; "" is the host of URL.
	// RabbitMQ takes "vhost:/carbon" for its virtual host /carbon.
	HostName string
	// Prefix stands before hub and topic in an address.
	Prefix string
	// Credit is how many messages the broker may send ahead on a subscription. What is beyond it
	// waits at the broker, by the broker's own rules.
	Credit int
	// ConnectTimeout bounds Dial, and the attaching of a link for a topic.
	ConnectTimeout event.Duration
	// SendTimeout bounds a Send that the broker gives no credit for or does not read.
	SendTimeout event.Duration
	// IdleTimeout is the longest silence; the broker is asked to break it before. Then the session is
	// down.
	IdleTimeout event.Duration
	// MaxMessage is the longest message in bytes; a longer one ends the session.
	MaxMessage int
	// TLS is used with amqps; nil trusts the system's authorities.
	TLS *tls.Config
}

// Defaults returns a configuration for RabbitMQ's plugin rabbitmq_amqp1_0: /topic/KEY is its exchange
// amq.topic. The idle timeout is go-amqp's.
func Defaults(url string) Config {
	return Config{
		URL:            url,
		Prefix:         "/topic/",
		Credit:         1000,
		ConnectTimeout: 10 * event.Second,
		SendTimeout:    10 * event.Second,
		IdleTimeout:    event.Minute,
		MaxMessage:     1 << 20,
	}
}

// target is what URL says. It prints without the password.
type target struct {
	addr     string // host:port
	host     string
	secure   bool
	user     string
	password string
}

func (c *Config) target() (target, error) {
	u, err := url.Parse(c.URL)
	if err != nil {
		return target{}, fmt.Errorf("amqp10broker: read the broker's URL: it is not one (want amqp://user:password@host:port)")
	}
	ports := map[string]string{"amqp": "5672", "amqps": "5671"}
	port, known := ports[u.Scheme]
	switch {
	case !known:
		return target{}, fmt.Errorf("amqp10broker: read the broker's URL %s: scheme %q, want amqp or amqps", u.Redacted(), u.Scheme)
	case u.Hostname() == "":
		return target{}, fmt.Errorf("amqp10broker: read the broker's URL %s: it names no host", u.Redacted())
	case u.Port() != "":
		port = u.Port()
	}
	t := target{addr: net.JoinHostPort(u.Hostname(), port), host: u.Hostname(), secure: u.Scheme == "amqps", user: u.User.Username()}
	t.password, _ = u.User.Password()
	return t, nil
}

// options are those of a connection.
func (c *Config) options(t target) *amqp.ConnOptions {
	o := &amqp.ConnOptions{HostName: c.HostName, IdleTimeout: c.IdleTimeout, WriteTimeout: c.SendTimeout, SASLType: amqp.SASLTypeAnonymous()}
	if o.HostName == "" {
		o.HostName = t.host
	}
	if t.user != "" {
		o.SASLType = amqp.SASLTypePlain(t.user, t.password)
	}
	return o
}

// security is the TLS configuration for the target.
func (c *Config) security(t target) *tls.Config {
	security := &tls.Config{MinVersion: tls.VersionTLS12}
	if c.TLS != nil {
		security = c.TLS.Clone()
	}
	if security.ServerName == "" {
		security.ServerName = t.host
	}
	return security
}

// address is where a topic of a hub is on the broker.
func (c *Config) address(hub event.NodeID, topic string) string {
	return c.Prefix + string(hub) + "." + topic
}
