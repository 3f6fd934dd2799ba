package live_test

import (
	"context"
	"flag"
	"fmt"
	"os"
	"os/exec"
	"strings"
	"testing"

	"go.uber.org/goleak"

	"hubsim/broker/natsbroker"
	"hubsim/live"
	"hubsim/node"
	"hubsim/scenarios"
	"hubsim/trace"
)

// TestMain leaves out what needs promtool where there is none, and says so; where CI is set that is a
// failure. It also sees to it that no goroutine is left. As a node's own process it runs the node instead.
func TestMain(m *testing.M) {
	if os.Getenv(ownProcess) != "" {
		os.Exit(runNode())
	}
	flag.Parse()
	if _, err := exec.LookPath("promtool"); err != nil {
		fmt.Println("live: NOT RUN: promtool's check of the metrics, for promtool is not on the path; apt-get install prometheus brings it")
		if os.Getenv("CI") != "" {
			os.Exit(1)
		}
		if err := flag.Set("test.skip", "^TestMetricsOfASite$/^promtool$"); err != nil {
			panic(err)
		}
	}
	goleak.VerifyTestMain(m)
}

func TestMetricsOfASite(t *testing.T) {
	t.Parallel()
	page := scrapeSite(t)
	t.Run("contents", func(t *testing.T) {
		for _, line := range []string{
			`hubsim_queue_depth{node="gw-1",queue="feed",to="tm-2"} `,
			`hubsim_queue_depth{node="cp-1",queue="feed",to="cp-2"} `,
			`hubsim_queue_depth{node="cp-1",queue="publisher",to="cp-1.broker"} `,
			`hubsim_queue_depth{node="tm-1",queue="receiver",to=""} `,
			`hubsim_queue_depth{node="tm-1",queue="publisher",to="tm-1.broker"} `,
			`hubsim_queue_depth{node="tm-1",queue="publisher",to="tm-2.broker"} `,
			`hubsim_mailbox_depth{node="gw-1"} `,
		} {
			if !strings.Contains(page, line) {
				t.Errorf("no line %s", line)
			}
		}
		for _, hop := range trace.Hops() {
			if !strings.Contains(page, fmt.Sprintf("hubsim_decision_latency_seconds_count{hop=%q} ", hop)) {
				t.Errorf("no histogram of hop %s", hop)
			}
		}
	})
	t.Run("promtool", func(t *testing.T) {
		check := exec.Command("promtool", "check", "metrics")
		check.Stdin = strings.NewReader(page)
		if said, err := check.CombinedOutput(); err != nil || len(said) > 0 {
			t.Errorf("promtool check metrics: %v\n%s", err, said)
		}
	})
}

// scrapeSite runs a whole site until a gateway has applied a throttle decision, and returns what its
// metrics are then.
func scrapeSite(t *testing.T) string {
	s, err := scenarios.Parse("equal.yaml", []byte(equal))
	if err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithTimeout(t.Context(), patience)
	defer cancel()
	applied := want{"a decision is applied", func(r *trace.Record) bool {
		return r.Kind == trace.Noted && r.Note.Fact == node.DecisionApplied
	}}
	m, page := live.NewMetrics(), ""
	seen := &watch{wanted: []want{applied, applied}, cancel: func() { // the metrics have observed the first of two
		if page == "" {
			page = scrape(t, m)
		}
		cancel()
	}}
	site := prepare(t, s, "wso2", nil)
	site.World.Watch, site.World.Length = seen, 0
	b := natsbroker.New(natsbroker.Defaults())
	defer b.Close()
	if _, err := live.Run(ctx, site.World, b, live.Options{Metrics: m}); err != nil {
		t.Fatal(err)
	}
	return page
}
