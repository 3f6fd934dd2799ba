package brokertest

import (
	"reflect"
	"strconv"

	"hubsim/event"
)

// firstBarrier is the first number of a barrier; the numbers of scripts are below.
const firstBarrier = 1_000_000_000

// carried tells whether messages travel on a topic; elsewhere real brokers' sessions cannot read them.
func carried(t event.Topic) bool {
	switch t {
	case event.ThrottleData, event.TokenRevocation, event.NotificationTopic, event.KeyManagerTopic, event.AsyncWebhooksData:
		return true
	}
	return false
}

// message makes message number n as its topic carries it. Every field that travels is set, so that
// one lost on the way shows.
func message(t event.Topic, n uint64) event.Message {
	id := strconv.FormatUint(n, 10)
	at := event.Wall(1_700_000_000_000 + n)
	switch t {
	case event.TokenRevocation:
		return &event.TokenRevoked{EventID: id, Token: event.TokenID("jti-" + id), TTL: "3600", Expiry: at, Type: "JWT", TenantID: event.Super.ID()}
	case event.NotificationTopic:
		return &event.Notification{EventID: id, Type: event.PolicyUpdate, At: at, TenantID: event.Super.ID(), Tenant: event.Super,
			Policy: &event.Policy{Name: "Gold", Level: event.SubscriptionLevel, Tenant: event.Super}}
	case event.KeyManagerTopic:
		return &event.KeyManagerEvent{EventID: id, Action: "add", Manager: event.KeyManager{Name: "km-" + id, Type: "default", Enabled: true, Tenant: event.Super}}
	case event.AsyncWebhooksData:
		return &event.WebhookEvent{EventID: id, API: "uuid", AppID: "7", Callback: "http://127.0.0.1/", Topic: "orders", Mode: "subscribe", ExpireAt: at, Tenant: event.Super}
	}
	return &event.Decision{Key: event.ThrottleKey(id), IsThrottled: true, Expiry: at}
}

// number reads what message made; ok is false when it is not exactly that.
func number(p *event.Publish) (n uint64, ok bool) {
	text := event.IDOf(p.Body)
	if d, decision := p.Body.(*event.Decision); decision {
		text = string(d.Key)
	}
	n, err := strconv.ParseUint(text, 10, 64)
	return n, err == nil && reflect.DeepEqual(p.Body, message(p.Topic, n))
}
