package archtest

import (
	"go/ast"
	"go/token"
	"go/types"
	"maps"
	"slices"
	"strconv"
	"strings"
)

// pure lists the packages whose every output is a function of their inputs: the machines and all
// they are made of, the virtual driver, and what judges and feeds it. A run is repeatable because of them.
var pure = []string{
	"event", "siddhi", "node", "session", "gateway", "trafficmgr", "controlplane", "store", "keyvalue", "broker",
	"fault", "workload", "internal/luck", "trace", "world", "virtual", "checker",
}

// banned imports of the pure packages; an entry covers the packages below it.
var banned = map[string]string{
	"time":         "a machine owns no clock: now comes with Step, lengths are event.Duration",
	"sync":         "one machine, one goroutine: nothing to lock",
	"context":      "a machine is not cancelled; its driver stops stepping it",
	"math/rand":    "luck is keyed: internal/luck, drawn by the driver",
	"crypto/rand":  "the seed must be the whole of the luck",
	"hash/maphash": "its seed differs from process to process",
	"os":           "no environment and no files: what a machine knows is in its Config",
	"io/ioutil":    "no files: what a machine knows is in its Config",
	"net":          "a machine sends on sessions; sockets are the live driver's",
	"syscall":      "a machine asks nothing of the machine it runs on",
	"runtime":      "results must not depend on where they are computed",
	"log":          "nodes do not log: they state notes",
	"unsafe":       "addresses differ from run to run",
	"reflect":      "order and identity of what it finds are not ours to promise",
}

// durations lists the pure packages that may name time.Duration and its units, and nothing else of package time.
var durations = map[string]string{
	"event": "it gives Duration to all others",
	"fault": "it reads and prints lengths as Go writes them",
}

// lengths is what those packages may take from package time.
var lengths = []string{"Duration", "ParseDuration", "Nanosecond", "Microsecond", "Millisecond", "Second", "Minute", "Hour"}

// allowedImports are imports under a banned path that do no harm.
var allowedImports = map[string]string{
	"net/netip": "parsing only; an address is a value",
	"net/url":   "parsing only; it opens nothing",
}

func isPure(p *pkg) bool { return slices.Contains(pure, p.path) }

// checkPureImports reports imports that bring clocks, luck, locks or sockets into a pure package.
func checkPureImports(p *pkg) []violation {
	if !isPure(p) {
		return nil
	}
	var found []violation
	for path, spec := range imports(p.production()) {
		if path == "time" && durations[p.path] != "" || allowedImports[path] != "" {
			continue
		}
		for _, ban := range slices.Sorted(maps.Keys(banned)) {
			if path == ban || strings.HasPrefix(path, ban+"/") {
				found = append(found, p.at(spec, "pure imports", "%s imports %s: %s", p.path, path, banned[ban]))
				break
			}
		}
	}
	return found
}

// checkPureTime reports uses of package time, where it may be imported at all, beyond lengths of time.
func checkPureTime(p *pkg) []violation {
	if !isPure(p) {
		return nil
	}
	var found []violation
	inspect(p, func(n ast.Node) {
		sel, ok := n.(*ast.SelectorExpr)
		if !ok {
			return
		}
		if qualifier(p, sel) == "time" && !slices.Contains(lengths, sel.Sel.Name) {
			found = append(found, p.at(sel, "pure time", "%s uses time.%s: only lengths of time are data", p.path, sel.Sel.Name))
		}
	})
	return found
}

// checkPureSyntax reports goroutines, channels and select in a pure package.
func checkPureSyntax(p *pkg) []violation {
	if !isPure(p) {
		return nil
	}
	var found []violation
	add := func(n ast.Node, what string) {
		found = append(found, p.at(n, "pure syntax", "%s has %s: a machine is stepped by one goroutine and waits by its Deadline", p.path, what))
	}
	inspect(p, func(n ast.Node) {
		switch n := n.(type) {
		case *ast.GoStmt:
			add(n, "a go statement")
		case *ast.SelectStmt:
			add(n, "a select")
		case *ast.ChanType:
			add(n, "a channel")
		case *ast.SendStmt:
			add(n, "a send on a channel")
		case *ast.UnaryExpr:
			if n.Op == token.ARROW {
				add(n, "a receive from a channel")
			}
		}
	})
	return found
}

// checkPointers reports formats that print addresses.
func checkPointers(p *pkg) []violation {
	if !isPure(p) {
		return nil
	}
	var found []violation
	inspect(p, func(n ast.Node) {
		lit, ok := n.(*ast.BasicLit)
		if !ok || lit.Kind != token.STRING {
			return
		}
		if text, err := strconv.Unquote(lit.Value); err == nil && strings.Contains(text, "%p") {
			found = append(found, p.at(lit, "pure syntax", "%s prints an address: it differs from run to run", p.path))
		}
	})
	return found
}

// inspect visits the production files that have types.
func inspect(p *pkg, visit func(ast.Node)) {
	for _, f := range p.production() {
		if !f.built {
			continue
		}
		ast.Inspect(f.File, func(n ast.Node) bool {
			if n != nil {
				visit(n)
			}
			return true
		})
	}
}

// qualifier returns the import path of a selector's package, or "".
func qualifier(p *pkg, sel *ast.SelectorExpr) string {
	id, ok := sel.X.(*ast.Ident)
	if !ok {
		return ""
	}
	if name, ok := p.info.Uses[id].(*types.PkgName); ok {
		return name.Imported().Path()
	}
	return ""
}
