package live_test

import (
	"context"
	"fmt"
	"net"
	"net/http"
	"strings"
	"sync"
	"testing"

	"hubsim/checker"
	"hubsim/event"
	"hubsim/live"
	"hubsim/node"
	"hubsim/scenarios"
	"hubsim/trace"
)

// posted is a site whose traffic manager is told of calls by somebody else's gateway.
const posted = `
name: posted
question: Does a traffic manager count what is posted to it?
deployment: {pattern: gw-cp-tm}
catalog:
  policies: [{name: Five, level: subscription, quota: 5, window: 1h}]
  apis: [{name: pasta}]
  apps: [{name: eater, subscribe: {pasta: Five}}]
length: 1h
checks: [{check: accounting}]
expect: {}
`

// post posts a body to tm-1's event receiver.
func post(t *testing.T, at, body string) (int, string) {
	q, err := http.NewRequest("POST", "http://"+at+live.ReceiverPath, strings.NewReader(body))
	resp, text := do(t, q, err)
	return resp.StatusCode, text
}

// asEvent is the body that says of a call to pasta by an app's subscription.
func asEvent(app string) string {
	return fmt.Sprintf(`{"event":{"metaData":{},"correlationData":{},"payloadData":{"messageID":"urn:uuid:1","appKey":"%[1]s:bob@carbon.super","appTier":"Unlimited",`+
		`"apiTier":null,"subscriptionKey":"%[1]s:/pasta/1.0.0:1.0.0:Five","subscriptionTier":"Five","appTenant":"carbon.super","apiTenant":"carbon.super","appId":"%[1]s","properties":"{}"}}}`, app)
}

// TestATrafficManagerCountsWhatIsPosted: what another gateway posts uses up a quota of five, and gw-1 refuses its own calls.
func TestATrafficManagerCountsWhatIsPosted(t *testing.T) {
	t.Parallel()
	s, err := scenarios.Parse("posted.yaml", []byte(posted))
	if err != nil {
		t.Fatal(err)
	}
	said := &tape{}
	e, err := s.Prepare(scenarios.Options{Profile: "wso2", Seed: 1, Watch: said})
	if err != nil {
		t.Fatal(err)
	}
	e.World.Length = 0
	ctx, cancel := context.WithTimeout(context.Background(), patience)
	defer cancel()
	addresses := map[event.NodeID]chan string{"gw-1": make(chan string, 1), "tm-1": make(chan string, 1)}
	var other sync.WaitGroup
	other.Go(func() {
		defer cancel()
		c, manager := &caller{t, <-addresses["gw-1"]}, <-addresses["tm-1"]
		c.until(200, "GET /pasta/1.0.0/menu")
		for status := 200; status == 200; status = c.call("GET /pasta/1.0.0/menu").status {
			for range 4 {
				if status, text := post(t, manager, asEvent("1")); status != 200 || text != "" {
					t.Errorf("an event is answered with %d %s", status, text)
				}
			}
		}
	})
	ran, err := live.Run(ctx, e.World, hubs(t), live.Options{Directory: e, Listening: func(at event.Endpoint, address string) {
		if to := addresses[at.Node]; to != nil && at.Service == 0 {
			to <- address
		}
	}})
	other.Wait()
	if err != nil {
		t.Fatal(err)
	}
	if r := e.Conclude(ran); r.Judgement != checker.Pass {
		t.Errorf("%s %v %+v", r.Judgement, r.Reasons, r.Outcomes)
	}
	others := 0
	for i := range said.records {
		switch n := &said.records[i].Note; {
		case n.Fact == node.Counted && n.Request == 0 && n.N <= 5:
			others++
		case n.Fact == node.CountDropped && n.Reason != event.Ineligible: // no plan was there yet
			t.Errorf("dropped: %+v", n)
		}
	}
	if others == 0 {
		t.Error("of the five events that used up the quota none was posted")
	}
}

// TestTheEventReceiverRefuses: what cannot be read is answered with what is wrong, stated and counted, and none of
// it is counted as a call. A sender may keep its connection.
func TestTheEventReceiverRefuses(t *testing.T) {
	t.Parallel()
	s, err := scenarios.Parse("posted.yaml", []byte(posted))
	if err != nil {
		t.Fatal(err)
	}
	rows := []struct {
		why, method, body string
		status            int
		says              string
	}{
		{"an event", "POST", asEvent("9"), 200, ""},
		{"two events", "POST", "[" + asEvent("9") + "," + asEvent("9") + "]", 200, ""},
		{"half an event", "POST", asEvent("9")[:90], 400, "closing quote"},
		{"nothing", "POST", "", 400, "found the end"},
		{"an unknown attribute", "POST", strings.Replace(asEvent("9"), "appTier", "applicationTier", 1), 400, `at \"applicationTier\": no attribute of the stream`},
		{"one bad event of two", "POST", "[" + asEvent("9") + ",{}]", 400, "event 2 of the array"},
		{"too much", "POST", strings.Repeat(" ", 10<<20) + asEvent("9"), 413, "longer than 10485760 bytes"},
		{"not by POST", "GET", "", 405, "by POST"},
		{"an event behind all that", "POST", asEvent("9"), 200, ""},
	}
	seen := visit(t, prepare(t, s, "wso2", nil).World, event.Endpoint{Node: "tm-1"}, func(at string) {
		keeps := http.Client{Timeout: patience, Transport: &http.Transport{}} // one connection, as long as it is not closed
		defer keeps.CloseIdleConnections()
		for _, row := range rows {
			q, err := http.NewRequest(row.method, "http://"+at+live.ReceiverPath, strings.NewReader(row.body))
			if resp, text := by(t, &keeps, q, err); resp.StatusCode != row.status || !strings.Contains(text, row.says) || row.status == 200 && text != "" {
				t.Errorf("%s: %d %s", row.why, resp.StatusCode, text)
			}
		}
		conn, err := net.Dial("tcp", at)
		if err != nil {
			t.Error(err)
			return
		}
		fmt.Fprintf(conn, "POST %s HTTP/1.1\r\nHost: tm-1\r\nContent-Length: 1000\r\n\r\n{", live.ReceiverPath)
		conn.Close() // in the middle of a request
	})
	var refused, came int
	for _, r := range seen.records(func(r *trace.Record) bool { return r.Node == "tm-1" }) {
		if r.Note.Fact == node.CountDropped && r.Note.Reason == event.Malformed && r.Note.Detail != "" {
			refused++
		}
		if b, ok := r.Msg.(*event.Batch); ok && r.Kind == trace.Received {
			came += len(b.Events)
		}
	}
	if refused < 6 || came != 4 { // who hung up may be noted or not: the run ends with it
		t.Errorf("%d requests were stated as refused, and %d events came; want 6 and 4", refused, came)
	}
}
