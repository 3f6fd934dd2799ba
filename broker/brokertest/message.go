package brokertest

import (
	"fmt"
	"reflect"
	"slices"
	"strconv"
	"strings"

	"hubsim/event"
)

// firstBarrier is the first number of a barrier; the numbers of scripts are below.
const firstBarrier = 1_000_000_000

// carrying are the topics on which messages travel; elsewhere real brokers' sessions cannot read them.
var carrying = []event.Topic{event.ThrottleData, event.TokenRevocation, event.NotificationTopic, event.KeyManagerTopic, event.AsyncWebhooksData}

// travels finds the topic on which messages travel, in whatever spelling, and returns its own.
func travels(t event.Topic) (event.Topic, bool) {
	for _, known := range carrying {
		if strings.EqualFold(string(known), string(t)) {
			return known, true
		}
	}
	return "", false
}

// texts are the shapes that every message may have, by what then stands in one of its texts. A long one
// is three times the product's frame of 65,535 bytes; the AMQP 1.0 plugin of RabbitMQ 3.10 breaks the
// connection behind a settled message of several frames, so that its scripts are a folder apart. The
// product's own writer would break on the quotes (JSONOutputMapper.java does not escape).
var texts = map[string]string{
	"":        "some",
	"empty":   "",
	"large":   strings.Repeat("0123456789abcdef", 20_000/16),
	"long":    strings.Repeat("0123456789abcdef", 200_000/16),
	"unicode": "Grüße, 世界, שלום, 🌍, e\u0301, \U0010ffff",
	"quoted":  "\"a\" \\ / {\"event\":null} \n\r\n\t \x00 \x1f \u2028 <&>",
}

// shapes are further ones, by topic.
var shapes = map[event.Topic][]string{
	event.ThrottleData:      {"lifted", "block", "unblock"},
	event.NotificationTopic: {"deploy", "remove", "application", "subscription", "rule"},
	event.KeyManagerTopic:   {"update", "delete"},
	event.AsyncWebhooksData: {"unsubscribe"},
}

// shaped tells whether messages of a topic may have a shape.
func shaped(t event.Topic, shape string) bool {
	_, any := texts[shape]
	return any || slices.Contains(shapes[t], shape)
}

// message makes message number n as its topic carries it. Every field that travels is set, unless the
// shape says otherwise, so that one lost on the way shows.
func message(t event.Topic, n uint64, shape string) event.Message {
	id, text := label(n, shape), texts[shape]
	at := event.Wall(1_700_000_000_000 + n)
	switch t {
	case event.TokenRevocation:
		return &event.TokenRevoked{EventID: id, Token: event.TokenID(text), TTL: "3600", Expiry: at, Type: "JWT", TenantID: event.Super.ID()}
	case event.NotificationTopic:
		return notification(&event.Notification{EventID: id, At: at, TenantID: event.Super.ID(), Tenant: event.Super}, shape)
	case event.KeyManagerTopic:
		action := "add"
		if slices.Contains(shapes[t], shape) {
			action = shape
		}
		return &event.KeyManagerEvent{EventID: id, Action: action, Manager: event.KeyManager{Name: "km-" + id, Type: text, Enabled: shape != "update", Tenant: event.Super}}
	case event.AsyncWebhooksData:
		mode := "subscribe"
		if shape == "unsubscribe" {
			mode = shape
		}
		return &event.WebhookEvent{EventID: id, API: "uuid", AppID: "7", Callback: "http://127.0.0.1/" + text, Topic: "orders", Mode: mode, ExpireAt: at, Tenant: event.Super}
	}
	if shape == "block" || shape == "unblock" {
		return &event.BlockingCondition{ID: int(n), Kind: "APPLICATION", Value: "bob:web", On: shape == "block", Tenant: event.Super}
	}
	return &event.Decision{Key: event.ThrottleKey(id), IsThrottled: shape != "lifted", Expiry: at, Conditions: text}
}

// notification fills the part of an envelope that its type demands.
func notification(e *event.Notification, shape string) *event.Notification {
	switch shape {
	case "deploy", "remove":
		e.Type = map[string]event.Type{"deploy": event.DeployAPI, "remove": event.RemoveAPI}[shape]
		e.API = &event.API{UUID: "uuid", ID: 3, Name: "pizza", Version: "1.0", Context: "/pizza/1.0", Labels: []string{"Default"}, Revision: 2}
	case "application":
		e.Type, e.Application = event.ApplicationUpdate, &event.Application{UUID: "uuid", ID: 5, Name: "web", Subscriber: "bob", Tier: "Gold"}
	case "subscription":
		e.Type, e.Subscription = event.SubscriptionDelete, &event.Subscription{UUID: "uuid", ID: 6, APIID: 3, AppID: 5, Tier: "Gold", State: "UNBLOCKED"}
	case "rule":
		e.Type, e.Template = event.CustomPolicyUpdate, &event.Template{Old: "$appId", New: "$userId:$appId"}
	default:
		e.Type = event.PolicyUpdate
		e.Policy = &event.Policy{Name: "Gold" + texts[shape], Level: event.SubscriptionLevel, Tenant: event.Super}
	}
	return e
}

// label is how scripts write a message.
func label(n uint64, shape string) string {
	if shape == "" {
		return fmt.Sprint(n)
	}
	return fmt.Sprintf("%d:%s", n, shape)
}

// read is what message made of it; ok is false when it is not exactly that.
func read(p *event.Publish) (n uint64, shape string, ok bool) {
	text := event.IDOf(p.Body)
	switch m := p.Body.(type) {
	case *event.Decision:
		text = string(m.Key)
	case *event.BlockingCondition:
		text = label(uint64(m.ID), map[bool]string{true: "block", false: "unblock"}[m.On])
	}
	digits, shape, _ := strings.Cut(text, ":")
	n, err := strconv.ParseUint(digits, 10, 64)
	return n, shape, err == nil && reflect.DeepEqual(p.Body, message(p.Topic, n, shape))
}
