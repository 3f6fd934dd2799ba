package live_test

import (
	"encoding/json"
	"io"
	"net/http"
	"slices"
	"strings"
	"testing"
	"time"

	"hubsim/event"
	"hubsim/live"
	"hubsim/node"
	"hubsim/trace"
	"hubsim/workload"
	"hubsim/world"
)

// script is a load of given arrivals.
type script struct{ arrivals []workload.Arrival }

func (s *script) Next() (workload.Arrival, bool) {
	if len(s.arrivals) == 0 {
		return workload.Arrival{}, false
	}
	next := s.arrivals[0]
	s.arrivals = s.arrivals[1:]
	return next, true
}

// calls are n calls of a gateway, a millisecond apart.
func calls(to event.NodeID, n int) *script {
	s := &script{}
	for i := range n {
		s.arrivals = append(s.arrivals, workload.Arrival{At: event.Duration(i) * event.Millisecond, To: to, Req: &event.Request{
			ID: event.RequestID(i + 1), Context: "/pizza/1.0.0", Version: "1.0.0", Resource: "/order", Verb: "POST",
			Token: &event.Token{ID: "4f1c", ConsumerKey: "ck", Expires: 99}, ClientIP: "10.0.0.1",
		}})
	}
	return s
}

// gateway is a world of one gateway that answers each call with what a function says; nil is no answer.
func gateway(load workload.Load, reply func(*event.Request) event.Message) *world.World {
	step := func(_ node.Clock, in node.Input, out *node.Output) {
		if in.Kind != node.Called {
			return
		}
		if m := reply(in.Msg.(*event.Request)); m != nil {
			out.Answer(in.Call, m)
		}
	}
	return &world.World{Start: 1_700_000_000_000, Load: load, Members: []world.Member{{
		ID: "gw-1", Role: node.Gateway, New: stepper(func() func(node.Clock, node.Input, *node.Output) { return step }),
	}}}
}

// answers wants n calls to be answered.
func answers(n int) want {
	return want{"all calls answered", func(r *trace.Record) bool {
		if r.Kind == trace.Answered {
			n--
		}
		return n == 0
	}}
}

func isAnswer(r *trace.Record) bool { return r.Kind == trace.Answered }

func TestCallsReachTheGatewayAsTheyWereIntended(t *testing.T) {
	w := gateway(calls("gw-1", 3), func(q *event.Request) event.Message {
		if q.ID == 2 {
			return &event.Reply{Status: 429, Code: event.SubscriptionExceeded, NextAccess: 1_700_000_000_000}
		}
		return &event.Reply{Status: 200}
	})
	seen, result := until(t, w, live.Options{}, answers(3))
	for _, r := range seen.records(isAnswer) {
		q, reply := r.Request, r.Msg.(*event.Reply)
		if *q.Token != (event.Token{ID: "4f1c", ConsumerKey: "ck", Expires: 99}) || q.Resource != "/order" || q.ClientIP != "10.0.0.1" {
			t.Errorf("call %d came as %+v", q.ID, q)
		}
		if r.Due != event.Mono(q.ID-1)*event.Mono(event.Millisecond) || r.At < r.Due {
			t.Errorf("call %d was due at %v and answered at %v", q.ID, r.Due, r.At)
		}
		if throttled := reply.Code == event.SubscriptionExceeded; throttled != (q.ID == 2) {
			t.Errorf("call %d was answered with %+v", q.ID, reply)
		}
	}
	called := seen.records(func(r *trace.Record) bool { return r.Kind == trace.Called })
	if len(called) != 3 || called[0].Request == nil {
		t.Errorf("called: %+v", called)
	}
	if l := result.Load; l.Intended != 3 || l.Sent != 3 || l.NotSent != 0 || l.LateP99 <= 0 {
		t.Errorf("the load says %+v", l)
	}
}

func TestCallsThatFindAllCallersBusyAreNotSent(t *testing.T) {
	w := gateway(calls("gw-1", 5), func(*event.Request) event.Message { return nil })
	called, overruns := false, 0
	seen, result := until(t, w, live.Options{Callers: 1}, want{"one call taken and four not sent", func(r *trace.Record) bool {
		called = called || r.Kind == trace.Called
		if r.Kind == trace.Answered {
			overruns++
		}
		return called && overruns == 4
	}})
	if l := result.Load; l.Intended != 5 || l.Sent != 1 || l.NotSent != 4 {
		t.Errorf("the load says %+v", l)
	}
	var codes []event.Code
	for _, r := range seen.records(isAnswer) {
		codes = append(codes, r.Msg.(*event.Reply).Code)
	}
	if overrun := event.GeneratorOverrun; !slices.Equal(codes, []event.Code{overrun, overrun, overrun, overrun}) {
		t.Errorf("answers: %v; the call that the gateway has and did not answer stays open", codes)
	}
}

func TestCallsInProcessDoNotWaitForACaller(t *testing.T) {
	w := gateway(calls("gw-1", 5), func(q *event.Request) event.Message {
		if q.ID < 5 {
			return nil
		}
		return &event.Reply{Status: 200}
	})
	seen, result := until(t, w, live.Options{Calls: live.InProcess, Callers: 1}, answers(1))
	if l := result.Load; l.Intended != 5 || l.Sent != 5 || l.NotSent != 0 || l.LateP99 <= 0 {
		t.Errorf("the load says %+v", l)
	}
	called := seen.records(func(r *trace.Record) bool { return r.Kind == trace.Called })
	if len(called) != 5 || called[4].Request == nil || called[4].Due != event.Mono(4*event.Millisecond) {
		t.Errorf("called: %+v", called)
	}
}

func TestCallsToAGatewayThatIsNotThereAreAnsweredForIt(t *testing.T) {
	w := gateway(calls("gw-1", 2), func(*event.Request) event.Message { return &event.Reply{Status: 200} })
	w.Members[0].BootAt = event.Hour
	seen, _ := until(t, w, live.Options{}, answers(2))
	if n := len(seen.records(func(r *trace.Record) bool { return r.Kind == trace.Called })); n != 0 {
		t.Errorf("called %d times", n)
	}
	for _, r := range seen.records(isAnswer) {
		if r.Msg.(*event.Reply).Code != event.Unavailable || r.Reason != event.NodeDown {
			t.Errorf("answered with %+v, %s", r.Msg, r.Reason)
		}
	}
}

// do makes an HTTP request and returns the response with its body read.
func do(t *testing.T, q *http.Request, err error) (*http.Response, string) {
	return by(t, &http.Client{Timeout: patience, Transport: &http.Transport{DisableKeepAlives: true}}, q, err)
}

// by makes a request by a client.
func by(t *testing.T, client *http.Client, q *http.Request, err error) (*http.Response, string) {
	if err != nil {
		t.Error(err)
		return &http.Response{}, ""
	}
	resp, err := client.Do(q)
	if err != nil {
		t.Error(err)
		return &http.Response{}, ""
	}
	defer resp.Body.Close()
	body, err := io.ReadAll(resp.Body)
	if err != nil {
		t.Error(err)
	}
	return resp, string(body)
}

func TestARefusedCallReadsAsTheProductsDoes(t *testing.T) {
	for _, row := range []struct {
		what   string
		reply  event.Reply
		status int
		retry  string
		body   map[string]string
	}{
		{"a call that is served has no body", event.Reply{Status: 200}, 200, "", nil},
		{"a throttled call says when to come again, twice", event.Reply{Status: 429, Code: event.SubscriptionExceeded, NextAccess: 1_700_000_100_000}, 429,
			"Tue, 14 Nov 2023 22:15:00 GMT", map[string]string{
				"code": "900804", "message": "Message throttled out", "nextAccessTime": "2023-Nov-14 22:15:00+0000 UTC",
				"description": "You have exceeded your quota .You can access API after 2023-Nov-14 22:15:00+0000 UTC",
			}},
		{"a burst of an application has words of its own", event.Reply{Status: 429, Code: event.ApplicationBurst}, 429, "", map[string]string{
			"code": "900809", "message": "Message throttled out", "description": "You have exceeded your application burst limit quota",
		}},
		{"a hard limit is a 503", event.Reply{Status: 503, Code: event.HardLimitExceeded}, 503, "", map[string]string{
			"code": "900801", "message": "API Limit Reached", "description": "API not accepting requests",
		}},
		{"a blocked call does not", event.Reply{Status: 403, Code: event.RequestBlocked}, 403, "", map[string]string{
			"code": "900805", "message": "Message blocked", "description": "You have been blocked from accessing the resource",
		}},
	} {
		t.Run(row.what, func(t *testing.T) {
			w := gateway(nil, func(*event.Request) event.Message { return &row.reply })
			heard := false
			client := func(base string) {
				q, err := http.NewRequest("POST", base+"/pizza/1.0.0/order", nil)
				q.Header.Set("X-Hubsim-Request", `{"Context":"/pizza/1.0.0","Version":"1.0.0","Resource":"/order","Verb":"POST"}`)
				resp, text := do(t, q, err)
				var body map[string]string
				if text != "" {
					if err := json.Unmarshal([]byte(text), &body); err != nil {
						t.Errorf("the body %q: %v", text, err)
					}
				}
				if resp.StatusCode != row.status || resp.Header.Get("Retry-After") != row.retry || len(body) != len(row.body) {
					t.Errorf("%d, Retry-After %q, %q", resp.StatusCode, resp.Header.Get("Retry-After"), text)
				}
				for member, value := range row.body {
					if body[member] != value {
						t.Errorf("%s is %q, want %q", member, body[member], value)
					}
				}
				heard = true
			}
			visit(t, w, event.Endpoint{Node: "gw-1"}, func(at string) {
				client("http://" + at)
				client("http://" + at)
			})
			if !heard {
				t.Error("the client heard nothing")
			}
		})
	}
}

func TestACallWithoutAFormIsToldWhatIsMissing(t *testing.T) {
	w := gateway(nil, func(*event.Request) event.Message { return &event.Reply{Status: 200} })
	visit(t, w, event.Endpoint{Node: "gw-1"}, func(at string) {
		base := "http://" + at
		q, err := http.NewRequest("GET", base+"/pizza", nil)
		if resp, text := do(t, q, err); resp.StatusCode != 400 || !strings.Contains(text, "hint:") {
			t.Errorf("%d %s", resp.StatusCode, text)
		}
		q, err = http.NewRequest("GET", base+"/pizza", nil)
		q.Header.Set("X-Hubsim-Request", `{}`)
		if resp, _ := do(t, q, err); resp.StatusCode != 200 {
			t.Errorf("with a form: %d", resp.StatusCode)
		}
	})
}

func TestAnOpenLoopDoesNotWaitForSlowAnswers(t *testing.T) {
	const n = 20
	step := func() func(node.Clock, node.Input, *node.Output) {
		var waiting []event.CallID
		return func(_ node.Clock, in node.Input, out *node.Output) {
			if in.Kind != node.Called {
				return
			}
			if waiting = append(waiting, in.Call); len(waiting) < n {
				return // no call is answered before the last one came
			}
			for _, c := range waiting {
				out.Answer(c, &event.Reply{Status: 200})
			}
		}
	}
	w := &world.World{Load: calls("gw-1", n), Members: []world.Member{{ID: "gw-1", Role: node.Gateway, New: stepper(step)}}}
	_, result := until(t, w, live.Options{}, answers(n))
	if result.Load.Sent != n {
		t.Errorf("the load says %+v", result.Load)
	}
}

func TestTheLoadEndsWithTheRun(t *testing.T) {
	w := gateway(calls("gw-1", 10_000), func(*event.Request) event.Message { return &event.Reply{Status: 200} })
	w.Length = 20 * event.Millisecond
	result, err := live.Run(t.Context(), w, hubs(t), live.Options{})
	if err != nil {
		t.Fatal(err)
	}
	if l := result.Load; l.Intended > 21 || l.Intended != l.Sent+l.NotSent || result.Ran < 20*time.Millisecond {
		t.Errorf("%+v after %v", l, result.Ran)
	}
}
