package deployment

import (
	"bytes"
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
)

// Read reads a directory of deployment.toml files and infers the topology. A file NAME.toml is the
// node NAME; below, at any depth, deployment.toml (or repository/conf/deployment.toml) is the node
// that its directories name, with its event publishers and jndi files for other regions beside it.
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
	r := reader{fsys: os.DirFS(dir), set: filepath.Base(absolute), shown: func(p string) string { return filepath.Join(dir, p) }}
	return r.read()
}

// ReadFS reads a deployment from a file system. Places in findings are paths in it.
func ReadFS(fsys fs.FS, name string) (*Deployment, []Finding, error) {
	r := reader{fsys: fsys, set: name, shown: func(p string) string { return p }}
	return r.read()
}

func reason(err error) error {
	if p := (*fs.PathError)(nil); errors.As(err, &p) {
		return p.Err
	}
	return err
}

type reader struct {
	fsys    fs.FS
	set     string // the name of the directory
	shown   func(path string) string
	slips   map[string]bool // misspelled keys to be taken for those that were meant
	found   findings
	hosts   []Host
	roots   []string // the directories of the nodes
	entries int      // files and directories looked at

	keyManagers int // installations of key managers that tell somebody of revocations
	silent      int // and those that do not
}

// byteOrderMark is what editors of Windows put before a text.
const byteOrderMark = "\ufeff"

// biggest is how long a file may be: ten times the largest deployment.toml seen.
const biggest = 4 << 20

// mostRead is how many nodes' files are read: who talks to whom is looked up among all of them.
const mostRead = 2000

func (r *reader) read() (*Deployment, []Finding, error) {
	files, err := r.nodeFiles()
	if err != nil {
		return nil, nil, err
	}
	if len(files) > mostRead {
		return nil, nil, fmt.Errorf("read deployment %s: there are files of %d nodes; at most %d are read\nhint: write a file once and say in topology.yaml how many copies of the node there are: nodes: {gw-1: {copies: 10}}", r.shown("."), len(files), mostRead)
	}
	broken := false
	for _, file := range files {
		r.roots = append(r.roots, file.root)
	}
	for _, name := range sortedKeys(files) {
		broken = !r.host(name, files[name]) || broken
	}
	if len(r.hosts) == 0 && !broken {
		return nil, nil, fmt.Errorf("read deployment %s: there is a key manager's deployment.toml only\nhint: add those of a gateway and a control plane", r.shown("."))
	}
	r.hubsOnly()
	sane := len(r.found.all)
	t := r.topology()
	in := inference{hosts: r.hosts, topology: t, found: &r.found}
	if broken {
		// Half a set would be misread as a wrong one: say what is wrong with the files first.
		return &Deployment{Name: r.set, Hosts: r.hosts}, r.sorted(nil), nil
	}
	t.profiles(in.hosts)
	in.infer()
	in.wire()
	t.sticky(in.balancers)
	in.machines()
	d := &Deployment{Name: r.set, Profile: t.Profile, Stores: in.stores(), KeyValues: in.shareCounters(), Files: in.files(), Balancers: in.balancers}
	in.copied(d.Files)
	d.Hosts = in.hosts
	d.Links = t.links(d)
	d.keyManagers, d.silent = r.keyManagers, r.silent
	d.check(&r.found)
	r.found.onlyTopology(sane)
	return d, r.sorted(d), nil
}

func (r *reader) open(name string) ([]byte, bool) {
	info, err := fs.Stat(r.fsys, name)
	switch {
	case err != nil:
	case !info.Mode().IsRegular(): // a pipe would be waited for without end
		err = fmt.Errorf("it is no regular file")
	case info.Size() > biggest:
		err = fmt.Errorf("the file has %d bytes; at most %d are read", info.Size(), biggest)
	}
	var data []byte
	if err == nil {
		data, err = fs.ReadFile(r.fsys, name)
	}
	if err != nil {
		r.found.add("syntax", Place{File: r.shown(name)}, "the file cannot be read: "+reason(err).Error(), unopenedFix(err))
		return nil, false
	}
	if rest, marked := bytes.CutPrefix(data, []byte(byteOrderMark)); marked && path.Ext(name) == ".toml" {
		r.found.add("byte-order-mark", Place{File: r.shown(name)}, "the file begins with a byte order mark")
		data = rest
	}
	return data, true
}

// host reads a node's file and what lies beside it.
func (r *reader) host(id string, file nodeFile) bool {
	name := file.name
	data, ok := r.open(name)
	if !ok {
		return false
	}
	f, ok := r.parsed(name, data)
	if !ok {
		return false
	}
	h := Host{ID: event.NodeID(id), File: r.shown(name), Region: MainRegion, Settings: readSettings(f)}
	if keyManager(f, &h.Settings) {
		r.tellKeyManager(f, &h.Settings)
		return true
	}
	h.Role = roleOf(f, &h.Settings)
	if root := file.root; root != "" {
		before := r.found.unread()
		h.Bridges, h.Forwards = r.bridges(root)
		h.Unread = r.found.unread() - before
	}
	r.hosts = append(r.hosts, h)
	return true
}

// parsed reads a node's file, be it of 2.x or later.
func (r *reader) parsed(name string, data []byte) (*file, bool) {
	if path.Base(name) != olderFile {
		return readFile(r.shown(name), data, r.slips, &r.found)
	}
	var carbon []byte
	if beside := path.Join(path.Dir(name), carbonFile); exists(r.fsys, beside) {
		carbon, _ = r.open(beside)
	}
	return readOlderFile(r.shown(name), data, carbon, &r.found)
}

func exists(fsys fs.FS, name string) bool {
	_, err := fs.Stat(fsys, name)
	return err == nil
}

// bridges reads the event publishers and receivers of a node's directory with their jndi files.
func (r *reader) bridges(root string) (bridges []Bridge, forwards []Forward) {
	var publishers, receivers []string
	jndi := map[string]*jndiFile{}
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
				b.taken(bridges, &r.found)
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
	for _, name := range sortedKeys(jndi) {
		if j := jndi[name]; !j.named {
			r.found.unnamed(j.name)
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
func (r *reader) sorted(d *Deployment) []Finding {
	r.missed(d)
	all := r.found.all
	for i := range all {
		if path.Base(all[i].File) == olderFile {
			all[i].Fix = inOlderWords.Replace(all[i].Fix)
		}
	}
	slices.SortStableFunc(all, func(a, b Finding) int {
		return cmp.Or(-cmp.Compare(a.Severity, b.Severity), cmp.Compare(a.File, b.File), cmp.Compare(a.Line, b.Line), cmp.Compare(a.Col, b.Col), cmp.Compare(a.Rule, b.Rule))
	})
	return slices.CompactFunc(all, func(a, b Finding) bool { return a == b })
}
