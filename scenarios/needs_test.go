package scenarios

import (
	"errors"
	"path/filepath"
	"strings"
	"testing"

	"hubsim/deployment"
)

// onPattern makes a scenario out on a pattern as if it were the user's own files.
func onPattern(t *testing.T, name, pattern string) error {
	t.Helper()
	files, err := deployment.Pattern(pattern)
	if err != nil {
		t.Fatal(err)
	}
	d, _, err := deployment.ReadFS(files, pattern)
	if err != nil {
		t.Fatal(err)
	}
	_, err = load(t, name).Prepare(Options{Deployment: d, Seed: 1})
	return err
}

// What a scenario needs its own deployment must have.
func TestAScenarioFitsItsOwnDeployment(t *testing.T) {
	for _, name := range Names() {
		s := load(t, name)
		files, err := s.Deployment.files()
		if err != nil {
			t.Fatal(err)
		}
		d, _, err := deployment.ReadFS(files, name)
		if err != nil {
			t.Fatal(err)
		}
		if _, err := s.Prepare(Options{Deployment: d, Seed: 1}); err != nil {
			t.Errorf("%s: %v", name, err)
		}
	}
}

func TestNeeds(t *testing.T) {
	for _, row := range []struct{ name, pattern, want string }{
		{"tm-kill-midwindow", "gw-cp-tm", "this scenario wants two traffic managers; your files have one"},
		{"tm-kill-midwindow", "gw-cp-ha", ""},
		{"tm-kill-midwindow", "multi-dc", "this scenario wants two traffic managers in one region; your files have one"},
		{"deploy-partial", "gw-cp-tm", "this scenario wants two gateways; your files have one"},
		{"revoke-one-gateway", "gw-cp-tm-ha", ""},
		{"region-link-loss", "gw-cp-tm-ha", "this scenario wants two regions; your files have one"},
		{"region-link-loss", "multi-dc-main", ""},
		{"region-event-loop", "multi-dc-main", "this scenario wants two regions with a control plane each; your files have one"},
		{"region-link-loss", "multi-dc", ""},
		{"counter-store-trouble", "gw-cp-tm-ha", "this scenario wants one store of shared counters; your files have none"},
		{"counter-store-trouble", "gw-cp-tm-shared", ""},
		{"window-edge-double", "multi-dc", ""}, // in one of its regions
		{"dup-target-blackhole", "gw-cp-ha", "this scenario wants traffic managers that copy their decisions to each other, by apim.throttling.event_duplicate_url; your files have none"},
		{"dup-target-blackhole", "gw-cp-tm-shared", ""},
		{"hub-failover", "v2-distributed", "this scenario wants an event hub, and the 2.x layout has none"},
		{"rsync-writer-dies", "gw-cp-tm-ha", "this scenario wants the 2.x layout, of api-manager.xml files; your files are of a later one"},
		{"tm-kill-midwindow", "v2-distributed", ""},
		{"region-sticky-failover", "multi-dc", "this scenario wants a gateway that lists a traffic manager of another region; your files have none"},
		{"region-hub-abroad", "multi-dc", "this scenario wants a gateway that lists the control plane of another region although its own has one; your files have none"},
		{"region-hub-abroad", "multi-dc-main", "this scenario wants two regions with a control plane each; your files have one"},
		{"region-cold-start", "multi-dc-main", ""},
		{"region-counts-alone", "multi-dc", ""},
	} {
		err := onPattern(t, row.name, row.pattern)
		bad := (*UnfitError)(nil)
		switch {
		case row.want == "" && err != nil:
			t.Errorf("%s on %s: %v", row.name, row.pattern, err)
		case row.want != "" && (!errors.As(err, &bad) || bad.Needs != row.want || !strings.Contains(err.Error(), "needs.")):
			t.Errorf("%s on %s: %v, want %q", row.name, row.pattern, err, row.want)
		}
	}
}

// Two active-active nodes run everything: what stops a control plane stops a gateway as well.
func TestNeedsGatewaysApart(t *testing.T) {
	d, _, err := deployment.Read(filepath.Join("testdata", "active-active"))
	if err != nil {
		t.Fatal(err)
	}
	for _, name := range []string{"hub-failover", "tm-kill-midwindow", "publisher-ring-full"} {
		_, err := load(t, name).Prepare(Options{Deployment: d, Seed: 1})
		const want = "this scenario stops a control plane or a traffic manager and wants gateways that go on, on hosts of their own; in your files the gateway of node-1 stops with it"
		if bad := (*UnfitError)(nil); !errors.As(err, &bad) || bad.Needs != want {
			t.Errorf("%s: %v, want %q", name, err, want)
		}
	}
}

// A region's hosts have names that do not depend on what it is called.
func TestNamesOfARegion(t *testing.T) {
	e, err := load(t, "region-link-loss").Prepare(Options{})
	if err != nil {
		t.Fatal(err)
	}
	for _, row := range []struct{ name, want string }{
		{"region-1/cp-1", "eu-cp-1.broker eu-cp-1"},
		{"region-2/gw-*", "us-gw-1 us-gw-2"},
		{"region-2/tm-last.broker", "us-tm-1.broker"},
		{"region-2/store", "store.us"},
		{"region-2", "store.us us-cp-1.broker us-tm-1.broker us-cp-1 us-tm-1 us-gw-1 us-gw-2"},
	} {
		if err := e.resolve(row.name); err != nil {
			t.Errorf("%s: %v", row.name, err)
		}
		var got []string
		for _, i := range e.World.Find(row.name) {
			got = append(got, string(e.World.Members[i].ID))
		}
		if strings.Join(got, " ") != row.want {
			t.Errorf("%s is %v, want %s", row.name, got, row.want)
		}
	}
}
