package deployment

import (
	"hubsim/controlplane"
	"hubsim/event"
	"hubsim/gateway"
	"hubsim/session"
)

// Notification is [apim.gateway_notification]: how a gateway of 4.6 tells of itself.
type Notification struct {
	Enabled   bool           `json:"enabled"`
	Beat      event.Duration `json:"notify_interval"`
	Batch     int            `json:"batch_size"`
	Every     event.Duration `json:"batch_interval"`
	Threads   int            `json:"batch_processor_min_thread"`
	Most      int            `json:"batch_processor_max_thread"`
	Queue     int            `json:"batch_processor_queue_size"`
	Ack       Again          `json:"deployment_ack"`
	Register  Again          `json:"registration"`
	Expiry    event.Duration `json:"expiry_time"`
	Retention event.Duration `json:"data_retention_period"`
}

// Again is how something is repeated that failed.
type Again struct {
	First  event.Duration `json:"retry_duration"`
	Times  int            `json:"max_retry_count"`
	Factor int            `json:"retry_progression_factor"`
}

const notification = "apim.gateway_notification."

// The sections of [apim.gateway_notification].
const (
	notifyBeat     = notification + "heartbeat."
	notifyAck      = notification + "deployment_ack."
	notifyRegister = notification + "registration."
	notifyCleanup  = notification + "cleanup."
)

// mostAcks is the largest number that these keys may give.
const mostAcks = 1 << 20

func (f *file) notification() Notification {
	return Notification{
		Enabled:   f.flag(notification + "enabled"),
		Beat:      f.duration(notifyBeat+"notify_interval", event.Second),
		Batch:     f.whole(notifyAck+"batch_size", mostAcks),
		Every:     f.duration(notifyAck+"batch_interval", event.Millisecond),
		Threads:   f.whole(notifyAck+"batch_processor_min_thread", mostAcks),
		Most:      f.whole(notifyAck+"batch_processor_max_thread", mostAcks),
		Queue:     f.whole(notifyAck+"batch_processor_queue_size", mostAcks),
		Ack:       f.again(notifyAck),
		Register:  f.again(notifyRegister),
		Expiry:    f.duration(notifyCleanup+"expiry_time", event.Second),
		Retention: f.duration(notifyCleanup+"data_retention_period", event.Second),
	}
}

func (f *file) again(section string) Again {
	return Again{
		First:  f.duration(section+"retry_duration", event.Millisecond),
		Times:  f.whole(section+"max_retry_count", mostAcks),
		Factor: f.whole(section+"retry_progression_factor", mostAcks),
	}
}

// notifyKeys is on only where a file says so: the baseline is 4.2 to 4.5.
func notifyKeys(s *Settings, g *gateway.NotifyConfig, p *controlplane.GatewaysConfig) {
	n := &s.Notification
	set(s, notification+"enabled", &g.Enabled, n.Enabled)
	set(s, notifyBeat+"notify_interval", &g.Heartbeat, n.Beat)
	set(s, notifyAck+"batch_size", &g.Batch, n.Batch)
	set(s, notifyAck+"batch_interval", &g.BatchEvery, n.Every)
	set(s, notifyAck+"batch_processor_min_thread", &g.Threads, n.Threads)
	set(s, notifyAck+"batch_processor_max_thread", &g.Most, n.Most)
	set(s, notifyAck+"batch_processor_queue_size", &g.Queue, n.Queue)
	againKeys(s, notifyAck, &g.Retry, &n.Ack)
	againKeys(s, notifyRegister, &g.Register, &n.Register)
	set(s, notifyCleanup+"expiry_time", &p.Expiry, n.Expiry)
	set(s, notifyCleanup+"data_retention_period", &p.Retention, n.Retention)
}

func againKeys(s *Settings, section string, c *session.RetryConfig, a *Again) {
	set(s, section+"retry_duration", &c.First, a.First)
	set(s, section+"max_retry_count", &c.Times, a.Times)
	set(s, section+"retry_progression_factor", &c.Factor, a.Factor)
}
