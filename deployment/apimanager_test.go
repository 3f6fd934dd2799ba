package deployment

import (
	"io"
	"slices"
	"strings"
	"testing"
	"testing/fstest"

	"hubsim/event"
)

// olderSet is the pattern with one file replaced, or added.
func olderSet(t testing.TB, name, text string) fstest.MapFS {
	t.Helper()
	return edited(t, "v2-distributed", []edit{{name, "", text}})
}

func TestReceiverGroups(t *testing.T) {
	for _, c := range []struct {
		about, text string
		want        string
	}{
		{"one receiver", "tcp://tm-1:9611", "tm-1"},
		{"two groups: each gets every event", "{tcp://tm-1:9611},{tcp://tm-2:9611}", "tm-1; tm-2"},
		{"a group with a spare", "{tcp://tm-1:9611|tcp://tm-2:9611}", "tm-1,tm-2"},
		{"a group that spreads", "{tcp://tm-1:9611,tcp://tm-2:9611}", "tm-1,tm-2 spread"},
		{"blanks and line ends between groups", "{tcp://tm-1:9611}, \n {tcp://tm-2:9611}", "tm-1; tm-2"},
		{"nothing", " ", ""},
	} {
		xml := "<APIManager><ThrottlingConfigurations><DataPublisher><ReceiverUrlGroup>" + c.text + "</ReceiverUrlGroup></DataPublisher></ThrottlingConfigurations></APIManager>"
		found := &findings{}
		f, ok := readOlderFile("api-manager.xml", []byte(xml), nil, found)
		if !ok || len(found.all) > 0 {
			t.Fatalf("%s: %v", c.about, found.all)
		}
		var groups []string
		for _, g := range readGroups(f, "apim.throttling.url_group", "traffic_manager_urls", "traffic_manager_auth_urls") {
			var hosts []string
			for _, u := range g.URLs {
				hosts = append(hosts, u.Host)
			}
			text := strings.Join(hosts, ",")
			if g.LoadBalance {
				text += " spread"
			}
			groups = append(groups, text)
		}
		if got := strings.Join(groups, "; "); got != c.want {
			t.Errorf("%s: %q, want %q", c.about, got, c.want)
		}
	}
}

// What a file of 2.x says reaches the machines.
func TestOlderSettings(t *testing.T) {
	gw := `<APIManager>
  <APIKeyValidator><ServerURL>https://km-1:9443/services/</ServerURL><KeyValidatorClientType>WSClient</KeyValidatorClientType>
    <ThriftClientConnectionTimeOut>2500</ThriftClientConnectionTimeOut></APIKeyValidator>
  <CacheConfigurations><EnableGatewayTokenCache>CACHE</EnableGatewayTokenCache><TokenCacheExpiry>30</TokenCacheExpiry></CacheConfigurations>
  <ThrottlingConfigurations><DataPublisher><ReceiverUrlGroup>{tcp://tm-1:9611},{tcp://tm-2:9611}</ReceiverUrlGroup></DataPublisher>
    <JMSConnectionDetails><JMSConnectionParameters><connectionfactory.TopicConnectionFactory>amqp://admin:admin@clientid/carbon?brokerlist='tcp://tm-1:5672;tcp://tm-2:5672'</connectionfactory.TopicConnectionFactory></JMSConnectionParameters></JMSConnectionDetails>
  </ThrottlingConfigurations>
</APIManager>`
	for _, c := range []struct {
		about, cache string
		ttl          event.Duration
	}{
		{"the cache is on, for as long as is said", "true", 30 * event.Second},
		{"the cache is off", "false", 0},
	} {
		set := olderSet(t, "gw-1/api-manager.xml", strings.Replace(gw, "CACHE", c.cache, 1))
		set["gw-1/carbon.xml"] = &fstest.MapFile{Data: []byte("<Server><Ports><Offset>3</Offset></Ports><Axis2Config><DeploymentUpdateInterval>4</DeploymentUpdateInterval></Axis2Config></Server>")}
		d, found, err := ReadFS(set, "older")
		if err != nil || Worst(found) > Note {
			t.Fatalf("%s: %v %v", c.about, err, found)
		}
		cfg := wso2()
		h := d.Host("gw-1")
		cfg.keys(d, h)
		cfg.wiring(d, h)
		g := cfg.Gateway
		if g.KeyCache.TTL != c.ttl || g.Validation.Timeout != 2500*event.Millisecond || g.FileScan.Every != 4*event.Second || h.Settings.Offset != 3 {
			t.Errorf("%s: %+v %+v %+v offset %d", c.about, g.KeyCache, g.Validation, g.FileScan, h.Settings.Offset)
		}
		if g.Files != "nfs-gw" || !slices.Equal(g.KeyManagers, []event.NodeID{"km-1"}) || g.EventHubs != nil {
			t.Errorf("%s: files %s, key managers %v, hubs %v", c.about, g.Files, g.KeyManagers, g.EventHubs)
		}
	}
}

// The profile is in no file: without topology.yaml it is guessed from what the files set.
func TestOlderRoles(t *testing.T) {
	d, _, err := ReadFS(edited(t, "v2-distributed", []edit{{"topology.yaml", "", "load_balancers: {gw.am.wso2.com: [gw-*], tm.am.wso2.com: [tm-*]}\n"}}), "older")
	if err != nil {
		t.Fatal(err)
	}
	want := map[event.NodeID]Role{"km-1": KeyManager, "publisher-1": Publisher, "store-1": Storefront, "tm-1": TrafficManager, "tm-2": TrafficManager, "gw-1": Gateway, "gw-2": Gateway}
	for i := range d.Hosts {
		if h := &d.Hosts[i]; h.Role != want[h.ID] {
			t.Errorf("%s is taken for %s, want %s", h.ID, h.Role, want[h.ID])
		}
	}
}

func TestBrokenOlderFiles(t *testing.T) {
	for _, c := range []struct{ about, text, want string }{
		{"no XML", "[server]\noffset = 1\n", "gw-1/api-manager.xml:3:1: error: this is not XML"},
		{"an element that is not closed", "<APIManager>\n  <APIGateway>\n</APIManager>", "gw-1/api-manager.xml:3:"},
		{"too deep", strings.Repeat("<a>", 100), "nested too deeply"},
		{"no port", "<APIManager><APIKeyValidator><KeyValidatorClientType>ThriftClient</KeyValidatorClientType><ThriftServerPort>x</ThriftServerPort></APIKeyValidator></APIManager>", "APIKeyValidator.ThriftServerPort"},
		{"no URL", "<APIManager><OAuthConfigurations><RevokeAPIURL>gateway</RevokeAPIURL></OAuthConfigurations></APIManager>", "OAuthConfigurations.RevokeAPIURL: \"gateway\": there is no scheme"},
	} {
		_, found, err := ReadFS(olderSet(t, "gw-1/api-manager.xml", c.text), "older")
		if err != nil {
			t.Fatal(err)
		}
		var all []string
		for _, f := range found {
			all = append(all, f.String())
		}
		if text := strings.Join(all, "\n"); !strings.Contains(text, c.want) {
			t.Errorf("%s: want %q among\n%s", c.about, c.want, text)
		}
	}
}

// FuzzReadOlder looks for texts on which the reader panics, or a description cannot be printed.
func FuzzReadOlder(f *testing.F) {
	for _, name := range []string{"gw-1", "km-1", "publisher-1", "tm-1"} {
		data, err := embedded.ReadFile("patterns/v2-distributed/" + name + "/api-manager.xml")
		if err != nil {
			f.Fatal(err)
		}
		f.Add(string(data), "shared_files: {nfs: {nodes: [gw-*], rsync_from: gw-1, every: 1m}}\n")
	}
	f.Add("<a><APIGateway><Environments><Environment><Name>x</Name></Environment></Environments></APIGateway></a>", "nodes: {gw-1: {profile: api-store}}")
	f.Add("<a><ThrottlingConfigurations><DataPublisher><AuthUrlGroup>{},{ssl://x:1}</AuthUrlGroup></DataPublisher></ThrottlingConfigurations></a>", "")
	f.Fuzz(func(t *testing.T, xml, topology string) {
		set := edited(t, "v2-distributed", []edit{{"gw-1/api-manager.xml", "", xml}, {"topology.yaml", "", topology}})
		d, found, err := ReadFS(set, "fuzz")
		if err != nil {
			return
		}
		if err := d.Describe(io.Discard); err != nil {
			t.Fatal(err)
		}
		for _, f := range found {
			if f.String() == "" || f.Rule == "" {
				t.Fatalf("a finding without words: %+v", f)
			}
		}
	})
}
