package scenarios

import (
	"maps"
	"slices"
	"testing"

	"hubsim/checker"
)

// TestAKnobSetBackIsNoticed spoils one knob at a time: mostly by giving back what makes a hardened node
// better than the product's. The scenario that stands for it must be violated in the check named.
func TestAKnobSetBackIsNoticed(t *testing.T) {
	for _, row := range []struct{ why, knob, value, scenario, check string }{
		{"a gateway compares its clock again", "gateway.trust_remaining", "false", "clock-skew-leak", "over-admission"},
		{"a decision does not say how long it holds", "traffic_manager.tell_remaining", "false", "clock-skew-leak", "over-admission"},
		{"a true is repeated with every event", "traffic_manager.rules.repeat_true_every", "0s", "decision-storm", "amplification"},
		{"consumers stay where they failed over to", "gateway.session.topic.fail_back", "0s", "region-sticky-failover", "home-hub"},
		{"waits of consumers double up to an hour", "gateway.session.topic.again.max", "1h", "broker-outage-deaf", "deaf-time"},
		{"a return asks for nothing", "gateway.resync_on_up", "false", "revoke-during-partition", "convergence"},
		{"a publisher to another region drops what it cannot send", "control_plane.remote.store", "false", "region-link-loss", "convergence"},
		{"waits of pulls double up to an hour", "session.pull.retry.max", "1h", "wrong-boot-order", "ready"},
		{"an event of the last window is dropped, however near the edge", "traffic_manager.rules.late_by", "0s", "clock-skew-leak", "over-admission"},
		{"an event of any window is counted", "traffic_manager.rules.late_by", "1m", "tm-restart-early", "carry"},
		{"an event of any window is counted, and calls are refused for it", "traffic_manager.rules.late_by", "1m", "tm-restart-early", "under-admission"},
		{"an event costs the traffic manager half as much again", "traffic_manager.service_time", "150ms", "tm-saturation-knee", "decision-latency"},
		{"a ring holds a hundred events less", "gateway.session.feed.ring", "500", "publisher-ring-full", "feed-loss"},
		{"a traffic manager keeps every key", "traffic_manager.rules.forget_idle", "false", "unbounded-keys", "key-growth"},
		{"the first event of a key says false", "traffic_manager.rules.quiet_first", "false", "tm-return-lifts-blocks", "lifts"},
		{"an event moves a window that is overdue", "traffic_manager.roll_first", "false", "manager-pause", "windows"},
		{"the revocations of a lost tail are not written again", "control_plane.rewrite", "0s", "database-tail-lost", "revocation"},
		{"a gateway keeps nothing over a restart", "gateway.keep_revoked", "false", "region-disk-full", "refusals"},
		{"consumers wait without jitter", "gateway.session.topic.again.jitter", "0", "hub-reconnect-herd", "dials"},
		{"consumers send no heartbeats", "gateway.session.topic.heartbeat", "0s", "idle-firewall-drop", "revocation"},
	} {
		t.Run(row.why, func(t *testing.T) {
			t.Parallel()
			s := *load(t, row.scenario)
			s.Knobs = maps.Clone(s.Knobs)
			if s.Knobs == nil {
				s.Knobs = map[string]string{}
			}
			s.Knobs[row.knob] = row.value
			r := simulate(t, &s, Options{Profile: "hardened", Seed: 1})
			if !slices.ContainsFunc(r.Outcomes, func(o checker.Outcome) bool { return o.Check == row.check && o.Verdict == checker.Violated }) {
				t.Errorf("%s under %s=%s does not violate %s: %s %v", row.scenario, row.knob, row.value, row.check, r.Judgement, r.Reasons)
			}
		})
	}
}

// TestAFirstFalseLiftsABlock lets a traffic manager that comes back say false of a key's first event, as the
// product's does: it lifts what the other one has decided, and a hardened one never does.
func TestAFirstFalseLiftsABlock(t *testing.T) {
	s := *load(t, "tm-kill-midwindow")
	for _, row := range []struct {
		quiet string
		lifts bool
	}{{"true", false}, {"false", true}} {
		s.Knobs = map[string]string{"traffic_manager.rules.quiet_first": row.quiet}
		r := simulate(t, &s, Options{Profile: "hardened", Seed: 1})
		if n := r.Quota.Over[checker.LiftedEarly]; (n > 0) != row.lifts {
			t.Errorf("quiet_first %s: %d calls leaked through lifted blocks", row.quiet, n)
		}
	}
}
