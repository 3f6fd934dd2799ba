package amqp10broker

import (
	"context"
	"flag"
	"fmt"
	"net"
	"os"
	"strconv"
	"strings"
	"testing"

	"github.com/Azure/go-amqp"
	"go.uber.org/goleak"

	"hubsim/broker/brokertest"
	"hubsim/event"
	"hubsim/live"
)

// brokerURL names a broker to test against: scripts/rabbitmq.sh start prints one.
const brokerURL = "HUBSIM_AMQP10_URL"

// TestMain leaves out the tests that need a broker when there is none, and says so; where CI is set
// that is a failure.
func TestMain(m *testing.M) {
	flag.Parse()
	if os.Getenv(brokerURL) == "" {
		fmt.Printf("amqp10broker: NOT RUN: the tests against a real broker, for %s is not set; export %s=$(scripts/rabbitmq.sh start)\n", brokerURL, brokerURL)
		if os.Getenv("CI") != "" {
			os.Exit(1)
		}
		if err := flag.Set("test.skip", "^TestReal"); err != nil {
			panic(err)
		}
	}
	goleak.VerifyTestMain(m)
}

func open(t *testing.T, c Config) *Broker {
	t.Helper()
	b, err := New(c)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(b.Close)
	return b
}

// real is a configuration for the broker under test in which no other test's messages appear.
func real(t *testing.T) Config {
	c := Defaults(os.Getenv(brokerURL))
	c.Prefix += strings.NewReplacer("/", ".", " ", ".").Replace(t.Name()) + "."
	return c
}

func TestRealGolden(t *testing.T) {
	for _, folder := range []string{"../brokertest/testdata/all", "../brokertest/testdata/exact"} {
		brokertest.Run(t, folder, func(t *testing.T) brokertest.Body {
			return brokertest.Body{Broker: open(t, real(t)), Break: func(s live.Session) { s.(*session).sever() }}
		})
	}
}

// TestRealRandom runs random scripts, each under names of its own.
func TestRealRandom(t *testing.T) {
	c, runs := real(t), 0
	brokertest.Same(t, brokertest.Rabbit(), func() brokertest.Body {
		runs++
		own := c
		own.Prefix += strconv.Itoa(runs) + "."
		return brokertest.Body{Broker: open(t, own), Break: func(s live.Session) { s.(*session).sever() }}
	})
}

// TestRealStrangers holds that what others publish on our addresses is read, or counted.
func TestRealStrangers(t *testing.T) {
	c := real(t)
	b := open(t, c)
	addr, err := b.Start(t.Context(), "hub")
	if err != nil {
		t.Fatal(err)
	}
	in := make(listener, 10)
	s, err := b.Dial(t.Context(), addr, "hub", in)
	if err == nil {
		err = s.Send(0, &event.Subscribe{Topic: event.ThrottleData})
	}
	if err != nil {
		t.Fatal(err)
	}
	stranger, err := amqp.Dial(t.Context(), c.URL, nil)
	if err != nil {
		t.Fatal(err)
	}
	defer stranger.Close()
	links, err := stranger.NewSession(t.Context(), nil)
	if err != nil {
		t.Fatal(err)
	}
	sender, err := links.NewSender(t.Context(), c.address("hub", string(event.ThrottleData)), nil)
	if err != nil {
		t.Fatal(err)
	}
	text, err := event.AppendPayload(nil, &event.Decision{Key: "k"})
	if err != nil {
		t.Fatal(err)
	}
	for _, m := range []*amqp.Message{amqp.NewMessage([]byte("{")), {Value: "text"}, {Value: string(text)}, amqp.NewMessage(text)} {
		if err := sender.Send(t.Context(), m, nil); err != nil {
			t.Fatal(err)
		}
	}
	for range 2 {
		if u, ok := (<-in).(*event.Publish).Body.(*event.Unreadable); !ok || u.Reason() != event.Malformed {
			t.Errorf("heard %v, want what could not be read", u)
		}
	}
	for range 2 {
		if d, ok := (<-in).(*event.Publish).Body.(*event.Decision); !ok || d.Key != "k" {
			t.Errorf("heard %v, want the decision", d)
		}
	}
	if got := b.Malformed(); got != 2 {
		t.Errorf("%d malformed, want 2", got)
	}
}

// listener is an Inbox that hands on what it hears.
type listener chan event.Message

func (l listener) Received(_ uint64, m event.Message) { l <- m }
func (l listener) Down(event.Reason)                  {}

// deaf is an Inbox that does not mind.
type deaf struct{}

func (deaf) Received(uint64, event.Message) {}
func (deaf) Down(event.Reason)              {}

func TestRealBadLogin(t *testing.T) {
	c := real(t)
	c.URL = strings.Replace(c.URL, "guest:guest", "guest:wrong", 1)
	_, err := open(t, c).Start(t.Context(), "hub")
	if err == nil || strings.Contains(err.Error(), "wrong") {
		t.Errorf("a wrong password: %v, want an error that does not tell it", err)
	}
}

// TestRealVirtualHost asks RabbitMQ's way for the virtual host that there is, and for one that is not.
func TestRealVirtualHost(t *testing.T) {
	for host, there := range map[string]bool{"vhost:/": true, "vhost:/nowhere": false} {
		c := real(t)
		c.HostName = host
		if _, err := open(t, c).Start(t.Context(), "hub"); (err == nil) != there {
			t.Errorf("host %q: %v", host, err)
		}
	}
}

func TestBadURL(t *testing.T) {
	for _, row := range []struct{ url, want string }{
		{"http://user:secret@host", `scheme "http", want amqp or amqps`},
		{"amqp://", "names no host"},
		{"://secret", "it is not one"},
		{"", `scheme "", want amqp or amqps`},
	} {
		_, err := New(Defaults(row.url))
		if err == nil || !strings.Contains(err.Error(), row.want) || strings.Contains(err.Error(), "secret") {
			t.Errorf("New(%q): %v, want one with %q", row.url, err, row.want)
		}
	}
}

func TestTarget(t *testing.T) {
	for _, row := range []struct {
		url  string
		want target
	}{
		{"amqp://host", target{addr: "host:5672", host: "host"}},
		{"amqps://me:pw@host", target{addr: "host:5671", host: "host", secure: true, user: "me", password: "pw"}},
		{"amqp://me@[::1]:99", target{addr: "[::1]:99", host: "::1", user: "me"}},
	} {
		if b := open(t, Defaults(row.url)); b.target != row.want {
			t.Errorf("%s: %+v, want %+v", row.url, b.target, row.want)
		}
	}
}

// TestNobodyThere holds that Start and Dial fail, and say where they went, when nobody listens or
// what listens does not speak.
func TestNobodyThere(t *testing.T) {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	addr := l.Addr().String()
	b := open(t, Defaults("amqp://"+addr))

	ctx, cancel := context.WithCancel(t.Context())
	accepted := make(chan net.Conn, 1)
	go func() {
		conn, _ := l.Accept()
		accepted <- conn
		cancel()
	}()
	if _, err := b.Start(ctx, "hub"); err == nil || !strings.Contains(err.Error(), addr) {
		t.Errorf("start at a broker that says nothing: %v, want an error with its address", err)
	}
	(<-accepted).Close()
	l.Close()
	if _, err := b.Start(t.Context(), "hub"); err == nil || !strings.Contains(err.Error(), addr) {
		t.Errorf("start where nobody listens: %v, want an error with the address", err)
	}
	if _, err := b.Dial(t.Context(), addr, "hub", deaf{}); err == nil {
		t.Error("dial a hub that was not started: no error")
	}
}

// TestRealMap holds that a cache invalidation crosses a broker as a map.
func TestRealMap(t *testing.T) {
	b := open(t, real(t))
	addr, err := b.Start(t.Context(), "hub")
	if err != nil {
		t.Fatal(err)
	}
	in := make(listener, 10)
	s, err := b.Dial(t.Context(), addr, "hub", in)
	if err == nil {
		err = s.Send(0, &event.Subscribe{Topic: event.GlobalCacheInvalidation})
	}
	told := &event.GlobalCacheInvalidated{Manager: "API_MANAGER_CACHE", Cache: "scopesCache", Key: "k", Tenant: event.Super, TenantID: -1234, Domain: "default", Node: "cp-1"}
	if err == nil {
		err = s.Send(7, &event.Publish{Topic: event.GlobalCacheInvalidation, Body: told})
	}
	if err != nil {
		t.Fatal(err)
	}
	if got := (<-in).(*event.Publish).Body.(*event.GlobalCacheInvalidated); *got != *told {
		t.Errorf("heard %+v, want %+v", got, told)
	}
}
