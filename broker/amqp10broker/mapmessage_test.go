package amqp10broker

import (
	"math"
	"testing"

	"github.com/Azure/go-amqp"
	"github.com/google/go-cmp/cmp"

	"hubsim/event"
)

// A cache invalidation is a map on the wire, which says the same as the text of other brokers.
func TestMapMessage(t *testing.T) {
	want := &event.GlobalCacheInvalidated{Manager: "API_MANAGER_CACHE", Cache: "scopesCache", Key: `{"type":"java.lang.String","value":"pizza:read"}`,
		Tenant: event.Super, TenantID: -1234, Domain: "default", Node: "cp-1"}
	m, err := messageOf(want)
	if err != nil {
		t.Fatal(err)
	}
	wire, err := m.MarshalBinary()
	if err != nil {
		t.Fatal(err)
	}
	var heard amqp.Message
	if err := heard.UnmarshalBinary(wire); err != nil {
		t.Fatal(err)
	}
	if kind := heard.Annotations[jmsKind]; kind != int8(2) || heard.Data != nil {
		t.Errorf("its kind is %v, with %d data sections", kind, len(heard.Data))
	}
	for about, text := range map[string][]byte{"the map": textOf(&heard), "a text": textIn(t, want)} {
		got, err := event.ParsePayload(event.GlobalCacheInvalidation, text)
		if diff := cmp.Diff(event.Message(want), got); err != nil || diff != "" {
			t.Errorf("%s: %v (-want +got):\n%s", about, err, diff)
		}
	}
	if text := textOf(&amqp.Message{Value: map[string]any{"tenantId": math.NaN()}}); text != nil {
		t.Errorf("a member that has no form: %s", text)
	}
}

func textIn(t *testing.T, body event.Message) []byte {
	t.Helper()
	text, err := event.AppendPayload(nil, body)
	if err != nil {
		t.Fatal(err)
	}
	return text
}
