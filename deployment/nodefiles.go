package deployment

import (
	"fmt"
	"io/fs"
	"os"
	"path"
	"regexp"
	"slices"
	"strings"
)

// installed is where an installation of the product has its deployment.toml.
const installed = "repository/conf/deployment.toml"

// nodeNames are where a node's own directory has its file; 2.x has another one.
var nodeNames = []string{"deployment.toml", "conf/deployment.toml", installed, olderFile, "conf/" + olderFile, "repository/conf/" + olderFile}

// deepestDir is how far below the directory given a deployment.toml is looked for, and mostEntries how
// many files and directories are looked at: more is no set of configuration files.
const (
	deepestDir  = 12
	mostEntries = 200_000
)

// nodeFile is a deployment.toml and the directory in which its node's other files are: "." where the set
// is one installation, "" where the file stands beside those of other nodes.
type nodeFile struct{ name, root string }

// nodeFiles returns the deployment files by the ids of their nodes. At the top every NAME.toml is a
// node; below, at any depth, every deployment.toml, by the directories that tell it from the others.
func (r *reader) nodeFiles() (map[string]nodeFile, error) {
	entries, err := fs.ReadDir(r.fsys, ".")
	if err != nil {
		return nil, fmt.Errorf("read deployment %s: %w", r.shown("."), reason(err))
	}
	files := map[string]nodeFile{}
	var below []nodeFile
	var links []string
	for _, e := range entries {
		switch name := e.Name(); {
		case strings.HasPrefix(name, "."):
		case name == "deployment.toml", name == olderFile:
			err = r.name(files, r.set, nodeFile{name, "."})
		case e.IsDir():
			below, err = r.below(below, name)
		case e.Type()&fs.ModeSymlink != 0 && r.isDir(name):
			links = append(links, name)
		case strings.HasSuffix(name, ".toml"):
			err = r.name(files, strings.TrimSuffix(name, ".toml"), nodeFile{name, ""})
		}
		if err != nil {
			return nil, err
		}
	}
	for _, link := range links {
		if f, there := r.inside(link); there && !slices.ContainsFunc(below, func(other nodeFile) bool { return r.same(f, other) }) {
			below = append(below, f)
		}
	}
	for i, id := range r.ids(below) {
		if err := r.name(files, id, below[i]); err != nil {
			return nil, err
		}
	}
	if len(files) == 0 {
		return nil, fmt.Errorf("read deployment %s: there is no deployment.toml\nhint: put one file a node there, as gateway.toml and control-plane.toml, or NODE/deployment.toml", r.shown("."))
	}
	return files, nil
}

// name gives a file to a node.
func (r *reader) name(files map[string]nodeFile, id string, f nodeFile) error {
	id = strings.ReplaceAll(id, ".", "-") // a dot parts a host from its machines
	if other, there := files[id]; there {
		return fmt.Errorf("read deployment %s: %s and %s are both node %s\nhint: rename one", r.set, r.shown(other.name), r.shown(f.name), id)
	}
	files[id] = f
	return nil
}

// isDir tells whether a link at the top leads to a directory that is not the one it stands in. Links
// are followed there, where administrators put them, and one step only: none leads in a circle.
func (r *reader) isDir(name string) bool {
	info, err := fs.Stat(r.fsys, name)
	top, topErr := fs.Stat(r.fsys, ".")
	return err == nil && topErr == nil && info.IsDir() && !os.SameFile(info, top)
}

// same tells whether two names are one file: current beside the wso2am-4.3.0 that it leads to.
func (r *reader) same(a, b nodeFile) bool {
	one, err := fs.Stat(r.fsys, a.name)
	other, otherErr := fs.Stat(r.fsys, b.name)
	return err == nil && otherErr == nil && os.SameFile(one, other)
}

// inside returns the deployment.toml of a node's own directory.
func (r *reader) inside(dir string) (nodeFile, bool) {
	for _, name := range nodeNames {
		file := path.Join(dir, name)
		if _, err := fs.Stat(r.fsys, file); err == nil {
			return nodeFile{file, rootOf(file)}, true
		}
	}
	return nodeFile{}, false
}

// below adds the deployment files of a directory. What lies inside a node's own directory is the node's.
func (r *reader) below(all []nodeFile, dir string) ([]nodeFile, error) {
	err := fs.WalkDir(r.fsys, dir, func(name string, e fs.DirEntry, err error) error {
		if r.entries++; r.entries > mostEntries {
			return fmt.Errorf("read deployment %s: there are more than %d files\nhint: give a directory that holds configuration only", r.shown("."), mostEntries)
		}
		switch {
		case err != nil:
			r.found.add("syntax", Place{File: r.shown(name)}, "the directory cannot be read: "+reason(err).Error())
			return fs.SkipDir
		case !e.IsDir() && name != dir:
			return nil
		case name != dir && strings.HasPrefix(e.Name(), ".") || strings.Count(name, "/") > deepestDir:
			return fs.SkipDir
		}
		if f, there := r.inside(name); there {
			all = append(all, f)
			return fs.SkipDir
		}
		return nil
	})
	return all, err
}

// rootOf is the directory of the node whose deployment.toml this is.
func rootOf(file string) string {
	for _, inside := range slices.Backward(nodeNames) {
		if root, is := strings.CutSuffix("/"+file, "/"+inside); is {
			return path.Clean(strings.TrimPrefix(root+"/.", "/"))
		}
	}
	return ""
}

// packaging is a directory that says where the product is, and not which node it is.
var packaging = regexp.MustCompile(`^(wso2(am|is|carbon|server)?[-_.]?[\w.-]*|home|opt|usr|srv|repository|confs?|config|files)$`)

// ids names nodes by the directories that tell them apart: eu/cp-1/wso2am-4.3.0 is eu-cp-1 beside
// us/cp-1/wso2am-4.3.0, and cp-1 where nothing else is called so.
func (r *reader) ids(files []nodeFile) []string {
	parts := make([][]string, len(files))
	for i, f := range files {
		parts[i] = strings.Split(f.root, "/")
		if f.root == "." {
			parts[i] = []string{r.set}
		}
		if own := slices.DeleteFunc(slices.Clone(parts[i]), packaging.MatchString); len(own) > 0 && len(parts[i]) > 1 {
			parts[i] = own
		}
	}
	return shortest(parts)
}

// shortest joins as many of the last directories as it takes for all names to differ.
func shortest(parts [][]string) []string {
	names := make([]string, len(parts))
	for n := 1; n <= deepestDir+1; n++ {
		seen := map[string]bool{}
		for i, p := range parts {
			names[i] = strings.Join(p[max(0, len(p)-n):], "-")
			seen[names[i]] = true
		}
		if len(seen) == len(parts) {
			break
		}
	}
	return names
}
