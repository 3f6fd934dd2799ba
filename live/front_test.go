package live_test

import (
	"context"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"strings"
	"sync"
	"testing"
	"time"

	"hubsim/event"
	"hubsim/live"
	"hubsim/scenarios"
	"hubsim/trace"
)

// open is a deployment whose API has a quota for everybody and one each for an address, a header, a query
// parameter and a claim; windows are an hour long, so that none ends in a test.
const open = `
name: open
question: Do conditions work for calls from outside?
deployment: {pattern: gw-cp-tm}
knobs: {gateway.header_conditions: "true", gateway.query_conditions: "true", gateway.claim_conditions: "true"}
catalog:
  policies:
    - name: Mixed
      level: api
      quota: 1000
      window: 1h
      groups:
        - {quota: 1, window: 1h, when: [{ip: 10.0.0.7}]}
        - {quota: 1, window: 1h, when: [{header: X-Plan, matches: ^free$}]}
        - {quota: 1, window: 1h, when: [{query: v, matches: "2"}]}
        - {quota: 1, window: 1h, when: [{claim: role, matches: guest}]}
    - {name: Tokens, level: subscription, window: 1h, tokens: {total: 1000}}
    - {name: Three, level: subscription, quota: 3, window: 1h}
  apis: [{name: pasta, tier: Mixed, resources: [{path: "/dish/{id}"}, {path: "/dish/{id}", verb: POST}]}, {name: chat, ai: true}, {name: tools, type: MCP, tier: Mixed, resources: [{path: /mcp, verb: POST}]}, {name: graph, type: GRAPHQL, resources: [{path: users}, {path: orders}]}]
  apps: [{name: eater, subscribe: {pasta: Unlimited, chat: Tokens, tools: Unlimited, graph: Three}}]
length: 1h
checks: [{check: accounting}]
expect: {}
`

// caller calls a gateway as curl would.
type caller struct {
	t  *testing.T
	at string
}

// answer is what a call got.
type answer struct {
	status     int
	retryAfter string
	text       string
	body       struct{ Code, Message, Description, NextAccessTime string }
}

func (c *caller) call(target string, headers ...string) (a answer) {
	c.t.Helper()
	return c.send(target, strings.Repeat("x", 100), headers...)
}

func (c *caller) send(target, message string, headers ...string) (a answer) {
	c.t.Helper()
	verb, path, _ := strings.Cut(target, " ")
	q, err := http.NewRequest(verb, "http://"+c.at+path, strings.NewReader(message))
	if err != nil {
		c.t.Error(err)
		return a
	}
	q.Header.Set("Authorization", "Bearer tok-eater")
	for _, h := range headers {
		name, value, _ := strings.Cut(h, ": ")
		q.Header.Set(name, value)
	}
	resp, err := http.DefaultClient.Do(q)
	if err != nil {
		c.t.Error(err)
		return a
	}
	defer resp.Body.Close()
	text, err := io.ReadAll(resp.Body)
	if err != nil {
		c.t.Error(err)
	}
	a.status, a.retryAfter, a.text = resp.StatusCode, resp.Header.Get("Retry-After"), string(text)
	if a.status != 200 && a.status != 400 {
		if err := json.Unmarshal(text, &a.body); err != nil {
			c.t.Errorf("%s: %q: %v", target, text, err)
		}
	}
	return a
}

// until calls until the status is one that is waited for.
func (c *caller) until(status int, target string, headers ...string) (a answer) {
	c.t.Helper()
	for end := time.Now().Add(patience); a.status != status; a = c.call(target, headers...) {
		if time.Now().After(end) {
			c.t.Errorf("%s %v: %+v, want %d in the end", target, headers, a, status)
			return a
		}
	}
	return a
}

func jwt(claims string) string {
	return "Authorization: Bearer x." + base64.RawURLEncoding.EncodeToString([]byte(claims)) + ".y"
}

// visitOpen runs the deployment until a visitor has done what it came for.
func visitOpen(t *testing.T, visitor func(c *caller)) []event.Request {
	s, err := scenarios.Parse("open.yaml", []byte(open))
	if err != nil {
		t.Fatal(err)
	}
	var mu sync.Mutex
	var seen []event.Request
	e, err := s.Prepare(scenarios.Options{Profile: "wso2", Seed: 1, Watch: observer(func(r *trace.Record) {
		if r.Kind == trace.Called && r.Request != nil {
			mu.Lock()
			defer mu.Unlock()
			seen = append(seen, *r.Request)
		}
	})})
	if err != nil {
		t.Fatal(err)
	}
	e.World.Length = 0
	ctx, cancel := context.WithCancel(context.Background())
	var once sync.Once
	var gone sync.WaitGroup
	gone.Add(1)
	_, err = live.Run(ctx, e.World, hubs(t), live.Options{Directory: e, Listening: func(at event.Endpoint, address string) {
		if at.Node == "gw-1" && at.Service == 0 {
			once.Do(func() {
				go func() {
					defer gone.Done()
					defer cancel()
					visitor(&caller{t, address})
				}()
			})
		}
	}})
	gone.Wait()
	if err != nil {
		t.Fatal(err)
	}
	return seen
}

type observer func(*trace.Record)

func (o observer) Observe(r *trace.Record) { o(r) }

// Each condition takes hold of the calls from outside that meet it, and of no others.
func TestConditionsWorkForCallsFromOutside(t *testing.T) {
	seen := visitOpen(t, func(c *caller) {
		const dish = "GET /pasta/1.0.0/dish/7"
		c.until(200, dish) // the API is deployed
		for _, meets := range []string{"X-Forwarded-For: 10.0.0.7, 192.0.2.1", "X-Plan: free", jwt(`{"sub":"alice","client_id":"key-eater","role":["guest"]}`)} {
			if a := c.until(429, dish, meets); a.body.Code != "900800" {
				t.Errorf("%s: %+v", meets, a)
			}
		}
		c.until(429, dish+"?v=2")
		for _, not := range []string{"X-Forwarded-For: 10.0.0.8", "X-Plan: freedom", jwt(`{"sub":"alice","client_id":"key-eater","role":"chef"}`)} {
			if a := c.call(dish, not); a.status != 200 {
				t.Errorf("%s meets no condition: %+v", not, a)
			}
		}
		if a := c.call("POST /pasta/1.0.0/dish/7"); a.status != 200 {
			t.Errorf("another verb: %+v", a)
		}
	})
	last := seen[len(seen)-1]
	if last.Resource != "/dish/{id}" || last.Verb != "POST" || last.ClientIP != "127.0.0.1" || last.Size != 100 || last.Token.ConsumerKey != "key-eater" || last.ID <= 1<<40 {
		t.Errorf("the last call came as %+v", last)
	}
	ids := map[event.RequestID]bool{}
	for _, r := range seen {
		ids[r.ID] = true
	}
	if len(ids) != len(seen) {
		t.Errorf("%d calls have %d numbers", len(seen), len(ids))
	}
}

// What a gateway refuses looks as the product's answer does: code, status, four texts, and a date when
// to come again.
func TestAnswersToCallsFromOutside(t *testing.T) {
	visitOpen(t, func(c *caller) {
		const dish = "GET /pasta/1.0.0/dish/7"
		c.until(200, dish)
		a := c.until(429, dish, "X-Plan: free")
		end, err := time.Parse(http.TimeFormat, a.retryAfter)
		if err != nil || end.Minute() != 0 || end.Second() != 0 {
			t.Errorf("Retry-After: %q is not the end of the window, %v", a.retryAfter, err)
		}
		want := fmt.Sprintf("%s UTC", end.UTC().Format("2006-Jan-02 15:04:05+0000"))
		if a.body.NextAccessTime != want || a.body.Message != "Message throttled out" || a.body.Description != "You have exceeded your quota .You can access API after "+want {
			t.Errorf("%+v, want the time %s", a.body, want)
		}
		for _, row := range []struct {
			why, target, header, code string
			status                    int
		}{
			{"a token that nobody gave out", dish, "Authorization: Bearer tok-nobody", "900901", 401},
			{"a JWT whose time is over", dish, jwt(`{"client_id":"key-eater","exp":1}`), "900901", 401},
			{"a JWT of an unknown application", dish, jwt(`{"client_id":"key-nobody"}`), "900908", 403},
			{"no JWT", dish, "Authorization: Bearer a.b.c", "900901", 401},
			{"no token", dish, "Authorization: Digest a", "900902", 401},
			{"a user by basic authentication", dish, "Authorization: Basic YTpi", "", 200},
			{"no such API", "GET /pizza/1.0.0/menu", "X: y", "404", 404},
			{"no such operation", "GET /pasta/1.0.0/soup", "X: y", "404", 404},
		} {
			if a := c.call(row.target, row.header); a.status != row.status || a.body.Code != row.code || a.retryAfter != "" {
				t.Errorf("%s: %+v", row.why, a)
			}
		}
	})
}
