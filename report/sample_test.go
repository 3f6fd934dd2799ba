package report_test

import (
	"fmt"

	"hubsim/checker"
	"hubsim/event"
)

func micros(n int) event.Duration { return event.Duration(n) * event.Microsecond }

func hops() []checker.Quantiles {
	return []checker.Quantiles{
		{Name: "gateway-queue", Count: 9, P50: 0, P90: 0, P99: micros(12), Max: micros(12)},
		{Name: "wire", Count: 9, P50: micros(1002), P90: micros(1070), P99: micros(1120), Max: micros(1120)},
		{Name: "traffic-manager", Count: 9},
		{Name: "broker", Count: 18, P50: micros(2004), P90: micros(2170), P99: micros(2_300_000), Max: micros(2_300_000)},
		{Name: "decision", Count: 18, P50: micros(3006), P90: micros(3240), P99: micros(2_301_000), Max: micros(2_301_000)},
	}
}

func passed() checker.Result {
	return checker.Result{
		Schema: checker.ResultSchema, Scenario: "baseline-single",
		Question: "Is the rig sane - does one gateway with one traffic manager admit what the quota says?",
		Source:   "wso2/product-apim#6096", Profile: "wso2", Driver: "virtual", Seed: 1, Ran: 45 * event.Second,
		Steps: 4100, Records: 12040, Digest: "00c0ffee00c0ffee", Judgement: checker.Pass,
		Replay:  "sim run baseline-single --profile wso2 --seed 1",
		Conduct: checker.Conduct{Intended: 600},
		Findings: checker.Findings{
			Outcomes: []checker.Outcome{
				{Check: "under-admission", Verdict: checker.Holds, Exercised: 290, Worst: "0 calls (none)", Bound: "0"},
				{Check: "accounting", Verdict: checker.Holds, Exercised: 1900, Worst: "0 unexplained of 600 calls, 1300 messages, 0 event copies", Bound: "0 unexplained"},
			},
			Quota:    checker.Quota{Served: 310, Throttled: 290, Windows: 3},
			Hops:     hops(),
			Gateways: []checker.Quantiles{{Name: "gw-1", Count: 18, P50: micros(3006), P90: micros(3240), P99: micros(4100), Max: micros(4100)}},
			Books:    checker.Books{Calls: 600, Answers: map[string]int{"served": 310, "throttled": 290}, Sent: 1300, Received: 1300},
		},
	}
}

func failed() checker.Result {
	r := passed()
	r.Scenario, r.Question, r.Source = "tm-kill-midwindow", "What do clients see, and for how long, when a traffic manager dies?", "wso2/api-manager#3125"
	r.Replay = "sim run tm-kill-midwindow --profile wso2 --seed 1"
	r.Judgement = checker.Fail
	r.Reasons = []string{"over-admission is violated: 12 calls (8 decision in flight, 4 event in flight); worst window 4 over 100"}
	r.Conduct = checker.Conduct{
		Intended: 1200, NotSent: 2, LateP99: micros(1080),
		Faults: []checker.FaultReport{{Fault: "at 25s for 10s crash tm-1", Hits: 1}, {Fault: "at 40s for 5s refuse gw-2>cp-1.broker", Hits: 14}},
	}
	r.Quota.Over[checker.DecisionInFlight], r.Quota.Over[checker.EventInFlight] = 8, 4
	r.Quota.Under[checker.LateDecision] = 1
	r.Quota.WorstOver, r.Quota.WorstQuota, r.Quota.WorstKey = 4, 100, "1:/pizza/1.0.0:1.0.0:Hundred"
	r.Outcomes = []checker.Outcome{
		{
			Check: "over-admission", Verdict: checker.Violated, Exercised: 9,
			Worst: "12 calls (8 decision in flight, 4 event in flight); worst window 4 over 100",
			Bound: "only: event in flight; at most 3 a window", Details: []string{"8 calls: decision in flight", "4 in one window, at most 3 are allowed"},
		},
		{
			Check: "deaf-time", Verdict: checker.KnownGap, Exercised: 4, Worst: "75.0s", Bound: "at most 15s while a broker runs", Issue: "wso2/product-microgateway#2053",
			Details: []string{"gw-2 heard nothing on throttleData for 75.0s while a broker was running"},
		},
		{Check: "accounting", Verdict: checker.Holds, Exercised: 2900, Worst: "0 unexplained of 1200 calls, 1700 messages, 6 event copies", Bound: "0 unexplained"},
	}
	r.Books.Dropped = map[string]int{"node-down": 3, "broken-in-flight": 8}
	r.Books.Sent, r.Books.Delivered, r.Books.Open = 1311, 2, 1
	for i, gw := range []string{"gw-2", "gw-2", "gw-2", "gw-1"} {
		r.Missed = append(r.Missed, checker.Fate{Event: fmt.Sprint("step-", i+1), Topic: "tokenRevocation", Gateway: event.NodeID(gw), Why: "not-subscribed"})
	}
	return r
}

func invalid() checker.Result {
	r := passed()
	r.Judgement = checker.Invalid
	r.Reasons = []string{
		"rolling-window was never exercised",
		"the generator did not send 40 of 600 calls",
		`the fault "at 25s for 10s crash tm-1" had no observed effect`,
	}
	r.Conduct = checker.Conduct{Intended: 600, NotSent: 40, LateP99: 300 * event.Millisecond, Faults: []checker.FaultReport{{Fault: "at 25s for 10s crash tm-1"}}}
	r.Quota, r.Hops, r.Gateways = checker.Quota{}, nil, nil
	r.Outcomes = []checker.Outcome{{Check: "rolling-window", Bound: "the quota in any stretch as long as a window"}}
	return r
}

func twin() checker.Result {
	r := failed()
	r.Twin, r.Judgement = true, checker.Pass
	r.Reasons = []string{"the twin is caught: over-admission is violated, as it must be"}
	r.Replay += " --twin"
	r.Outcomes[1].Verdict, r.Outcomes[1].Issue = checker.Violated, ""
	return r
}

// crowd has more of everything than a report tells one by one.
func crowd() checker.Result {
	r := failed()
	r.Gateways, r.Missed = nil, nil
	for i := range 40 {
		name := fmt.Sprintf("gw-%d", i+1)
		r.Gateways = append(r.Gateways, checker.Quantiles{Name: name, Count: 9, P50: micros(1000 + i), P90: micros(1100 + i), P99: micros(1200 + i), Max: micros(1300 + i)})
		r.Quota.Keys = append(r.Quota.Keys, checker.KeyQuota{Key: event.ThrottleKey(fmt.Sprintf("%d:/pizza/1.0.0:1.0.0:Hundred", i)), Quota: 100, Windows: 3, Over: i, WorstOver: int64(i), Most: int64(100 + i)})
		for range i%3 + 1 {
			r.Missed = append(r.Missed, checker.Fate{Event: fmt.Sprint("step-", i), Topic: "notification", Gateway: event.NodeID(name), Why: "broken-in-flight"})
		}
	}
	return r
}

// rubbish was given what it could not use: more of it at one node than is told.
func rubbish() checker.Result {
	r := passed()
	bad := &checker.BadInput{Times: 20}
	for i := range 10 {
		bad.Pieces = append(bad.Pieces, checker.Unusable{Node: "cp-1", Reason: "refused", Where: fmt.Sprintf("POST /internal/data/v1/notify: invalid character at byte %d", i), Times: 1, First: event.Mono(event.Second)})
	}
	bad.Pieces = append(bad.Pieces, checker.Unusable{Node: "gw-1", Reason: "malformed", Where: `cannot read a token revocation: malformed at "expiryTime"`, Times: 10, First: event.Mono(2 * event.Second)})
	r.BadInput = bad
	return r
}

// swept has a table: two cells of one number of gateways, one of another, and figures of all kinds.
func swept() checker.Result {
	r := passed()
	cell := func(gateways int, hop event.Duration, over int64) checker.Cell {
		c := checker.Cell{Point: checker.Point{Quota: 1000, Rate: 200, Gateways: gateways, Hop: hop}, Windows: 5, Called: 60_000, Admitted: 5000 + over, Over: over, Worst: over / 2, Hops: hops()}
		c.Causes[checker.EventInFlight] = int(over)
		return c
	}
	far := cell(4, 20*event.Millisecond, 40)
	far.Causes[checker.EventInFlight], far.Causes[checker.BoundaryCarry], far.Causes[checker.EventWaiting] = 20, 8, 12
	early := cell(4, 20*event.Millisecond, 0)
	early.Quota, early.Hops = 500_000, []checker.Quantiles{{Name: "gateway-queue"}, {Name: "wire"}, {Name: "traffic-manager"}, {Name: "broker"}, {Name: "decision"}}
	found := cell(1, 25*event.Millisecond, 20)
	r.Sweep = &checker.Sweep{Window: event.Minute, Cells: []checker.Cell{cell(1, 0, 3), far, early}, Public: &checker.Public{
		Source: "wso2/product-apim#5935", Note: "the rate was not published",
		Figures: []checker.Figure{
			{Name: "Bronze", Quota: 1000, Admitted: 1020, Rate: 200, Needs: 100 * event.Millisecond, Found: &found},
			{Name: "Silver", Quota: 2000, Admitted: 2374, Rate: 200, Needs: 1870 * event.Millisecond},
			{Name: "Gold", Quota: 5000, Admitted: 9745, Rate: 100},
		},
	}}
	return r
}

// ordered has a table of orders of start: a row an order, a column how far apart.
func ordered() checker.Result {
	r := passed()
	cell := func(took, apart event.Duration, order ...string) checker.Boot {
		return checker.Boot{Order: order, Apart: apart, Took: took, Last: "gw-1", What: "api-pizza"}
	}
	never := cell(10*event.Minute, 3*event.Minute, "gw-*", "cp-*")
	never.Never = true
	r.Boots = &checker.Boots{Wait: 10 * event.Minute, Cells: []checker.Boot{
		cell(event.Second, 20*event.Second, "cp-*", "gw-*"), cell(event.Second, 3*event.Minute, "cp-*", "gw-*"),
		cell(26*event.Second, 20*event.Second, "gw-*", "cp-*"), never,
	}}
	return r
}
