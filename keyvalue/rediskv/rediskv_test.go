package rediskv

import (
	"context"
	"flag"
	"fmt"
	"net"
	"os"
	"strings"
	"testing"

	"go.uber.org/goleak"

	"hubsim/event"
	"hubsim/keyvalue/kvtest"
	"hubsim/live"
)

// redisURL names a Redis to test against: scripts/redis.sh start prints one.
const redisURL = "HUBSIM_REDIS_URL"

// TestMain leaves out the tests that need a Redis when there is none, and says so; where CI is set that
// is a failure.
func TestMain(m *testing.M) {
	flag.Parse()
	if os.Getenv(redisURL) == "" {
		fmt.Printf("rediskv: NOT RUN: the tests against a real Redis, for %s is not set; export %s=$(scripts/redis.sh start)\n", redisURL, redisURL)
		if os.Getenv("CI") != "" {
			os.Exit(1)
		}
		if err := flag.Set("test.skip", "^TestReal"); err != nil {
			panic(err)
		}
	}
	goleak.VerifyTestMain(m)
}

func open(t *testing.T, url string) *Stores {
	t.Helper()
	b, err := New(url)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(b.Close)
	return b
}

func TestRealGolden(t *testing.T) {
	kvtest.Run(t, "../kvtest/testdata", func(t *testing.T) live.Broker { return open(t, os.Getenv(redisURL)) })
}

// TestRealLeftovers expects a store that starts to be empty of counters, and what is no counter to stay.
func TestRealLeftovers(t *testing.T) {
	ctx := context.Background()
	b := open(t, os.Getenv(redisURL))
	c := b.open(b.options.Addr, "")
	defer c.Close()
	c.redis.FlushDB(ctx)
	for i := range 3 * swept / 2 {
		c.redis.Set(ctx, fmt.Sprintf("wso2_throttler:%d::", i), 7, 0)
	}
	c.redis.Set(ctx, "somebody-elses", 7, 0)
	defer c.redis.Del(ctx, "somebody-elses")
	if _, err := b.Start(ctx, "kv"); err != nil {
		t.Fatal(err)
	}
	if left := c.redis.Keys(ctx, "*").Val(); len(left) != 1 || left[0] != "somebody-elses" {
		t.Errorf("%d keys are left: %.100v", len(left), left)
	}
}

// TestRealSilence expects a session to a Redis that says nothing more to be closed without a wait.
func TestRealSilence(t *testing.T) {
	b := open(t, os.Getenv(redisURL))
	if _, err := b.Start(context.Background(), "kv"); err != nil {
		t.Fatal(err)
	}
	relay := hole(t, b.options.Addr)
	in := make(inbox, 1)
	s, err := b.Dial(context.Background(), relay.Addr().String(), "kv", in)
	if err != nil {
		t.Fatal(err)
	}
	if err := s.Send(1, &event.CounterOp{ID: 1, Do: event.CounterAdd, Key: "wso2_throttler:silent", N: 1}); err != nil {
		t.Fatal(err)
	}
	s.Close()
	b.Close()
	if len(in) > 0 {
		t.Errorf("a closed session heard %v", <-in)
	}
}

// inbox is told what comes.
type inbox chan any

// Received implements live.Inbox.
func (c inbox) Received(_ uint64, m event.Message) { c <- m }

// Down implements live.Inbox.
func (c inbox) Down(why event.Reason) { c <- why }

// hole passes a connection's exchanges on until one is about a silent key, and swallows the rest.
func hole(t *testing.T, to string) net.Listener {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { l.Close() })
	go func() {
		near, err := l.Accept()
		if err != nil {
			return
		}
		defer near.Close()
		far, err := net.Dial("tcp", to)
		if err != nil {
			return
		}
		defer far.Close()
		buf := make([]byte, 4096)
		for {
			n, err := near.Read(buf)
			if err != nil {
				return
			}
			if strings.Contains(string(buf[:n]), "silent") {
				continue
			}
			far.Write(buf[:n])
			if n, err = far.Read(buf); err != nil {
				return
			}
			near.Write(buf[:n])
		}
	}()
	return l
}

func TestNobodyThere(t *testing.T) {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	l.Close()
	b := open(t, "redis://:secret@"+l.Addr().String())
	_, err = b.Start(context.Background(), "kv")
	if err == nil || !strings.Contains(err.Error(), "refused") || !strings.Contains(err.Error(), "hint: ") || strings.Contains(err.Error(), "secret") {
		t.Errorf("%v: want that it was refused, a hint, and no password", err)
	}
}

func TestURLs(t *testing.T) {
	for url, fits := range map[string]bool{
		"redis://localhost:6379": true, "redis://user:pa%20ss@localhost:6379/3": true, "rediss://localhost:6379": true,
		"": false, "localhost:6379": false, "http://localhost:6379": false, "redis://localhost:6379/many": false,
		"unix:///run/redis.sock": false, "redis://:secret@local host": false,
	} {
		b, err := New(url)
		if (err == nil) != fits || err != nil && strings.Contains(err.Error(), "secret") {
			t.Errorf("%s: %v", url, err)
		}
		if b != nil {
			b.Close()
		}
	}
}
