package archtest

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"go/ast"
	"go/build"
	"go/importer"
	"go/parser"
	"go/token"
	"go/types"
	"io"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
)

const module = "hubsim"

// A violation is one broken rule at one place.
type violation struct {
	rule  string
	place string // "gateway/request.go:12", or a package
	what  string
}

func (v violation) String() string { return v.place + ": " + v.what + " [" + v.rule + "]" }

// A file is one parsed Go file.
type file struct {
	*ast.File
	path  string // from the module's root, or "planted.go"
	lines int
	test  bool
	built bool // it is part of the build on this platform
}

// A pkg is one package, its tests included.
type pkg struct {
	path  string // without the module: "broker/natsbroker"; "." is the module's root
	fset  *token.FileSet
	files []*file
	info  *types.Info
	build error // why the types are incomplete
}

// production returns the files that are not tests.
func (p *pkg) production() []*file {
	return slices.DeleteFunc(slices.Clone(p.files), func(f *file) bool { return f.test })
}

// at makes a violation at a node.
func (p *pkg) at(n ast.Node, rule, format string, args ...any) violation {
	pos := p.fset.Position(n.Pos())
	return violation{rule, pos.Filename + ":" + strconv.Itoa(pos.Line), fmt.Sprintf(format, args...)}
}

// imports returns what the files import, each path with the first import spec that names it.
func imports(files []*file) map[string]*ast.ImportSpec {
	found := map[string]*ast.ImportSpec{}
	for _, f := range files {
		for _, spec := range f.Imports {
			path, err := strconv.Unquote(spec.Path.Value)
			if err == nil && found[path] == nil {
				found[path] = spec
			}
		}
	}
	return found
}

// ours returns an import's path without the module, and whether it is one of ours at all.
func ours(path string) (string, bool) {
	if path == module {
		return ".", true
	}
	return strings.CutPrefix(path, module+"/")
}

// load reads every package under the module's root. It opens the directories itself, so that the
// test cache sees a new file.
func load(root string) ([]*pkg, error) {
	look, err := exportData(root)
	if err != nil {
		return nil, err
	}
	fset := token.NewFileSet()
	imp := importer.ForCompiler(fset, "gc", look)
	var all []*pkg
	err = filepath.WalkDir(root, func(dir string, d fs.DirEntry, err error) error {
		if err != nil || !d.IsDir() {
			return err
		}
		if name := d.Name(); dir != root && (name == "testdata" || name == "docs" || strings.HasPrefix(name, ".") || strings.HasPrefix(name, "_")) {
			return fs.SkipDir
		}
		p, err := parseDir(fset, root, dir)
		if err != nil || p == nil {
			return err
		}
		all = append(all, p)
		p.check(imp)
		return nil
	})
	return all, err
}

// parseDir parses the Go files of one directory; nil when it has none.
func parseDir(fset *token.FileSet, root, dir string) (*pkg, error) {
	names, err := filepath.Glob(filepath.Join(dir, "*.go"))
	if err != nil || len(names) == 0 {
		return nil, err
	}
	rel, err := filepath.Rel(root, dir)
	if err != nil {
		return nil, err
	}
	p := &pkg{path: filepath.ToSlash(rel), fset: fset}
	for _, name := range names {
		text, err := os.ReadFile(name)
		if err != nil {
			return nil, err
		}
		base := filepath.Base(name)
		built, err := build.Default.MatchFile(dir, base)
		if err != nil {
			return nil, err
		}
		if err := p.parse(filepath.ToSlash(filepath.Join(rel, base)), text, built); err != nil {
			return nil, err
		}
	}
	return p, nil
}

func (p *pkg) parse(path string, text []byte, built bool) error {
	parsed, err := parser.ParseFile(p.fset, path, text, parser.ParseComments|parser.SkipObjectResolution)
	if err != nil {
		return err
	}
	p.files = append(p.files, &file{parsed, path, bytes.Count(text, []byte("\n")), strings.HasSuffix(path, "_test.go"), built})
	return nil
}

// check finds the types of the production files, as far as they build.
func (p *pkg) check(imp types.Importer) {
	var parsed []*ast.File
	for _, f := range p.production() {
		if f.built {
			parsed = append(parsed, f.File)
		}
	}
	p.info = &types.Info{
		Types: map[ast.Expr]types.TypeAndValue{}, Defs: map[*ast.Ident]types.Object{},
		Uses: map[*ast.Ident]types.Object{}, Selections: map[*ast.SelectorExpr]*types.Selection{},
	}
	conf := types.Config{Importer: imp, Error: func(err error) {
		if p.build == nil {
			p.build = err
		}
	}}
	if len(parsed) > 0 {
		_, _ = conf.Check(module+"/"+p.path, p.fset, parsed, p.info) // the first error is in p.build
	}
}

// exportData asks the Go tool for the compiled form of everything the module imports.
func exportData(root string) (importer.Lookup, error) {
	args := append([]string{"list", "-e", "-export", "-deps", "-json=ImportPath,Export"}, buildFlags...)
	cmd := exec.Command("go", append(args, "./...")...)
	cmd.Dir = root
	cmd.Stderr = os.Stderr
	out, err := cmd.Output()
	if err != nil {
		return nil, fmt.Errorf("go list: %w", err)
	}
	exports := map[string]string{}
	for dec := json.NewDecoder(bytes.NewReader(out)); ; {
		var one struct{ ImportPath, Export string }
		err := dec.Decode(&one)
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			return nil, fmt.Errorf("go list: %w", err)
		}
		exports[one.ImportPath] = one.Export
	}
	return func(path string) (io.ReadCloser, error) {
		if exports[path] == "" {
			return nil, fmt.Errorf("%s does not build", path)
		}
		return os.Open(exports[path])
	}, nil
}
