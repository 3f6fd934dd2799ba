package archtest

import (
	"go/ast"
	"go/token"
	"go/types"
	"slices"
	"strings"
)

// mayStart lists the packages that may start goroutines in production code: each owns what it starts and
// returns when it has ended.
var mayStart = []string{
	"live", "broker/brokertest", "broker/natsbroker", "broker/amqpbroker", "broker/amqp10broker", "broker/internal/port", "keyvalue/natskv", "keyvalue/internal/lanes", "keyvalue/kvtest", "bench", "cmd/sim",
}

// checkGoroutines reports go statements elsewhere.
func checkGoroutines(p *pkg) []violation {
	if slices.Contains(mayStart, p.path) {
		return nil
	}
	var found []violation
	everywhere(p.production(), func(n ast.Node) {
		if n, ok := n.(*ast.GoStmt); ok {
			found = append(found, p.at(n, "goroutines", "%s starts a goroutine: only %s own any", p.path, strings.Join(mayStart, ", ")))
		}
	})
	return found
}

// checkInit reports what runs or registers itself because a package was imported.
func checkInit(p *pkg) []violation {
	var found []violation
	for _, f := range p.production() {
		for _, d := range f.Decls {
			if fn, ok := d.(*ast.FuncDecl); ok && fn.Recv == nil && fn.Name.Name == "init" {
				found = append(found, p.at(fn, "init", "func init: an import must not do anything; whoever wants it calls it"))
			}
		}
		for _, spec := range f.Imports {
			if spec.Name == nil || spec.Path.Value == `"embed"` { // embed has nothing to run; the compiler wants it named
				continue
			}
			if spec.Name.Name == "_" {
				found = append(found, p.at(spec, "init", "imports %s for what it does on import: registries are explicit here", spec.Path.Value))
			}
			if spec.Name.Name == "." {
				found = append(found, p.at(spec, "init", "imports %s without its name: a reader must see where a word comes from", spec.Path.Value))
			}
		}
	}
	return found
}

// checkState reports package variables that change, or that lend out what can be changed through a method.
func checkState(p *pkg) []violation {
	var found []violation
	report := func(n ast.Node, x ast.Expr, how string) {
		if v := packageVar(p, x); v != nil {
			found = append(found, p.at(n, "package state", "package variable %s is %s: state belongs to a value with an owner", v.Name(), how))
		}
	}
	inspect(p, func(n ast.Node) {
		switch n := n.(type) {
		case *ast.AssignStmt:
			if n.Tok != token.DEFINE {
				for _, x := range n.Lhs {
					report(n, x, "assigned to")
				}
			}
		case *ast.IncDecStmt:
			report(n, n.X, "counted up or down")
		case *ast.UnaryExpr:
			if n.Op == token.AND {
				report(n, n.X, "lent out by address")
			}
		case *ast.CallExpr:
			id, ok := n.Fun.(*ast.Ident)
			if ok && slices.Contains([]string{"delete", "clear", "copy"}, id.Name) && len(n.Args) > 0 {
				report(n, n.Args[0], "changed by "+id.Name)
			}
		case *ast.SelectorExpr:
			s := p.info.Selections[n]
			if s != nil && s.Kind() == types.MethodVal && takesPointer(s) && !isPointer(s.Recv()) {
				report(n, n.X, "the receiver of "+n.Sel.Name+", which may change it")
			}
		}
	})
	return found
}

func takesPointer(s *types.Selection) bool {
	recv := s.Obj().(*types.Func).Signature().Recv()
	return recv != nil && isPointer(recv.Type())
}

func isPointer(t types.Type) bool {
	if t == nil { // its package does not build
		return false
	}
	_, ok := t.Underlying().(*types.Pointer)
	return ok
}

// packageVar returns the package variable at the root of an expression such as v.field[i], nil when there is none
// or the way to it leads through a pointer or a call.
func packageVar(p *pkg, x ast.Expr) *types.Var {
	for {
		switch e := x.(type) {
		case *ast.ParenExpr:
			x = e.X
		case *ast.IndexExpr:
			x = e.X
		case *ast.SliceExpr:
			x = e.X
		case *ast.SelectorExpr:
			if v, ok := p.info.Uses[e.Sel].(*types.Var); ok && isPackageLevel(v) {
				return v
			}
			if isPointer(p.info.TypeOf(e.X)) {
				return nil
			}
			x = e.X
		case *ast.Ident:
			v, ok := p.info.Uses[e].(*types.Var)
			if ok && isPackageLevel(v) {
				return v
			}
			return nil
		default:
			return nil
		}
	}
}

func isPackageLevel(v *types.Var) bool {
	return !v.IsField() && v.Pkg() != nil && v.Parent() == v.Pkg().Scope()
}

// checkTests reports tests that wait for the wall clock or that pass without having run.
func checkTests(p *pkg) []violation {
	var found []violation
	tests := slices.DeleteFunc(slices.Clone(p.files), func(f *file) bool { return !f.test })
	everywhere(tests, func(n ast.Node) {
		call, ok := n.(*ast.CallExpr)
		if !ok {
			return
		}
		sel, ok := call.Fun.(*ast.SelectorExpr)
		if !ok {
			return
		}
		id, ok := sel.X.(*ast.Ident)
		switch name := sel.Sel.Name; {
		case ok && id.Name == "time" && name == "Sleep" && !usesSynctest(p):
			found = append(found, p.at(call, "tests", "time.Sleep in a test: wait for what should happen, or use testing/synctest"))
		case ok && (id.Name == "t" || id.Name == "b" || id.Name == "tb") && (name == "Skip" || name == "Skipf" || name == "SkipNow"):
			found = append(found, p.at(call, "tests", "a skipped test looks like one that passed"))
		}
	})
	return found
}

// usesSynctest tells whether the package's tests run on a clock that only they move.
func usesSynctest(p *pkg) bool { return imports(p.files)["testing/synctest"] != nil }

// checkNotes reports notes of things to do: they belong into the tracker, or are done.
func checkNotes(p *pkg) []violation {
	var found []violation
	for _, f := range p.files {
		for _, group := range f.Comments {
			for _, c := range group.List {
				for _, word := range []string{"TO" + "DO", "FIX" + "ME", "XX" + "X", "HA" + "CK"} {
					if strings.Contains(c.Text, word) {
						found = append(found, p.at(c, "notes", "%s: do it, or say what is so and why", word))
					}
				}
			}
		}
	}
	return found
}

func everywhere(files []*file, visit func(ast.Node)) {
	for _, f := range files {
		ast.Inspect(f.File, func(n ast.Node) bool {
			if n != nil {
				visit(n)
			}
			return true
		})
	}
}
