package controlplane

import (
	"testing"

	"pgregory.net/rapid"

	"hubsim/event"
)

// TestEveryCallIsAnsweredOnce asks, acknowledges, breaks and waits at random: whatever becomes of the
// database and the brokers, every call has exactly one answer, and no pull waits for ever.
func TestEveryCallIsAnsweredOnce(t *testing.T) {
	commands := [][]string{
		{"revoke", "4f1c", "5000000"}, {"deploy", "pizza", "Default"}, {"undeploy", "pizza"}, {"policy", "Gold", "5"},
		{"delete-policy", "Gold"}, {"application", "app-1", "Gold"}, {"block", "USER", "alice", "on"},
		{"webhook", "subscribe", "cb"}, {"key-manager", "Okta"}, {"nonsense", "empty-step"},
		{"pull", "gw-1", "/runtime-artifacts", "labels=Default"}, {"pull", "gw-2", "/revokedjwt"}, {"ack", "gw-1", "pizza", "1"},
		{"batch", "cp-2", "notification", "block", "nil"},
		{"db", "answers"}, {"db", "silent"}, {"db", "refuses"},
		{"refuse", "store.eu"}, {"heal", "store.eu"}, {"reset", "store.eu"}, {"refuse", "cp-1.broker"},
		{"heal", "cp-1.broker"}, {"reset", "cp-1.broker"}, {"reset", "cp-1"}, {"reset", "gw-1"}, {"reset", "cp-2"},
		{"advance", "10ms"}, {"advance", "1s"}, {"advance", "20s"},
	}
	rapid.Check(t, func(rt *rapid.T) {
		profile := rapid.SampledFrom([]string{"wso2", "hardened"}).Draw(rt, "profile")
		s := &scene{t: t}
		s.run([]string{"cp", profile, "groups=cp-1,cp-2", "duplicate=cp-2.broker"})
		s.cp.cfg.Database.Statements = 4
		for _, c := range rapid.SliceOf(rapid.SampledFrom(commands)).Draw(rt, "commands") {
			s.run(c)
		}
		s.run([]string{"advance", "61s"})
		for call := event.CallID(1); call <= s.calls; call++ {
			if s.answers[call] != 1 {
				rt.Fatalf("call %d has %d answers, want 1\n%s", call, s.answers[call], s.text.String())
			}
		}
		if s.cp.pulls != 0 {
			rt.Fatalf("%d pulls wait for ever\n%s", s.cp.pulls, s.text.String())
		}
	})
}
