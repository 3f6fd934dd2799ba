package deployment

import (
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"testing/fstest"
)

// described are sets whose topology is worth reading; the golden files hold it.
var described = []struct {
	about, pattern, golden string
	edits                  []edit
}{
	{"ten gateways, one of them with a wrong clock; slow links", "gw-cp-tm", "topology-copies.txt", []edit{
		{"topology.yaml", "", `profile: hardened
nodes:
  gw-1: {copies: 10}
  gw-3: {clock: {offset: -400ms, drift_ppm: 20}}
links:
  same_host: {latency: 20us}
  same_region: {latency: 500us, jitter: 200us}
  gw-1>tm-1: {latency: 200ms}
`}}},
	{"a control plane with a copy: each duplicates to the other", "gw-cp-ha", "topology-twin.txt", []edit{
		{"cp-2.toml", "", ""}, {"topology.yaml", "", "nodes:\n  cp-1: {copies: 2, aliases: [hub-1]}\n"}}},
	{"one installation that runs everything", "", "all-in-one.txt", []edit{
		{"deployment.toml", "", "[server]\nhostname = \"am.example.com\"\nserver_role = \"default\"\n[qpid.heartbeat]\ndelay = 20\n"}}},
	{"sub-regions without a control plane of their own", "multi-dc", "sub-regions.txt", []edit{
		{"us-cp-1/deployment.toml", "", ""},
		{"us-gw-1.toml", "cp.us.", "cp.eu."}, {"us-gw-1.toml", "us-cp-1", "eu-cp-1"},
		{"us-gw-2.toml", "cp.us.", "cp.eu."}, {"us-gw-2.toml", "us-cp-1", "eu-cp-1"},
		{"us-tm-1.toml", "cp.us.", "cp.eu."}, {"us-tm-1.toml", "us-cp-1", "eu-cp-1"},
		{"eu-cp-1/jndi-us.properties", "", ""}, {"eu-cp-1/eventpublishers/blockingEventJMSPublisherUs.xml", "", ""},
		{"eu-cp-1/eventpublishers/asyncWebhooksEventPublisher-1.0.0-Us.xml", "", ""}, {"eu-cp-1/eventpublishers/keymgtEventJMSEventPublisherUs.xml", "", ""},
		{"eu-cp-1/eventpublishers/notificationJMSPublisherUs.xml", "", ""}, {"eu-cp-1/eventpublishers/tokenRevocationJMSPublisherUs.xml", "", ""}}},
}

func TestDescribed(t *testing.T) {
	for _, c := range described {
		t.Run(c.about, func(t *testing.T) {
			d, found, err := ReadFS(edited(t, c.pattern, c.edits), "set")
			if err != nil {
				t.Fatal(err)
			}
			golden(t, c.golden, told(t, d, found))
		})
	}
}

func TestMirroredDuplicate(t *testing.T) {
	d, _, err := Read("testdata/sets/docs-gw-cp-tm-ha")
	if err != nil {
		t.Fatal(err)
	}
	for id, want := range map[string]string{"control-plane-2": "tcp://apim-cp-1:5672", "traffic-manager-2": "tcp://traffic-manager-1:5672"} {
		for i := range d.Hosts {
			h := &d.Hosts[i]
			if string(h.ID) != id {
				continue
			}
			urls := append(append([]URL(nil), h.Settings.EventHub.Duplicate...), h.Settings.Throttling.Duplicate...)
			if len(urls) != 1 || urls[0].Text != want {
				t.Errorf("the copy %s duplicates to %v, want %s", id, urls, want)
			}
		}
	}
}

func TestNothingToRead(t *testing.T) {
	empty := t.TempDir()
	file := filepath.Join(empty, "notes.txt")
	if err := os.WriteFile(file, nil, 0o600); err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct{ about, dir, want string }{
		{"a directory that does not exist", filepath.Join(empty, "nowhere"), "no such file or directory\nhint: give a directory"},
		{"a file instead of a directory", file, "this is a file\nhint: give the directory"},
		{"a directory without any deployment.toml", empty, "there is no deployment.toml\nhint: put one file a node"},
	} {
		if _, _, err := Read(c.dir); err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%s: %v, want %q", c.about, err, c.want)
		}
	}
	two := fstest.MapFS{"a.toml": {}, "a/deployment.toml": {}}
	if _, _, err := ReadFS(two, "two"); err == nil || !strings.Contains(err.Error(), "are both node a") {
		t.Errorf("two files of one node: %v", err)
	}
	if _, err := Pattern("gw-cp-tmha"); err == nil || !strings.Contains(err.Error(), "did you mean gw-cp-tm-ha?") {
		t.Errorf("an unknown pattern: %v", err)
	}
}

func TestJSONHoldsNoSecret(t *testing.T) {
	set := edited(t, "gw-cp", []edit{{"gw-1.toml", `password = "admin"`, `password = "s3cret"`}})
	d, found, err := ReadFS(set, "set")
	if err != nil {
		t.Fatal(err)
	}
	if got := d.Host("gw-1").Settings.Login.Password; got != "s3cret" {
		t.Errorf("the login's password is %q", got)
	}
	for _, v := range []any{d, found} {
		text, err := json.Marshal(v)
		if err != nil {
			t.Fatal(err)
		}
		if strings.Contains(string(text), "s3cret") {
			t.Errorf("a password is in %s", text)
		}
	}
}
