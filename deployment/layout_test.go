package deployment

import (
	"fmt"
	"io/fs"
	"maps"
	"os"
	"path/filepath"
	"reflect"
	"regexp"
	"slices"
	"strings"
	"testing"
	"testing/fstest"
)

// layouts are other ways in which the same set may lie on a disk or be written: it is wired the same.
var layouts = []struct {
	about string
	laid  func(id, text string) (name, written string)
}{
	{"a directory a node", func(id, text string) (string, string) { return id + "/deployment.toml", text }},
	{"an installation a node", func(id, text string) (string, string) {
		return id + "/wso2am-4.3.0/repository/conf/deployment.toml", text
	}},
	{"an installation a node, far down", func(id, text string) (string, string) {
		return "ansible/files/" + id + "/home/wso2carbon/wso2am-4.3.0/repository/conf/deployment.toml", text
	}},
	{"a directory a role", func(id, text string) (string, string) {
		kind, n, _ := strings.Cut(id, "-")
		return kind + "/" + n + "/conf/deployment.toml", text
	}},
	{"Windows line ends", func(id, text string) (string, string) {
		return id + ".toml", strings.ReplaceAll(text, "\n", "\r\n")
	}},
	{"a byte order mark", func(id, text string) (string, string) { return id + ".toml", "\ufeff" + text }},
	{"server_role default, as the packs of 4.5 and later have it", func(id, text string) (string, string) {
		return id + ".toml", regexp.MustCompile(`server_role = "[a-z-]+"`).ReplaceAllString(text, `server_role = "default"`)
	}},
	{"names of Kubernetes services, and one hostname a role", func(id, text string) (string, string) {
		text = regexp.MustCompile(`//((?:cp|tm)-[12]):`).ReplaceAllString(text, "//apim-wso2am-$1-service:")
		return id + ".toml", regexp.MustCompile(`hostname = "(\w+)-[12]"`).ReplaceAllString(text, `hostname = "$1.example.com"`)
	}},
	{"addresses of IPv6", func(id, text string) (string, string) {
		for i, node := range []string{"cp-1", "cp-2", "tm-1", "tm-2", "gw-1", "gw-2"} {
			text = strings.ReplaceAll(text, "//"+node+":", fmt.Sprintf("//[fd00::%d]:", i+1))
			if node == id {
				text = strings.Replace(text, "[server]", fmt.Sprintf("[server]\nnode_ip = \"fd00::%d\"", i+1), 1)
			}
		}
		return id + ".toml", text
	}},
	{"one machine with offsets", func(id, text string) (string, string) {
		for i, node := range []string{"cp-1", "cp-2", "tm-1", "tm-2", "gw-1", "gw-2"} {
			if node == id {
				text = strings.ReplaceAll(text, "//localhost:", "//"+id+":")
				text = strings.Replace(text, "[server]", fmt.Sprintf("[server]\noffset = %d", i), 1)
			}
		}
		for i, node := range []string{"cp-1", "cp-2", "tm-1", "tm-2", "gw-1", "gw-2"} {
			for _, port := range []int{5672, 9611, 9711} {
				text = strings.ReplaceAll(text, fmt.Sprintf("//%s:%d", node, port), fmt.Sprintf("//localhost:%d", port+i))
			}
		}
		return id + ".toml", regexp.MustCompile(`hostname = ".*"`).ReplaceAllString(text, `hostname = "localhost"`)
	}},
}

func TestLayouts(t *testing.T) {
	original := edited(t, "gw-cp-tm-ha", nil)
	want := wired(t, original)
	for _, l := range layouts {
		t.Run(l.about, func(t *testing.T) {
			files := fstest.MapFS{}
			for name, f := range original {
				at, text := l.laid(strings.TrimSuffix(name, ".toml"), string(f.Data))
				files[at] = &fstest.MapFile{Data: []byte(text)}
			}
			if got := wired(t, files); !reflect.DeepEqual(got, want) {
				t.Errorf("wired\n%+v, want\n%+v", got, want)
			}
		})
	}
}

// wired is the wiring of a set by node. An error, or another warning than that of a byte order mark,
// is a false alarm.
func wired(t *testing.T, files fs.FS) map[string]Wiring {
	t.Helper()
	d, found, err := ReadFS(files, "set")
	if err != nil {
		t.Fatal(err)
	}
	for _, f := range found {
		if f.Severity > Note && f.Rule != "byte-order-mark" {
			t.Errorf("false alarm: %s", f)
		}
	}
	wirings := map[string]Wiring{}
	for i := range d.Hosts {
		wirings[string(d.Hosts[i].ID)] = d.Hosts[i].Wiring
	}
	return wirings
}

// What stands beside the nodes is no node: a key manager, a hidden copy, a link that leads back.
func TestNoNodes(t *testing.T) {
	dir := t.TempDir()
	for name, f := range edited(t, "gw-cp", nil) {
		file := filepath.Join(dir, strings.TrimSuffix(name, ".toml"), "deployment.toml")
		put(t, file, f.Data)
	}
	identity := []byte("[database.identity_db]\ntype = \"h2\"\n[[event_listener]]\nid = \"token_revocation\"\n" +
		"[event_listener.properties]\nnotification_endpoint = \"https://cp-1:9443/internal/data/v1/notify\"\n")
	put(t, filepath.Join(dir, "is-1/repository/conf/deployment.toml"), identity)
	put(t, filepath.Join(dir, ".backup/cp-1/deployment.toml"), identity)
	put(t, filepath.Join(dir, "gw-1/old/deployment.toml"), []byte("this is inside a node's own directory"))
	for link, to := range map[string]string{"self": ".", "current": "gw-1", "gw-1/up": ".."} {
		if err := os.Symlink(to, filepath.Join(dir, link)); err != nil {
			t.Fatal(err)
		}
	}
	d, _, err := Read(dir)
	if err != nil {
		t.Fatal(err)
	}
	ids := map[string]bool{}
	for i := range d.Hosts {
		ids[string(d.Hosts[i].ID)] = true
	}
	if got := slices.Sorted(maps.Keys(ids)); !slices.Equal(got, []string{"cp-1", "gw-1"}) {
		t.Errorf("nodes are %v", got)
	}
}

func put(t *testing.T, file string, data []byte) {
	t.Helper()
	if err := os.MkdirAll(filepath.Dir(file), 0o755); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(file, data, 0o644); err != nil {
		t.Fatal(err)
	}
}

// balanced are names that nobody has in the service_url of some nodes: which are a slip of the finger.
var balanced = []struct {
	about, gw1, gw2, cp2 string
	lone                 bool
}{
	{"all ask at one name", "api.corp.net", "api.corp.net", "api.corp.net", false},
	{"one asks at a name that is nearly that of the others", "api.crop.net", "api.corp.net", "api.corp.net", true},
	{"one asks at a name of its own", "east.corp.net", "api.corp.net", "api.corp.net", true},
	{"a balancer for each", "lb-a.corp.net", "lb-b.corp.net", "lb-c.corp.net", false},
	{"numbered balancers, of which two share one", "lb-1.corp.net", "lb-2.corp.net", "lb-2.corp.net", true},
}

func TestLoneBalancer(t *testing.T) {
	for _, c := range balanced {
		files := edited(t, "gw-cp-ha", []edit{{"gw-1.toml", "//cp.example.com", "//" + c.gw1}, {"gw-2.toml", "//cp.example.com", "//" + c.gw2}, {"cp-2.toml", "//cp.example.com", "//" + c.cp2}})
		d, found, err := ReadFS(files, "set")
		if err != nil {
			t.Fatal(err)
		}
		if got := slices.ContainsFunc(found, func(f Finding) bool { return f.Rule == "lone-balancer" }); got != c.lone {
			t.Errorf("%s: told %v, want %v", c.about, got, c.lone)
		}
		slip := len(d.Host("gw-1").DeadEnds) > 0
		if want := strings.Contains(c.gw1, "crop"); slip != want {
			t.Errorf("%s: gw-1 reaches nobody: %v, want %v", c.about, slip, want)
		}
	}
}

// A part of a deployment is whole: nobody in it talks to somebody who is not.
func TestPart(t *testing.T) {
	for pattern, want := range map[string]string{"multi-dc": "eu", "multi-dc-main": "eu"} {
		files, err := Pattern(pattern)
		if err != nil {
			t.Fatal(err)
		}
		d, _, err := ReadFS(files, pattern)
		if err != nil {
			t.Fatal(err)
		}
		for _, region := range d.Regions() {
			p := d.Part(region)
			for i := range p.Hosts {
				w := &p.Hosts[i].Wiring
				talks := w.needed()
				for _, r := range w.Remote {
					talks = append(talks, r.To...)
				}
				for _, id := range talks {
					if p.Host(id.Host()) == nil {
						t.Errorf("%s of %s: %s talks to %s", region, pattern, p.Hosts[i].ID, id)
					}
				}
			}
			if len(p.Stores) == 0 || p.Busiest() == "" {
				t.Errorf("%s of %s: stores %v, busiest %q", region, pattern, p.Stores, p.Busiest())
			}
		}
		if got := d.Busiest(); got != want {
			t.Errorf("%s: busiest is %s, want %s", pattern, got, want)
		}
	}
}

// A character that an editor does not show is told with its place.
func TestControlCharacter(t *testing.T) {
	_, found, err := ReadFS(edited(t, "gw-cp", []edit{{"topology.yaml", "", "nodes:\n  gw-1: {copies: 2}\n  cp-1: {aliases: [a\x07b]}\n"}}), "set")
	if err != nil {
		t.Fatal(err)
	}
	if at := slices.IndexFunc(found, func(f Finding) bool { return f.Rule == "topology-file" }); at < 0 || found[at].Line != 3 || found[at].Col != 21 {
		t.Errorf("findings are %v", found)
	}
}
