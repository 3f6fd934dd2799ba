package nodetest

import (
	"strings"
	"testing"

	"hubsim/event"
)

// TestPrintParse says of each line that it is read and written again as it was.
func TestPrintParse(t *testing.T) {
	for _, line := range []string{
		"decision Key=7:alice@carbon.super IsThrottled Expiry=+1m",
		"decision Key=k Expiry=-1.5s Remaining=30s",
		"throttle AppKey=7:alice AppID=7 ID=3 At=+10s",
		"revocation EventID=r-1 Token=4f1c Expiry=+1h Type=JWT TenantID=-1234",
		"notification EventID=d-1 Type=DEPLOY_API_IN_GATEWAY API.UUID=pizza API.Labels=Default,EU API.Revision=2",
		"notification EventID=p-1 Type=POLICY_UPDATE Policy.Name=Gold Policy.Level=subscription",
		"key-manager EventID=k-1 Action=add Manager.Name=Okta Manager.Enabled",
		"request ID=4 Context=/pizza/1.0.0 Token.ID=4f1c Token.Expires=+1h30m",
		"blocking Kind=USER Value=bob On",
		"batch throttle ID=1; throttle ID=2",
		"batch-ack Seq=7",
		"heartbeat",
		"nothing",
	} {
		m, err := Parse(line)
		if err != nil {
			t.Errorf("%s: %v", line, err)
		} else if got := Print(m); got != line {
			t.Errorf("%s is written as %s", line, got)
		}
	}
}

func TestParseRefuses(t *testing.T) {
	rows := []struct{ why, line, says string }{
		{"a class that is none", "pizza Key=k", `no message is called "pizza"`},
		{"a field that is none", "decision Kay=k", "has no field Kay"},
		{"a field of a field that is none", "notification API.Kay=k", "has no field Kay"},
		{"a level that is none", "notification Policy.Level=top", `no event.Level is called "top"`},
		{"an instant that is none", "decision Expiry=soon", "soon"},
		{"a number that is none", "blocking ID=x", "invalid syntax"},
		{"no words", " ", "no message"},
	}
	for _, r := range rows {
		if _, err := Parse(r.line); err == nil || !strings.Contains(err.Error(), r.says) {
			t.Errorf("%s: %q says %v, want %q", r.why, r.line, err, r.says)
		}
	}
}

func TestPrintReply(t *testing.T) {
	rows := []struct {
		reply event.Reply
		want  string
	}{
		{event.Reply{Status: 200}, "reply 200"},
		{event.Reply{Status: 429, Code: event.SubscriptionExceeded, NextAccess: Start + 60_000}, "reply 429/900804 next +1m"},
		{event.Reply{Status: 401, Code: event.InvalidCredentials}, "reply 401/900901"},
	}
	for _, r := range rows {
		if got := Print(&r.reply); got != r.want {
			t.Errorf("%s, want %s", got, r.want)
		}
	}
}
