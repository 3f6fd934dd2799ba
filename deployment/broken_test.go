package deployment

import (
	"io/fs"
	"strings"
	"testing"
	"testing/fstest"
)

// edit changes a file of a pattern; old "" makes the file anew.
type edit struct{ file, old, new string }

// edited returns a pattern's files with edits, each of which must find its old text.
func edited(t testing.TB, pattern string, edits []edit) fstest.MapFS {
	t.Helper()
	files := fstest.MapFS{}
	if pattern != "" {
		from, err := Pattern(pattern)
		if err != nil {
			t.Fatal(err)
		}
		err = fs.WalkDir(from, ".", func(name string, e fs.DirEntry, err error) error {
			if err != nil || e.IsDir() {
				return err
			}
			data, err := fs.ReadFile(from, name)
			files[name] = &fstest.MapFile{Data: data}
			return err
		})
		if err != nil {
			t.Fatal(err)
		}
	}
	for _, e := range edits {
		switch {
		case e.old == "" && e.new == "":
			delete(files, e.file)
		case e.old == "":
			files[e.file] = &fstest.MapFile{Data: []byte(e.new)}
		default:
			before := string(files[e.file].Data)
			if !strings.Contains(before, e.old) {
				t.Fatalf("%s does not hold %q", e.file, e.old)
			}
			files[e.file] = &fstest.MapFile{Data: []byte(strings.ReplaceAll(before, e.old, e.new))}
		}
	}
	return files
}

// broken are sets with a mistake; testdata/golden/broken.txt holds what is said about each.
var broken = []struct {
	about, pattern string
	edits          []edit
}{
	{"a table is opened twice, as when two tabs of a documentation page are copied", "gw-cp", []edit{
		{"gw-1.toml", "[apim.key_manager]", "[server]\nhostname = \"x\"\n\n[apim.key_manager]"}}},
	{"a string is not closed", "gw-cp", []edit{{"gw-1.toml", `"Default"`, `"Default`}}},
	{"a key is misspelt", "gw-cp", []edit{{"gw-1.toml", "event_listening_endpoints", "event_listening_endpoint"}}},
	{"a key of a known section is unknown and like no other", "gw-cp", []edit{
		{"gw-1.toml", "[apim.throttling]", "[apim.throttling]\ncolour = \"red\""}}},
	{"sections that have no part here", "gw-cp", []edit{
		{"gw-1.toml", "[apim.throttling]", "[apim.jwt]\nenable = true\nissuer = \"x\"\n\n[oauth.token]\nttl = 3600\n\n[apim.throttling]"}}},
	{"a key of an older version", "gw-cp", []edit{
		{"cp-1.toml", "[apim.key_manager]", "[apim.sync_runtime_artifacts.publisher]\nartifact_saver = \"DBSaver\"\n\n[apim.key_manager]"}}},
	{"values of the wrong type, and a password that is not shown", "gw-cp", []edit{
		{"cp-1.toml", "port = 3306", "port = \"many\""},
		{"cp-1.toml", `password = "apimadmin"`, "password = 12345"},
		{"cp-1.toml", `event_listening_endpoints = ["tcp://localhost:5672"]`, `event_listening_endpoints = "tcp://localhost:5672"`},
		{"gw-1.toml", `gateway_labels = ["Default"]`, `gateway_labels = ["Default", 7]`}}},
	{"numbers as texts, as the product's samples have them, are fine", "gw-cp", []edit{
		{"cp-1.toml", "port = 3306", "port = \"3306\""},
		{"cp-1.toml", "[transport.https.properties]\nproxyPort = 443", "[transport.https]\nproperties.proxyPort = \"443\""}}},
	{"a reference leads nowhere", "gw-cp", []edit{{"gw-1.toml", "$ref{super_admin.username}", "$ref{super_admin.usrname}"}}},
	{"references lead in a circle", "gw-cp", []edit{{"gw-1.toml", "username = \"admin\"", "username = \"$ref{apim.event_hub.username}\""}}},
	{"a property that the product does not have, and one of its host's", "gw-cp", []edit{
		{"cp-1.toml", "${admin.username}", "${admin.user}"}, {"gw-1.toml", `"$ref{super_admin.password}"`, `"$env{HUB_PASSWORD}"`}}},
	{"an offset out of range", "gw-cp", []edit{{"cp-1.toml", "[server]", "[server]\noffset = 60000"}}},
	{"an offset moves the ports and the others still name the old ones", "gw-cp-tm", []edit{{"tm-1.toml", "[server]", "[server]\noffset = 1"}}},
	{"a placeholder where an endpoint must be is filled by the only node that it can mean", "gw-cp-tm", []edit{
		{"gw-1.toml", "tm-1", "[traffic-manager-host]"}}},
	{"a placeholder that can mean several", "gw-cp-tm-ha", []edit{
		{"gw-1.toml", "tcp://tm-2:5672", "tcp://[traffic-manager-host]:5672"}}},
	{"both endpoints in one string, as a sample of the documentation has it", "gw-cp-ha", []edit{
		{"gw-1.toml", `"tcp://cp-1:5672", "tcp://cp-2:5672"`, `"tcp://cp-1:5672, tcp://cp-2:5672"`}}},
	{"URLs that are none", "gw-cp", []edit{
		{"gw-1.toml", `"tcp://cp-1:9611"`, `"cp-1:9611"`}, {"gw-1.toml", `"ssl://cp-1:9711"`, `"ssl://cp-1:97110"`}}},
	{"a node that is not there", "gw-cp-tm-ha", []edit{{"gw-2.toml", `"tcp://tm-2:9611"`, `"tcp://tm-9:9611"`}}},
	{"a slip in a node's name", "gw-cp-tm-ha", []edit{{"gw-2.toml", `"tcp://tm-2:5672"`, `"tcp://tm2:5672"`}}},
	{"nobody to be", "gw-cp", []edit{{"cp-1.toml", "", ""}}},
	{"a name that only a load balancer can have", "gw-cp-ha", []edit{{"gw-1.toml", "https://cp.example.com/", "https://cp.exmaple.com/"}}},
	{"a role that does not exist", "gw-cp", []edit{{"gw-1.toml", `"gateway-worker"`, `"gateway-wroker"`}}},
	{"no role at all", "gw-cp-tm", []edit{{"gw-1.toml", "server_role = \"gateway-worker\"\n", ""}, {"tm-1.toml", "server_role = \"traffic-manager\"\n", ""}}},
	{"one group spreads the events over two traffic managers", "gw-cp-tm-ha", []edit{
		{"gw-1.toml", `["tcp://tm-1:9611"]`, `["tcp://tm-1:9611", "tcp://tm-2:9611"]`},
		{"gw-1.toml", `["ssl://tm-1:9711"]`, "[\"ssl://tm-1:9711\", \"ssl://tm-2:9711\"]\ntype = \"loadbalance\""},
		{"gw-1.toml", "[[apim.throttling.url_group]]\ntraffic_manager_urls = [\"tcp://tm-2:9611\"]\ntraffic_manager_auth_urls = [\"ssl://tm-2:9711\"]\n", ""}}},
	{"the same with a shared counter is right", "gw-cp-tm-ha", []edit{
		{"gw-1.toml", `["tcp://tm-1:9611"]`, `["tcp://tm-1:9611", "tcp://tm-2:9611"]`},
		{"gw-1.toml", `["ssl://tm-1:9711"]`, "[\"ssl://tm-1:9711\", \"ssl://tm-2:9711\"]\ntype = \"loadbalance\""},
		{"gw-1.toml", "[[apim.throttling.url_group]]\ntraffic_manager_urls = [\"tcp://tm-2:9611\"]\ntraffic_manager_auth_urls = [\"ssl://tm-2:9711\"]\n", ""},
		{"gw-2.toml", "", ""},
		{"tm-1.toml", "[apim.throttling]", sharing("redis.example.com")}, {"tm-2.toml", "[apim.throttling]", sharing("redis.example.com")}}},
	{"two shared counters are none", "gw-cp-tm-ha", []edit{
		{"gw-1.toml", `["tcp://tm-1:9611"]`, `["tcp://tm-1:9611", "tcp://tm-2:9611"]`},
		{"gw-1.toml", `["ssl://tm-1:9711"]`, "[\"ssl://tm-1:9711\", \"ssl://tm-2:9711\"]\ntype = \"loadbalance\""},
		{"gw-1.toml", "[[apim.throttling.url_group]]\ntraffic_manager_urls = [\"tcp://tm-2:9611\"]\ntraffic_manager_auth_urls = [\"ssl://tm-2:9711\"]\n", ""},
		{"gw-2.toml", "", ""},
		{"tm-1.toml", "[apim.throttling]", sharing("localhost")}, {"tm-2.toml", "[apim.throttling]", sharing("localhost")}}},
	{"a shared counter that is never synchronized, by a client of its own", "gw-cp-tm", []edit{
		{"tm-1.toml", "[apim.throttling]", "[apim.distributed_throttling]\nenable = true\ntype = \"com.example.Store\"\nsync_interval = 0\n\n[apim.throttling]"}}},
	{"a group for each although the counter is shared", "gw-cp-tm-ha", []edit{
		{"tm-1.toml", "[apim.throttling]", sharing("redis.example.com")}}},
	{"login URLs that do not match", "gw-cp-tm-ha", []edit{
		{"gw-1.toml", `["ssl://tm-1:9711"]`, `["ssl://tm-1:9711", "ssl://tm-2:9711"]`}}},
	{"a group of a type that does not exist", "gw-cp", []edit{
		{"gw-1.toml", `traffic_manager_auth_urls`, "type = \"roundrobin\"\ntraffic_manager_auth_urls"}}},
	{"no duplicate of revocations", "gw-cp-ha", []edit{
		{"cp-1.toml", "event_duplicate_url = [\"tcp://cp-2:5672\"]\n", ""}, {"cp-2.toml", "event_duplicate_url = [\"tcp://cp-1:5672\"]\n", ""}}},
	{"a duplicate in one direction only", "gw-cp-ha", []edit{{"cp-1.toml", "event_duplicate_url = [\"tcp://cp-2:5672\"]\n", ""}}},
	{"a duplicate to itself", "gw-cp-ha", []edit{{"cp-2.toml", `event_duplicate_url = ["tcp://cp-1:5672"]`, `event_duplicate_url = ["tcp://cp-2:5672"]`}}},
	{"a control plane that publishes to itself only", "gw-cp-ha", []edit{
		{"cp-1.toml", "[[apim.event_hub.publish.url_group]]\nurls = [\"tcp://cp-2:9611\"]\nauth_urls = [\"ssl://cp-2:9711\"]\n", ""}}},
	{"a control plane that lists both hubs", "gw-cp-ha", []edit{
		{"cp-1.toml", `["tcp://localhost:5672"]`, `["tcp://cp-1:5672", "tcp://cp-2:5672"]`}}},
	{"a control plane that writes to the other one's broker", "gw-cp-ha", []edit{
		{"cp-1.toml", `["tcp://localhost:5672"]`, `["tcp://cp-2:5672"]`}}},
	{"three control planes, and a duplicate for two", "gw-cp-ha", []edit{
		{"cp-3.toml", "", "[server]\nhostname = \"cp.example.com\"\nserver_role = \"control-plane\"\n"},
		{"cp-1.toml", `event_duplicate_url = ["tcp://cp-2:5672"]`, `event_duplicate_url = ["tcp://cp-2:5672", "tcp://cp-3:5672"]`}}},
	{"a gateway that listens to one hub of two", "gw-cp-tm-ha", []edit{
		{"gw-1.toml", `event_listening_endpoints = ["tcp://cp-1:5672", "tcp://cp-2:5672"]`, `event_listening_endpoints = ["tcp://cp-1:5672"]`}}},
	{"a gateway that hears one traffic manager of two", "gw-cp-tm-ha", []edit{
		{"gw-1.toml", `throttle_decision_endpoints = ["tcp://tm-1:5672", "tcp://tm-2:5672"]`, `throttle_decision_endpoints = ["tcp://tm-1:5672"]`}}},
	{"decisions from where nobody counts", "gw-cp-tm", []edit{
		{"gw-1.toml", `throttle_decision_endpoints = ["tcp://tm-1:5672"]`, `throttle_decision_endpoints = ["tcp://cp-1:5672"]`}}},
	{"events to where nobody takes them", "gw-cp-tm", []edit{
		{"gw-1.toml", "[[apim.throttling.url_group]]\ntraffic_manager_urls = [\"tcp://tm-1:9611\"]\ntraffic_manager_auth_urls = [\"ssl://tm-1:9711\"]\n", ""}}},
	{"no event hub on a gateway with a traffic manager of its own", "gw-cp-tm", []edit{
		{"gw-1.toml", "[apim.event_hub]\nservice_url = \"https://cp.example.com/services/\"\nusername = \"$ref{super_admin.username}\"\npassword = \"$ref{super_admin.password}\"\nevent_listening_endpoints = [\"tcp://cp-1:5672\"]\n", ""}}},
	{"an event hub that is switched off", "gw-cp-tm", []edit{{"gw-1.toml", "[apim.event_hub]", "[apim.event_hub]\nenable = false"}}},
	{"a traffic manager that does not hear of policies", "gw-cp-tm", []edit{
		{"tm-1.toml", "event_listening_endpoints = [\"tcp://cp-1:5672\"]\n", ""}}},
	{"two environments of one name, two listeners of one id", "gw-cp", []edit{
		{"cp-1.toml", "[transport.https.properties]", "[[apim.gateway.environment]]\nname = \"Default\"\n\n[[event_listener]]\nid = \"token_revocation\"\n\n[transport.https.properties]"}}},
	{"a label that nobody deploys to", "gw-cp", []edit{{"gw-1.toml", `gateway_labels = ["Default"]`, `gateway_labels = ["default"]`}}},
	{"a hub behind a load balancer's name", "gw-cp-ha", []edit{
		{"gw-1.toml", `event_listening_endpoints = ["tcp://cp-1:5672", "tcp://cp-2:5672"]`, `event_listening_endpoints = ["tcp://cp.example.com:5672"]`}}},
	{"an address as user", "gw-cp", []edit{{"gw-1.toml", "username = \"admin\"", "username = \"admin@example.com\""}}},
	{"a switch that the simulation does not have", "gw-cp", []edit{
		{"gw-1.toml", "[apim.throttling]", "[apim.throttling]\nenable_blacklist_condition = \"false\""}}},
	{"a traffic manager whose decisions go elsewhere", "gw-cp-tm-ha", []edit{
		{"tm-1.toml", `["tcp://localhost:5672"]`, `["tcp://tm-2:5672"]`}}},
	{"brokers with different heartbeats", "gw-cp-tm", []edit{{"tm-1.toml", "[apim.throttling]", "[qpid.heartbeat]\ndelay = 20\n\n[apim.throttling]"}}},
	{"installations that run everything and spread their events over both", "all-in-one", []edit{
		{"am-1.toml", "[[event_listener]]", "[[apim.throttling.url_group]]\ntraffic_manager_urls = [\"tcp://am-1:9611\", \"tcp://am-2:9611\"]\ntype = \"loadbalance\"\n\n[[event_listener]]"},
		{"topology.yaml", "", "nodes:\n  am-1: {copies: 2}\n"}}},
	{"a heartbeat that is on", "gw-cp", []edit{{"cp-1.toml", "[apim.key_manager]", "[qpid.heartbeat]\ndelay = 20\n\n[apim.key_manager]"}}},
	{"the multi-DC page's trap: a publisher names a jndi file that nobody wrote", "multi-dc", []edit{
		{"eu-cp-1/eventpublishers/blockingEventJMSPublisherUs.xml", "jndi-us.properties", "jndi2-us.properties"},
		{"eu-cp-1/eventpublishers/blockingEventJMSPublisherUs.xml", `name="blockingEventJMSPublisherUs"`, `name="blockingEventJMSPublisher"`},
		{"us-cp-1/jndi-eu.properties", "topic.throttleData = throttleData\n", ""},
		{"us-cp-1/eventpublishers/asyncWebhooksEventPublisher-1.0.0-Eu.xml", `statistics="disable"`, `statistics="disable" processing="disable"`}}},
	{"files beside a node that cannot be read", "multi-dc", []edit{
		{"eu-cp-1/eventpublishers/blockingEventJMSPublisherUs.xml", "</to>", "</ot>"},
		{"us-cp-1/jndi-eu.properties", "brokerlist='tcp://eu-cp-1:5672'", "brokerlist=''"},
		{"us-cp-1/eventpublishers/notificationJMSPublisherEu.xml", "org.wso2.apimgt.notification.stream", "org.wso2.apimgt.notifications.stream"}}},
	{"two publishers of one name", "multi-dc", []edit{
		{"eu-cp-1/eventpublishers/tokenRevocationJMSPublisherUs.xml", `name="tokenRevocationJMSPublisherUs"`, `name="notificationJMSPublisherUs"`}}},
	{"a user with an @ for the JMS connections, written with !", "gw-cp-tm", []edit{
		{"gw-1.toml", "[apim.throttling]\n", "[apim.event_hub.jms]\nusername = \"admin!example.com\"\npassword = \"admin\"\n[apim.throttling.jms]\nusername = \"admin!example.com\"\n[apim.throttling]\nusername = \"admin@example.com\"\n"}}},
	{"a region that is told nothing", "multi-dc", []edit{
		{"eu-cp-1/jndi-us.properties", "", ""}, {"eu-cp-1/eventpublishers/blockingEventJMSPublisherUs.xml", "", ""},
		{"eu-cp-1/eventpublishers/asyncWebhooksEventPublisher-1.0.0-Us.xml", "", ""}, {"eu-cp-1/eventpublishers/keymgtEventJMSEventPublisherUs.xml", "", ""},
		{"eu-cp-1/eventpublishers/notificationJMSPublisherUs.xml", "", ""}, {"eu-cp-1/eventpublishers/tokenRevocationJMSPublisherUs.xml", "", ""}}},
	{"a topology.yaml with mistakes of three kinds", "gw-cp", []edit{
		{"topology.yaml", "", "profile: fast\nnodes:\n  gw-1: {copeis: 3}\n  gw-9: {region: eu}\nload_balancers:\n  lb: [cp-7]\nlinks:\n  same_region: {latency: 5}\n  gw-1>cp-9: {latency: 5ms}\n"}}},
	{"a topology.yaml that is no YAML", "gw-cp", []edit{{"topology.yaml", "", "nodes:\n  gw-1: [\n"}}},
	{"more copies than there can be, and copies that are there already", "gw-cp-ha", []edit{
		{"topology.yaml", "", "nodes:\n  gw-1: {copies: 3}\n  cp-1: {copies: 1000000}\n"}}},
}

func TestBroken(t *testing.T) {
	var b strings.Builder
	for _, c := range broken {
		b.WriteString("# " + c.about + "\n")
		_, found, err := ReadFS(edited(t, c.pattern, c.edits), c.pattern)
		if err != nil {
			b.WriteString(err.Error() + "\n")
		}
		for _, f := range found {
			if f.Rule != "heartbeat-off" || strings.Contains(c.about, "heartbeat") {
				b.WriteString(f.String() + "\n")
			}
		}
		b.WriteString("\n")
	}
	golden(t, "broken.txt", b.String())
}

// sharing is a traffic manager's section of shared counters, before that of its throttling.
func sharing(host string) string {
	return "[apim.distributed_throttling]\nenable = true\ntype = \"redis\"\n[apim.distributed_throttling.keyvalue_store]\nhost = \"" + host + "\"\nport = \"6379\"\n\n[apim.throttling]"
}
