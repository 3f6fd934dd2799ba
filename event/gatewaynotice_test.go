package event_test

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"hubsim/event"
)

// Bodies of the two resources of 4.6, as GatewayNotifier.java and DeploymentStatusNotifier.java write them.
func TestGatewayNotices(t *testing.T) {
	for _, row := range []struct {
		body string
		want *event.PullRequest
	}{
		{`{"payloadType":"register","gatewayId":"gw-1","timeStamp":5,"environmentLabels":["Default","EU"]}`,
			&event.PullRequest{Path: event.PathGateway, Notice: &event.GatewayNotice{Gateway: "gw-1", At: 5, Labels: []string{"Default", "EU"}}}},
		{`{"payloadType":"heartbeat","gatewayId":"gw-1","timeStamp":6}`,
			&event.PullRequest{Path: event.PathGateway, Notice: &event.GatewayNotice{Gateway: "gw-1", At: 6, Heartbeat: true}}},
	} {
		got, err := event.ParseNotice([]byte(row.body))
		if diff := cmp.Diff(row.want, got); err != nil || diff != "" {
			t.Errorf("%s: %v (-want +got):\n%s", row.body, err, diff)
			continue
		}
		if again, err := event.AppendNotice(nil, got.Notice); err != nil || string(again) != row.body {
			t.Errorf("written again %s, %v", again, err)
		}
	}
	const batch = `{"count":3,"list":[` +
		`{"gatewayId":"gw-1","apiId":"7c","tenantDomain":"carbon.super","deploymentStatus":"SUCCESS","timeStamp":7,"action":"DEPLOY","revisionId":"3"},` +
		`{"gatewayId":"gw-1","apiId":"8d","tenantDomain":"carbon.super","deploymentStatus":"FAILURE","timeStamp":8,"action":"DEPLOY","revisionId":"1"},` +
		`{"gatewayId":"gw-1","apiId":"9e","tenantDomain":"carbon.super","deploymentStatus":"SUCCESS","timeStamp":9,"action":"UNDEPLOY","revisionId":"0"}]}`
	want := &event.PullRequest{Path: event.PathStatus, States: []event.DeployAck{
		{Gateway: "gw-1", API: "7c", Revision: 3, At: 7}, {Gateway: "gw-1", API: "8d", Revision: 1, At: 8, Failed: true}, {Gateway: "gw-1", API: "9e", At: 9, Gone: true},
	}}
	got, err := event.ParseStates([]byte(batch))
	if diff := cmp.Diff(want, got); err != nil || diff != "" {
		t.Fatalf("%v (-want +got):\n%s", err, diff)
	}
	if again, err := event.AppendStates(nil, got.States); err != nil || string(again) != batch {
		t.Errorf("written again %s, %v", again, err)
	}
}

func TestGatewayNoticesThatAreNone(t *testing.T) {
	good := `{"list":[{"gatewayId":"g","apiId":"a","deploymentStatus":"SUCCESS","timeStamp":1,"action":"DEPLOY","revisionId":"1"}]}`
	if _, err := event.ParseStates([]byte(good)); err != nil {
		t.Fatal(err)
	}
	for body, place := range map[string]string{
		`{`: "byte", `{"payloadType":"hello","gatewayId":"g"}`: "payloadType", `{"payloadType":"register"}`: "gatewayId",
		`{"payloadType":"register","gatewayId":"g","timeStamp":"now"}`: "timeStamp",
	} {
		if _, err := event.ParseNotice([]byte(body)); err == nil || !strings.Contains(err.Error(), place) && place != "byte" {
			t.Errorf("%s: %v, want its place %s", body, err, place)
		}
	}
	for _, broken := range [][2]string{
		{`"list"`, `"lost"`}, {`"g"`, `""`}, {`"a"`, `""`}, {`SUCCESS`, `MAYBE`}, {`DEPLOY`, `MOVE`}, {`"revisionId":"1"`, `"revisionId":"one"`},
	} {
		if q, err := event.ParseStates([]byte(strings.Replace(good, broken[0], broken[1], 1))); err == nil {
			t.Errorf("%s in place of %s is taken as %+v", broken[1], broken[0], q)
		}
	}
}
