package scenarios

import (
	"encoding/base64"
	"strings"
	"testing"

	"hubsim/event"
	"hubsim/node"
	"hubsim/trace"
)

const announced = `
name: announced
question: Do gateways hear of log levels and API keys?
deployment: {pattern: gw-cp-tm}
catalog:
  apis: [{name: pizza}]
  apps: [{name: mobile, user: bob, subscribe: {pizza: Unlimited}}]
length: 60s
workload: [{from: 10s, rate: 5}]
steps:
  - {at: 20s, id: log, log_level: {api: pizza, level: FULL, method: GET, path: /menu}}
  - {at: 21s, id: issue, api_key: {app: mobile, api: pizza, ip: 10.0.0.1, bound: "yes", properties: {plan: free}}}
  - {at: 22s, id: delete, remove_api_key: {app: mobile, api: pizza}}
checks: [{check: accounting}]
expect: {}
`

// heard keeps what was published on topic notification and what gateways learned of it.
type heard struct {
	texts map[string]string // by event
	known []string
}

// Observe implements trace.Observer.
func (h *heard) Observe(r *trace.Record) {
	if p, ok := r.Msg.(*event.Publish); ok {
		if n, ok := p.Body.(*event.Notification); ok {
			coded, _ := event.NotificationText(n)
			text, _ := base64.StdEncoding.DecodeString(coded)
			h.texts[n.EventID] = string(text)
		}
	}
	if r.Kind == trace.Noted && r.Note.Fact == node.CatalogKnown && r.Note.ID != "" {
		h.known = append(h.known, r.Note.ID+" "+r.Note.Detail)
	}
}

func TestLogLevelsAndAPIKeysAreAnnounced(t *testing.T) {
	s, err := Parse("x.yaml", []byte(announced))
	if err != nil {
		t.Fatal(err)
	}
	h := &heard{texts: map[string]string{}}
	simulate(t, s, Options{Profile: "wso2", Seed: 1, Watch: h})
	for id, want := range map[string]string{
		"log": `{"apiContext":"/pizza/1.0.0","logLevel":"FULL","apiId":0,"uuid":"api-pizza","resourceMethod":"GET","resourcePath":"/menu",`,
		"issue": `{"applicationUUId":"app-mobile","apiKeyHash":"hash-mobile-pizza","keyType":"PRODUCTION","properties":{"plan":"free"},"uuid":"apikey-mobile-pizza","name":"mobile-pizza","status":"ACTIVE",` +
			`"bound":"yes","apiId":1,"apiUUId":"api-pizza","applicationId":1,"user":"bob","validityPeriod":-1,"permittedIP":"10.0.0.1","timeCreated":1699999221000,`,
		"delete": `{"applicationUUId":"app-mobile","apiKeyHash":"hash-mobile-pizza",`,
	} {
		if !strings.HasPrefix(h.texts[id], want) {
			t.Errorf("%s says %s, want %s", id, h.texts[id], want)
		}
	}
	if got := strings.Join(h.known, ", "); got != "log log-level:/pizza/1.0.0, issue api-key:hash-mobile-pizza, delete api-key:hash-mobile-pizza" {
		t.Errorf("the gateway learned %s", got)
	}
}

func TestLogLevelsAndAPIKeysOfNobody(t *testing.T) {
	for step, want := range map[string]string{
		"log_level: {api: pizzza, level: FULL}":   `there is no api "pizzza"`,
		"log_level: {api: pizza}":                 "a log level has no name",
		"api_key: {app: mobil, api: pizza}":       `there is no app "mobil"`,
		"remove_api_key: {app: mobile, api: pie}": `there is no api "pie"`,
	} {
		s, err := Parse("x.yaml", []byte(strings.Replace(announced, "remove_api_key: {app: mobile, api: pizza}", step, 1)))
		if err == nil {
			_, err = s.Prepare(Options{Profile: "wso2", Seed: 1})
		}
		if err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%s: %v, want %q", step, err, want)
		}
	}
}
