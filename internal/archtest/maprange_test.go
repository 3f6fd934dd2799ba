package archtest

import (
	"go/ast"
	"go/token"
	"go/types"
	"slices"
	"strings"
)

// The order in which Go walks a map differs from run to run, so in a pure package a range over a map
// may only do what comes out the same in any order:
//
//   - append to a slice that is sorted afterwards in the same function (slices.Sort…, sort.…);
//   - set or delete the entry of a map or list under the loop's own key, or set something to one constant;
//   - add up: ++, --, and += -= |= &= ^= on whole numbers; x = min(x, …), x = max(x, …), x = x || …, x = x && …;
//   - break off with the same constants wherever it breaks off ("is there one?");
//   - decide between these with if, switch and continue, and name values on the way.
//
// maps.Keys, maps.Values and maps.All stand directly in slices.Sorted… for the same reason.
type mapLoop struct {
	p       *pkg
	f       *ast.FuncDecl
	loop    *ast.RangeStmt
	key     types.Object
	locals  map[types.Object]bool
	set     map[string]string // what is set to a constant, and to which
	returns []string
	found   []violation
}

// checkMapRange reports ranges over maps whose order may show.
func checkMapRange(p *pkg) []violation {
	if !isPure(p) {
		return nil
	}
	var found []violation
	for _, f := range p.production() {
		if !f.built {
			continue
		}
		for _, d := range f.Decls {
			fn, ok := d.(*ast.FuncDecl)
			if !ok || fn.Body == nil {
				continue
			}
			ast.Inspect(fn.Body, func(n ast.Node) bool {
				if loop, ok := n.(*ast.RangeStmt); ok && isMap(p, loop.X) {
					l := &mapLoop{p: p, f: fn, loop: loop, locals: map[types.Object]bool{}, set: map[string]string{}}
					found = append(found, l.check()...)
				}
				return true
			})
			found = append(found, looseIterators(p, fn)...)
		}
	}
	return found
}

func isMap(p *pkg, x ast.Expr) bool {
	t := p.info.TypeOf(x)
	if t == nil {
		return false
	}
	_, ok := t.Underlying().(*types.Map)
	return ok
}

func (l *mapLoop) check() []violation {
	if id, ok := l.loop.Key.(*ast.Ident); ok {
		l.key = l.object(id)
		l.locals[l.key] = true
	}
	if id, ok := l.loop.Value.(*ast.Ident); ok {
		l.locals[l.object(id)] = true
	}
	l.block(l.loop.Body.List)
	return l.found
}

func (l *mapLoop) object(id *ast.Ident) types.Object {
	if o := l.p.info.Defs[id]; o != nil {
		return o
	}
	return l.p.info.Uses[id]
}

func (l *mapLoop) complain(n ast.Node, what string) {
	l.found = append(l.found, l.p.at(n, "map order", "%s, in a range over a map in %s: the order would show", what, l.f.Name.Name))
}

func (l *mapLoop) block(list []ast.Stmt) {
	for _, s := range list {
		l.statement(s)
	}
}

func (l *mapLoop) statement(s ast.Stmt) {
	switch s := s.(type) {
	case *ast.IfStmt:
		if s.Init != nil {
			l.statement(s.Init)
		}
		l.block(s.Body.List)
		if s.Else != nil {
			l.statement(s.Else)
		}
	case *ast.BlockStmt:
		l.block(s.List)
	case *ast.SwitchStmt:
		for _, c := range s.Body.List {
			l.block(c.(*ast.CaseClause).Body)
		}
	case *ast.TypeSwitchStmt:
		for _, c := range s.Body.List {
			l.block(c.(*ast.CaseClause).Body)
		}
	case *ast.DeclStmt:
	case *ast.RangeStmt:
		l.nested(s)
	case *ast.BranchStmt:
		if s.Tok == token.BREAK {
			l.complain(s, "breaks off")
		}
	case *ast.ReturnStmt:
		l.leave(s)
	case *ast.IncDecStmt:
	case *ast.AssignStmt:
		l.assign(s)
	case *ast.ExprStmt:
		l.call(s)
	default:
		l.complain(s, "does more than gather")
	}
}

// nested judges a loop in the loop by its body; what it loops over may be anything of a fixed order.
func (l *mapLoop) nested(s *ast.RangeStmt) {
	for _, x := range []ast.Expr{s.Key, s.Value} {
		if id, ok := x.(*ast.Ident); ok {
			l.locals[l.object(id)] = true
		}
	}
	l.block(s.Body.List)
}

// leave allows returns of constants, as long as all are the same.
func (l *mapLoop) leave(s *ast.ReturnStmt) {
	var parts []string
	for _, r := range s.Results {
		tv := l.p.info.Types[r]
		switch {
		case tv.Value != nil:
			parts = append(parts, tv.Value.ExactString())
		case tv.IsNil():
			parts = append(parts, "nil")
		default:
			l.complain(s, "returns what it met first")
			return
		}
	}
	l.returns = append(l.returns, strings.Join(parts, ","))
	if l.returns[0] != l.returns[len(l.returns)-1] {
		l.complain(s, "returns one of two answers")
	}
}

// call allows delete under the loop's own key.
func (l *mapLoop) call(s *ast.ExprStmt) {
	call, ok := s.X.(*ast.CallExpr)
	if !ok {
		l.complain(s, "does more than gather")
		return
	}
	if id, ok := call.Fun.(*ast.Ident); ok && id.Name == "delete" && l.isKey(call.Args[1]) {
		return
	}
	l.complain(s, "calls for effect")
}

// isKey tells whether the expression is the loop's own key, perhaps converted or as its String.
func (l *mapLoop) isKey(x ast.Expr) bool {
	if call, ok := x.(*ast.CallExpr); ok {
		if sel, ok := call.Fun.(*ast.SelectorExpr); ok && sel.Sel.Name == "String" && len(call.Args) == 0 {
			x = sel.X
		} else if l.p.info.Types[call.Fun].IsType() {
			x = call.Args[0]
		}
	}
	id, ok := x.(*ast.Ident)
	return ok && l.key != nil && l.object(id) == l.key
}

func (l *mapLoop) assign(s *ast.AssignStmt) {
	switch s.Tok {
	case token.DEFINE:
		for _, x := range s.Lhs {
			if id, ok := x.(*ast.Ident); ok {
				l.locals[l.object(id)] = true
			}
		}
		return
	case token.ADD_ASSIGN, token.SUB_ASSIGN, token.OR_ASSIGN, token.AND_ASSIGN, token.XOR_ASSIGN:
		b, ok := l.p.info.TypeOf(s.Lhs[0]).Underlying().(*types.Basic)
		if !ok || b.Info()&types.IsInteger == 0 {
			l.complain(s, "adds up what is not a whole number")
		}
		return
	case token.ASSIGN:
	default:
		l.complain(s, "does more than gather")
		return
	}
	for i, x := range s.Lhs {
		if len(s.Lhs) != len(s.Rhs) || !l.harmless(x, s.Rhs[i]) {
			l.complain(s, "sets what the last round decides")
			return
		}
	}
}

// harmless tells whether x = y comes out the same in any order of rounds.
func (l *mapLoop) harmless(x, y ast.Expr) bool {
	if id, ok := x.(*ast.Ident); ok && (id.Name == "_" || l.locals[l.object(id)]) {
		return true
	}
	if at, ok := x.(*ast.IndexExpr); ok && l.isKey(at.Index) {
		return true
	}
	if v := l.p.info.Types[y].Value; v != nil { // a constant: the same one wherever it is set
		name := types.ExprString(x)
		before, again := l.set[name]
		l.set[name] = v.ExactString()
		return !again || before == v.ExactString()
	}
	switch y := y.(type) {
	case *ast.CallExpr:
		id, ok := y.Fun.(*ast.Ident)
		if !ok || len(y.Args) == 0 || types.ExprString(y.Args[0]) != types.ExprString(x) {
			return false
		}
		return id.Name == "min" || id.Name == "max" || id.Name == "append" && l.sortedLater(x)
	case *ast.BinaryExpr:
		return (y.Op == token.LOR || y.Op == token.LAND) && types.ExprString(y.X) == types.ExprString(x)
	}
	return false
}

// sortedLater tells whether the function sorts the slice after the loop.
func (l *mapLoop) sortedLater(x ast.Expr) bool {
	name, sorted := types.ExprString(x), false
	ast.Inspect(l.f.Body, func(n ast.Node) bool {
		call, ok := n.(*ast.CallExpr)
		if !ok || call.Pos() < l.loop.End() || len(call.Args) == 0 {
			return true
		}
		sel, ok := call.Fun.(*ast.SelectorExpr)
		if !ok || types.ExprString(call.Args[0]) != name {
			return true
		}
		from := qualifier(l.p, sel)
		sorted = sorted || from == "sort" || from == "slices" && strings.HasPrefix(sel.Sel.Name, "Sort")
		return true
	})
	return sorted
}

// looseIterators reports maps.Keys, Values and All that do not stand directly in a sort.
func looseIterators(p *pkg, fn *ast.FuncDecl) []violation {
	var found []violation
	var sorted []ast.Expr
	ast.Inspect(fn.Body, func(n ast.Node) bool {
		call, ok := n.(*ast.CallExpr)
		if !ok {
			return true
		}
		sel, ok := call.Fun.(*ast.SelectorExpr)
		if !ok {
			return true
		}
		switch from := qualifier(p, sel); {
		case from == "slices" && strings.HasPrefix(sel.Sel.Name, "Sorted"):
			sorted = append(sorted, call.Args[0])
		case from == "maps" && slices.Contains([]string{"Keys", "Values", "All"}, sel.Sel.Name) && !slices.Contains(sorted, ast.Expr(call)):
			found = append(found, p.at(call, "map order", "maps.%s is not sorted where it stands, in %s: the order would show", sel.Sel.Name, fn.Name.Name))
		}
		return true
	})
	return found
}
