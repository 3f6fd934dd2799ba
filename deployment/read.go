package deployment

import (
	"cmp"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"slices"
	"strings"

	"hubsim/event"
	"hubsim/internal/spelling"
)

// Read reads a directory of deployment.toml files and infers the topology. A file NAME.toml is the
// node NAME; in a subdirectory, deployment.toml (or repository/conf/deployment.toml) is the node
// that the directory names, with its event publishers and jndi files for other regions beside it.
//
// The findings are all that is to be said about the files; some may be errors, and then the
// deployment is what could be made of the rest. The error says that there was nothing to read.
func Read(dir string) (*Deployment, []Finding, error) {
	info, err := os.Stat(dir)
	if err != nil {
		return nil, nil, fmt.Errorf("read deployment %s: %w\nhint: give a directory with deployment.toml files, or a pattern: %s", dir, reason(err), orList(Patterns(), "or"))
	}
	if !info.IsDir() {
		return nil, nil, fmt.Errorf("read deployment %s: this is a file\nhint: give the directory that holds it", dir)
	}
	absolute, err := filepath.Abs(dir)
	if err != nil {
		return nil, nil, fmt.Errorf("read deployment %s: %w", dir, err)
	}
	r := reader{fsys: os.DirFS(dir), name: filepath.Base(absolute), shown: func(p string) string { return filepath.Join(dir, p) }}
	return r.read()
}

// ReadFS reads a deployment from a file system. Places in findings are paths in it.
func ReadFS(fsys fs.FS, name string) (*Deployment, []Finding, error) {
	r := reader{fsys: fsys, name: name, shown: func(p string) string { return p }}
	return r.read()
}

func reason(err error) error {
	if p := (*fs.PathError)(nil); errors.As(err, &p) {
		return p.Err
	}
	return err
}

type reader struct {
	fsys  fs.FS
	name  string
	shown func(path string) string
	found findings
	hosts []Host
	roots []string // the directories of the nodes
}

// biggest is how long a file may be: ten times the largest deployment.toml seen.
const biggest = 4 << 20

func (r *reader) read() (*Deployment, []Finding, error) {
	files, err := r.nodeFiles()
	if err != nil {
		return nil, nil, err
	}
	broken := false
	for _, file := range files {
		r.roots = append(r.roots, rootOf(file))
	}
	for _, name := range sortedKeys(files) {
		broken = !r.host(name, files[name]) || broken
	}
	t := r.topology()
	in := inference{hosts: r.hosts, topology: t, found: &r.found}
	if broken {
		// Half a set would be misread as a wrong one: say what is wrong with the files first.
		return &Deployment{Name: r.name, Hosts: r.hosts}, r.sorted(), nil
	}
	in.infer()
	in.wire()
	t.sticky(in.balancers)
	in.machines()
	d := &Deployment{Name: r.name, Profile: t.Profile, Stores: in.stores(), KeyValues: in.shareCounters(), Balancers: in.balancers}
	d.Hosts = in.hosts
	d.Links = t.links(d)
	d.check(&r.found)
	return d, r.sorted(), nil
}

// nodeFiles returns the deployment files by the ids of their nodes.
func (r *reader) nodeFiles() (map[string]string, error) {
	files := map[string]string{}
	add := func(id, file string) error {
		id = strings.ReplaceAll(id, ".", "-") // a dot parts a host from its machines
		if other, there := files[id]; there {
			return fmt.Errorf("read deployment %s: %s and %s are both node %s\nhint: rename one", r.name, r.shown(other), r.shown(file), id)
		}
		files[id] = file
		return nil
	}
	entries, err := fs.ReadDir(r.fsys, ".")
	if err != nil {
		return nil, fmt.Errorf("read deployment %s: %w", r.shown("."), reason(err))
	}
	for _, e := range entries {
		name := e.Name()
		switch {
		case e.IsDir() && name == "repository":
			if _, err := fs.Stat(r.fsys, installed); err == nil {
				if err := add(r.name, installed); err != nil {
					return nil, err
				}
			}
		case e.IsDir():
			for _, inside := range []string{"deployment.toml", installed} {
				if _, err := fs.Stat(r.fsys, path.Join(name, inside)); err == nil {
					if err := add(name, path.Join(name, inside)); err != nil {
						return nil, err
					}
					break
				}
			}
		case name == "deployment.toml":
			err = add(r.name, name)
		case strings.HasSuffix(name, ".toml") && !strings.HasPrefix(name, "."):
			err = add(strings.TrimSuffix(name, ".toml"), name)
		}
		if err != nil {
			return nil, err
		}
	}
	if len(files) == 0 {
		return nil, fmt.Errorf("read deployment %s: there is no deployment.toml\nhint: put one file a node there, as gateway.toml and control-plane.toml, or NODE/deployment.toml", r.shown("."))
	}
	return files, nil
}

func (r *reader) open(name string) ([]byte, bool) {
	info, err := fs.Stat(r.fsys, name)
	if err == nil && info.Size() > biggest {
		err = fmt.Errorf("the file has %d bytes; at most %d are read", info.Size(), biggest)
	}
	var data []byte
	if err == nil {
		data, err = fs.ReadFile(r.fsys, name)
	}
	if err != nil {
		r.found.add("syntax", Place{File: r.shown(name)}, "the file cannot be read: "+reason(err).Error())
		return nil, false
	}
	return data, true
}

// host reads a node's file and what lies beside it.
func (r *reader) host(id, name string) bool {
	data, ok := r.open(name)
	if !ok {
		return false
	}
	f, ok := readFile(r.shown(name), data, &r.found)
	if !ok {
		return false
	}
	h := Host{ID: event.NodeID(id), File: r.shown(name), Region: MainRegion, Settings: readSettings(f)}
	h.Role = roleOf(f, &h.Settings)
	if root := rootOf(name); root != "" {
		before := r.found.of("publisher-syntax")
		h.Bridges, h.Forwards = r.bridges(root)
		h.Unread = r.found.of("publisher-syntax") - before
	}
	r.hosts = append(r.hosts, h)
	return true
}

// rootOf is the directory in which a node's other files are: "." where the set is one installation, ""
// where the file stands beside those of other nodes.
func rootOf(file string) string {
	switch root, rest, _ := strings.Cut(file, "/"); {
	case file == "deployment.toml" || file == installed:
		return "."
	case rest != "":
		return root
	}
	return ""
}

// installed is where an installation of the product has its deployment.toml.
const installed = "repository/conf/deployment.toml"

// bridges reads the event publishers and receivers of a node's directory with their jndi files.
func (r *reader) bridges(root string) (bridges []Bridge, forwards []Forward) {
	var publishers, receivers []string
	jndi := map[string]jndiFile{}
	err := fs.WalkDir(r.fsys, root, func(name string, e fs.DirEntry, err error) error {
		switch {
		case err != nil:
			return err
		case e.IsDir() && name != root && slices.Contains(r.roots, name):
			return fs.SkipDir // another node's
		case e.IsDir():
		case path.Ext(name) == ".properties" && strings.HasPrefix(path.Base(name), "jndi"):
			if data, ok := r.open(name); ok && !slices.Contains(builtinJNDI, path.Base(name)) {
				jndi[path.Base(name)] = readJNDI(r.shown(name), data, &r.found)
			}
		case path.Ext(name) == ".xml" && path.Base(path.Dir(name)) == "eventpublishers":
			publishers = append(publishers, name)
		case path.Ext(name) == ".xml" && path.Base(path.Dir(name)) == "eventreceivers":
			receivers = append(receivers, name)
		}
		return nil
	})
	if err != nil {
		r.found.add("syntax", Place{File: r.shown(root)}, "the directory cannot be read: "+reason(err).Error())
	}
	for _, name := range publishers {
		if data, ok := r.open(name); ok {
			if b, ok := readBridge(r.shown(name), data, jndi, &r.found); ok {
				bridges = append(bridges, b)
			}
		}
	}
	for _, name := range receivers {
		if data, ok := r.open(name); ok {
			if f, ok := readForward(r.shown(name), data, jndi, &r.found); ok {
				forwards = append(forwards, f)
			}
		}
	}
	return bridges, forwards
}

func (r *reader) topology() *topology {
	if _, err := fs.Stat(r.fsys, TopologyFile); err != nil {
		return &topology{name: r.shown(TopologyFile), found: &r.found}
	}
	data, ok := r.open(TopologyFile)
	if !ok {
		return &topology{name: r.shown(TopologyFile), found: &r.found}
	}
	return readTopology(r.shown(TopologyFile), data, &r.found)
}

// sorted returns the findings, the worst first, in order of their places.
func (r *reader) sorted() []Finding {
	all := r.found.all
	slices.SortStableFunc(all, func(a, b Finding) int {
		return cmp.Or(-cmp.Compare(a.Severity, b.Severity), cmp.Compare(a.File, b.File), cmp.Compare(a.Line, b.Line), cmp.Compare(a.Col, b.Col), cmp.Compare(a.Rule, b.Rule))
	})
	return slices.CompactFunc(all, func(a, b Finding) bool { return a == b })
}

// serverRoles are the product's profiles (server_role, -Dprofile) with our roles.
var serverRoles = map[string]Role{
	"gateway-worker": Gateway, "control-plane": ControlPlane, "traffic-manager": TrafficManager, "default": AllInOne,
}

// roleOf takes the role from server_role or, without it, from what the file sets.
func roleOf(f *file, s *Settings) Role {
	if f.has("server.server_role") {
		if role, known := serverRoles[s.ServerRole]; known {
			return role
		}
		names := sortedKeys(serverRoles)
		fix := "roles are " + orList(names, "and")
		if near := spelling.Nearest(s.ServerRole, names); near != "" {
			fix = "did you mean " + near + "? " + fix
		}
		f.found.add("unknown-role", f.place("server.server_role"), sprint("there is no server_role %q here", s.ServerRole), fix)
		return guessRole(f, s)
	}
	role := guessRole(f, s)
	f.found.add("inferred-role", Place{File: f.name, Key: "server.server_role"}, sprint("the file gives no role; by what it sets it is taken for %s", role))
	return role
}

func guessRole(f *file, s *Settings) Role {
	feeds := len(s.Throttling.Groups) > 0
	publishes := len(s.Environments) > 0 || len(s.EventHub.Publish) > 0 || f.hasTable("database.apim_db")
	switch {
	case publishes && feeds, !publishes && !feeds && !s.EventHub.Written && !s.Throttling.Written:
		return AllInOne
	case publishes:
		return ControlPlane
	case feeds || f.hasTable("apim.sync_runtime_artifacts.gateway"):
		return Gateway
	}
	return TrafficManager
}
