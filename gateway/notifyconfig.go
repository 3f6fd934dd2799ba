package gateway

import (
	"hubsim/event"
	"hubsim/session"
)

// NotifyConfig is how a gateway tells the control planes that it is there and what it deployed:
// [apim.gateway_notification], since 4.6. The baseline is 4.2 to 4.5, so it is off unless the files say so.
type NotifyConfig struct {
	// Enabled makes the gateway register, send heartbeats and acknowledge deployments. WSO2: false here, true
	// since 4.6 (apim.gateway_notification.enabled).
	Enabled bool
	// Heartbeat is how often it says that it is there; the first comes 30 s after the start, and one that fails
	// is not repeated. WSO2: 30 s (heartbeat.notify_interval).
	Heartbeat event.Duration
	// Batch is how many acknowledgements are sent at once, BatchEvery how long one waits at most. None is sent
	// before the gateway has registered. WSO2: 100 and 2000 ms (deployment_ack.batch_size, batch_interval).
	Batch      int
	BatchEvery event.Duration
	// Threads send the batches; when Queue batches wait for them there are more threads, up to Most, and when
	// these are busy too whoever brings a batch sends it, and no other is made meanwhile. WSO2: 2, 8 and 50
	// (deployment_ack.batch_processor_min_thread, batch_processor_max_thread, batch_processor_queue_size).
	Threads, Most, Queue int
	// Retry is how a batch is repeated that failed; after the last it is lost. WSO2: 10 s × 2.0, at most
	// 3600 s, 5 times (deployment_ack.retry_duration, retry_progression_factor, max_retry_count).
	Retry session.RetryConfig
	// Register is how the registration is repeated; after the last the gateway stays unknown until its
	// consumer of topic notification is restored. WSO2: as Retry (registration.*).
	Register session.RetryConfig
}

func notifyWSO2() NotifyConfig {
	retry := session.RetryConfig{BackoffConfig: session.BackoffConfig{First: 10 * event.Second, Factor: 2, Max: event.Hour}, Times: 5}
	return NotifyConfig{
		Heartbeat: 30 * event.Second, Batch: 100, BatchEvery: 2 * event.Second,
		Threads: 2, Most: 8, Queue: 50, Retry: retry, Register: retry,
	}
}

// notifyHardened repeats for as long as it takes, in short waits that are spread over the fleet.
func notifyHardened() NotifyConfig {
	c := notifyWSO2()
	c.Retry = session.Hardened().Pull.Retry
	c.Register = c.Retry
	return c
}
