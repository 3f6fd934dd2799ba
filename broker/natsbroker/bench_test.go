package natsbroker

import (
	"fmt"
	"testing"

	"hubsim/event"
)

// counter is an Inbox that counts to a number.
type counter struct {
	left int
	done chan struct{}
}

// Received implements live.Inbox.
func (c *counter) Received(uint64, event.Message) {
	if c.left--; c.left == 0 {
		c.done <- struct{}{}
	}
}

// Down implements live.Inbox.
func (c *counter) Down(event.Reason) {}

// fan connects subscribers of topic throttleData, each waiting for n messages, and a publisher.
func fan(b *testing.B, subscribers, n int) (s *session, done chan struct{}) {
	b.Helper()
	broker, addr := running(b)
	done = make(chan struct{}, subscribers)
	for range subscribers {
		sub, err := broker.Dial(b.Context(), addr, "hub", &counter{left: n, done: done})
		if err == nil {
			err = sub.Send(0, &event.Subscribe{Topic: event.ThrottleData})
		}
		if err != nil {
			b.Fatal(err)
		}
	}
	return dial(b, broker, addr, listen()), done
}

// BenchmarkFanOut publishes decisions as fast as they go, over TCP, until all subscribers have all.
func BenchmarkFanOut(b *testing.B) {
	for _, subscribers := range []int{1, 10, 100} {
		b.Run(fmt.Sprintf("subscribers=%d", subscribers), func(b *testing.B) {
			s, done := fan(b, subscribers, b.N)
			b.ReportAllocs()
			b.ResetTimer()
			for i := range b.N {
				if err := s.Send(uint64(i+1), decision("7:/pizza/1.0.0:1.0.0:Gold")); err != nil {
					b.Fatal(err)
				}
			}
			for range subscribers {
				<-done
			}
			b.ReportMetric(float64(b.N*subscribers)/b.Elapsed().Seconds(), "copies/s")
		})
	}
}

// BenchmarkLatency publishes the next decision when all subscribers have the last: no queue anywhere.
func BenchmarkLatency(b *testing.B) {
	for _, subscribers := range []int{1, 10} {
		b.Run(fmt.Sprintf("subscribers=%d", subscribers), func(b *testing.B) {
			broker, addr := running(b)
			ears := make([]*heard, subscribers)
			for i := range ears {
				ears[i] = listen()
				if err := dial(b, broker, addr, ears[i]).Send(0, &event.Subscribe{Topic: event.ThrottleData}); err != nil {
					b.Fatal(err)
				}
			}
			s := dial(b, broker, addr, listen())
			b.ResetTimer()
			for i := range b.N {
				if err := s.Send(uint64(i+1), decision("k")); err != nil {
					b.Fatal(err)
				}
				for _, e := range ears {
					<-e.published
				}
			}
		})
	}
}

// BenchmarkRestart is a hub's death and return with ten subscribers.
func BenchmarkRestart(b *testing.B) {
	broker, addr := running(b)
	for b.Loop() {
		ears := make([]*heard, 10)
		for i := range ears {
			ears[i] = listen()
			dial(b, broker, addr, ears[i])
		}
		broker.Stop("hub")
		for _, e := range ears {
			<-e.down
		}
		if _, err := broker.Start(b.Context(), "hub"); err != nil {
			b.Fatal(err)
		}
	}
}
