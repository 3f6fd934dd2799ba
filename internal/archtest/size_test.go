package archtest

import (
	"go/ast"
	"go/token"
	"strconv"
)

// What a reader can hold: nine functions in ten of the code bases we learnt from are under forty
// lines, and the ones over seventy are where newcomers get lost.
const (
	maxFunction     = 70
	maxTestFunction = 100 // a table of rows with a sentence each is one function
	maxFile         = 400
	maxTestFile     = 600
	maxParameters   = 4
)

// checkSize reports files and functions that have outgrown a reader.
func checkSize(p *pkg) []violation {
	const rule = "size"
	var found []violation
	for _, f := range p.files {
		lines, function := maxFile, maxFunction
		if f.test {
			lines, function = maxTestFile, maxTestFunction
		}
		if f.lines > lines {
			found = append(found, violation{rule, f.path, strconv.Itoa(f.lines) + " lines, more than " + strconv.Itoa(lines) + ": one noun a file"})
		}
		for _, d := range f.Decls {
			fn, ok := d.(*ast.FuncDecl)
			if !ok {
				continue
			}
			if n := p.fset.Position(fn.End()).Line - p.fset.Position(fn.Pos()).Line + 1; n > function {
				found = append(found, p.at(fn, rule, "%s has %d lines, more than %d", fn.Name.Name, n, function))
			}
			if !f.test {
				found = append(found, checkParameters(p, fn)...)
			}
		}
	}
	return found
}

func checkParameters(p *pkg, fn *ast.FuncDecl) []violation {
	var found []violation
	count, bools := 0, 0
	for _, field := range fn.Type.Params.List {
		n := max(1, len(field.Names))
		count += n
		if id, ok := field.Type.(*ast.Ident); ok && id.Name == "bool" {
			bools += n
		} else {
			bools = 0
		}
		if bools == 2 {
			found = append(found, p.at(fn, "size", "%s takes two neighbouring bools: a caller will mix them up", fn.Name.Name))
		}
	}
	if count > maxParameters {
		found = append(found, p.at(fn, "size", "%s takes %d parameters, more than %d: some belong together", fn.Name.Name, count, maxParameters))
	}
	return found
}

// checkDoc reports packages and exported names that do not say what they are.
func checkDoc(p *pkg) []violation {
	const rule = "doc comments"
	var found []violation
	packageDoc := false
	for _, f := range p.production() {
		packageDoc = packageDoc || f.Doc != nil
		for _, d := range f.Decls {
			switch d := d.(type) {
			case *ast.FuncDecl:
				if d.Name.IsExported() && d.Doc == nil && (d.Recv == nil || exportedReceiver(d.Recv)) {
					found = append(found, p.at(d, rule, "%s has no comment", d.Name.Name))
				}
			case *ast.GenDecl:
				found = append(found, undocumented(p, d)...)
			}
		}
	}
	if !packageDoc && len(p.production()) > 0 {
		found = append(found, violation{rule, p.path, "no package comment"})
	}
	return found
}

func undocumented(p *pkg, d *ast.GenDecl) []violation {
	var found []violation
	if d.Tok == token.IMPORT || d.Doc != nil && d.Tok != token.TYPE {
		return nil // a group of constants or variables may share one comment
	}
	for _, spec := range d.Specs {
		switch s := spec.(type) {
		case *ast.TypeSpec:
			if s.Name.IsExported() && s.Doc == nil && (d.Doc == nil || d.Lparen.IsValid()) {
				found = append(found, p.at(s, "doc comments", "%s has no comment", s.Name.Name))
			}
		case *ast.ValueSpec:
			for _, name := range s.Names {
				if name.IsExported() && s.Doc == nil && s.Comment == nil {
					found = append(found, p.at(s, "doc comments", "%s has no comment", name.Name))
				}
			}
		}
	}
	return found
}

func exportedReceiver(recv *ast.FieldList) bool {
	x := recv.List[0].Type
	for {
		switch e := x.(type) {
		case *ast.StarExpr:
			x = e.X
		case *ast.IndexExpr:
			x = e.X
		case *ast.IndexListExpr:
			x = e.X
		case *ast.Ident:
			return e.IsExported()
		default:
			return false
		}
	}
}
