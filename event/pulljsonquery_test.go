package event_test

import (
	"errors"
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"hubsim/event"
)

func TestQuery(t *testing.T) {
	for _, c := range []struct {
		why  string
		r    event.PullRequest
		want string
	}{
		{"an artifact for one environment", event.PullRequest{Path: event.PathArtifacts, Name: "7c6a2c1e", Labels: []string{"Default"}},
			"apiId=7c6a2c1e&gatewayLabel=RGVmYXVsdA&type=Synapse"},
		{"all artifacts for two", event.PullRequest{Path: event.PathArtifacts, Labels: []string{"Default", "EU-West"}},
			"gatewayLabel=RGVmYXVsdHxFVS1XZXN0&type=Synapse"},
		{"one policy", event.PullRequest{Path: event.PathSubscriptionPolicies, Name: "Gold & Silver"}, "policyName=Gold+%26+Silver"},
		{"all policies", event.PullRequest{Path: event.PathAPIPolicies}, ""},
		{"revoked tokens have no names", event.PullRequest{Path: event.PathRevoked, Name: "x", Labels: []string{"y"}}, ""},
	} {
		if got := c.r.Query(); got != c.want {
			t.Errorf("%s: %q, want %q", c.why, got, c.want)
		}
	}
}

func TestParseQuery(t *testing.T) {
	for _, c := range []struct {
		why   string
		query string
		want  event.PullRequest
	}{
		{"the Synapse gateway", "apiId=7c&gatewayLabel=RGVmYXVsdA&type=Synapse", event.PullRequest{Name: "7c", Labels: []string{"Default"}}},
		{"the Go adapter pads", "gatewayLabel=RGVmYXVsdA%3D%3D", event.PullRequest{Labels: []string{"Default"}}},
		{"the standard alphabet, escaped", "gatewayLabel=PDw%2FPz8%2BPg%3D%3D", event.PullRequest{Labels: []string{"<<???>>"}}},
		{"the standard alphabet, as it is", "gatewayLabel=fn5+fn4/", event.PullRequest{Labels: []string{"~~~~~?"}}},
		{"nothing", "", event.PullRequest{}},
	} {
		c.want.Path = event.PathArtifacts
		got, err := event.ParseQuery(event.PathArtifacts, c.query)
		if diff := cmp.Diff(&c.want, got); err != nil || diff != "" {
			t.Errorf("%s: %v (-want +got):\n%s", c.why, err, diff)
		}
	}
	if r, err := event.ParseQuery(event.PathRetrieve, "type=Envoy"); err != nil || !r.Envoy {
		t.Errorf("type=Envoy: %v, %v", r, err)
	}
	for _, query := range []string{"type=APK", "apiId=7c&type=envoy"} {
		if r, err := event.ParseQuery(event.PathArtifacts, query); r != nil || !errors.Is(err, event.ErrNoForm) {
			t.Errorf("%s: %v, %v", query, r, err)
		}
	}
	for _, query := range []string{"gatewayLabel=*", "apiId=%zz"} {
		if r, err := event.ParseQuery(event.PathArtifacts, query); r != nil || !errors.Is(err, event.ErrMalformed) {
			t.Errorf("%s: %v, %v", query, r, err)
		}
	}
}

func TestQueryRoundTrip(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		r := &event.PullRequest{Path: rapid.SampledFrom(pullPaths).Draw(t, "path")}
		switch r.Path {
		case event.PathAPIs, event.PathArtifacts:
			r.Labels = rapid.SliceOfN(rapid.StringMatching(`[^|]+`), 0, 3).Draw(t, "labels")
			if len(r.Labels) == 0 {
				r.Labels = nil
			}
			r.Name = drawText(t, "name")
		case event.PathSubscriptionPolicies, event.PathApplicationPolicies, event.PathAPIPolicies:
			r.Name = drawText(t, "name")
		}
		got, err := event.ParseQuery(r.Path, r.Query())
		if diff := cmp.Diff(r, got); err != nil || diff != "" {
			t.Fatalf("%v (-want +got):\n%s", err, diff)
		}
	})
}

func FuzzParseQuery(f *testing.F) {
	for i, path := range pullPaths {
		f.Add(uint8(i), (&event.PullRequest{Path: path, Name: "Gold", Labels: []string{"Default", "EU-West"}}).Query())
	}
	f.Add(uint8(10), "gatewayLabel=%3D%3D&apiId=%zz")
	f.Fuzz(func(t *testing.T, path uint8, query string) {
		r, err := event.ParseQuery(pullPaths[int(path)%len(pullPaths)], query)
		if err != nil {
			return
		}
		again, err := event.ParseQuery(r.Path, r.Query())
		if diff := cmp.Diff(r, again); err != nil || diff != "" {
			t.Fatalf("not stable: %v (-once +twice):\n%s", err, diff)
		}
	})
}

func FuzzParseAcks(f *testing.F) {
	f.Add(golden(f, "deployed-revisions.json"))
	f.Add([]byte(`[{"apiId":"7c","revisionId":3,"envInfo":[],"gateway":"gw-1"},{"apiId":"7d"}]`))
	f.Add([]byte(`[null]`))
	f.Fuzz(func(t *testing.T, body []byte) {
		acks, err := event.ParseAcks(body)
		if err != nil {
			return
		}
		for _, r := range acks {
			once, err := event.AppendAck(nil, r)
			if err != nil {
				t.Fatal(err)
			}
			again, err := event.ParseAcks(once)
			if err != nil || len(again) != 1 || cmp.Diff(r, again[0]) != "" {
				t.Fatalf("not stable: %v\n%s", err, once)
			}
		}
	})
}
