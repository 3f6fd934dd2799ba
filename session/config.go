package session

import "hubsim/event"

// Config holds the knobs of all parts. Who is there (Topic, Hubs, Groups, Servers, Self) is left empty.
type Config struct {
	Topic     TopicConfig
	Publisher PublisherConfig
	Feed      FeedConfig
	Pull      PullConfig
}

// WSO2 is what the product does out of the box.
func WSO2() Config {
	dial := DialConfig{Retries: 5, ConnectDelay: 50 * event.Millisecond, Cycles: 1, ConnectTimeout: 120 * event.Second}
	consumer := dial
	consumer.Retries = 0 // the "?&retries" of api-manager.xml.j2 without SSL
	hourly := BackoffConfig{First: 20 * event.Second, Factor: 2, Max: event.Hour}
	return Config{
		Topic: TopicConfig{
			Dial: consumer, First: hourly, Again: hourly, Grace: 5 * event.Second, HeartbeatFactor: 2,
		},
		Publisher: PublisherConfig{
			Dial: dial, Queue: 10_000, Senders: SendersConfig{Threads: 8, Most: 100, KeepAlive: 20 * event.Second, Shared: true},
			IdleClose: 3 * event.Second,
		},
		Feed: FeedConfig{
			Executor: ExecutorConfig{Threads: 200},
			Ring:     32_768, Batch: 200, AckTimeout: 30 * event.Second, ConnectTimeout: 30 * event.Second,
			Reconnect: BackoffConfig{First: 30 * event.Second, Factor: 1, Max: event.Hour},
			Probe:     ProbeConfig{Every: 10 * event.Second, Patience: 127 * event.Second},
		},
		Pull: PullConfig{
			Timeout: 30 * event.Second,
			Retry:   RetryConfig{BackoffConfig: BackoffConfig{First: 15 * event.Second, Factor: 2, Max: event.Hour}, Times: 5},
			Revoked: RetryConfig{BackoffConfig: BackoffConfig{First: 15 * event.Second, Factor: 1}, Times: 14, AnswerOnly: true},
		},
	}
}

// Hardened is what it should do: waits of at most 5 s, spread over the fleet; heartbeats; back to the
// first hub; nothing dropped while a broker is away for as long as the bounds hold.
func Hardened() Config {
	dial := DialConfig{ConnectDelay: 50 * event.Millisecond, Cycles: 1, ConnectTimeout: 2 * event.Second}
	soon := BackoffConfig{First: 500 * event.Millisecond, Factor: 2, Max: 5 * event.Second, Jitter: 30}
	return Config{
		Topic: TopicConfig{
			Dial: dial, First: soon, Again: soon, Grace: 3 * event.Second,
			Heartbeat: 10 * event.Second, HeartbeatFactor: 2, FailBack: 30 * event.Second,
		},
		Publisher: PublisherConfig{
			Dial: dial, Queue: 10_000, Store: true, Again: soon, Heartbeat: event.Second, HeartbeatFactor: 5,
		},
		Feed: FeedConfig{
			Executor: ExecutorConfig{Threads: 200, Queue: 32_768},
			Ring:     32_768, Batch: 200, AckTimeout: 10 * event.Second, ConnectTimeout: 3 * event.Second, Reconnect: soon,
			Probe: ProbeConfig{Every: 5 * event.Second, Patience: 3 * event.Second, All: true},
		},
		Pull: PullConfig{
			Timeout: 5 * event.Second, NextServer: true, Outstanding: 10_000,
			Retry:   RetryConfig{BackoffConfig: soon, Times: 10_000},
			Revoked: RetryConfig{BackoffConfig: soon, Times: 10_000},
		},
	}
}
