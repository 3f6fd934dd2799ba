package scenarios

import (
	"fmt"
	"strings"

	"go.yaml.in/yaml/v4"
)

// way leads to a part of a scenario file: keys (string) and positions in lists (int).
type way []any

// then goes on from a part.
func (w way) then(steps ...any) way { return append(w[:len(w):len(w)], steps...) }

// String is the way as a user writes it: workload[0].rate.
func (w way) String() string {
	var b strings.Builder
	for _, step := range w {
		if key, ok := step.(string); ok {
			if b.Len() > 0 {
				b.WriteByte('.')
			}
			b.WriteString(key)
			continue
		}
		fmt.Fprintf(&b, "[%d]", step)
	}
	return b.String()
}

// source is the file that a scenario was read from. That of a scenario which a program made is empty.
type source struct {
	file  string
	lines []string
	root  *yaml.Node
}

// spot is a line and a column, both from 1; the line 0 is nowhere.
type spot struct{ line, col int }

// String begins a complaint, as editors read it.
func (p spot) String() string {
	if p.line == 0 {
		return ""
	}
	return fmt.Sprintf("%d:%d:", p.line, p.col)
}

// node is the part of the file that a way leads to, or the last one on the way that is there. key is
// where its name stands, or the part itself where it has none.
func (s *source) node(w way) (n, key *yaml.Node) {
	if s.root == nil {
		return nil, nil
	}
	n = s.root
	key = n
	for _, step := range w {
		next, name := child(target(n), step)
		if next == nil {
			break
		}
		n, key = next, name
	}
	return n, key
}

// child is one step down, with where its name stands.
func child(n *yaml.Node, step any) (next, key *yaml.Node) {
	switch step := step.(type) {
	case string:
		for i := 0; n.Kind == yaml.MappingNode && i+1 < len(n.Content); i += 2 {
			if n.Content[i].Value == step {
				return n.Content[i+1], n.Content[i]
			}
		}
	case int:
		if n.Kind == yaml.SequenceNode && step < len(n.Content) {
			return n.Content[step], n.Content[step]
		}
	}
	return nil, nil
}

// target is what an alias stands for.
func target(n *yaml.Node) *yaml.Node {
	for n.Kind == yaml.AliasNode && n.Alias != nil {
		n = n.Alias
	}
	return n
}

// at is where the value that a way leads to begins.
func (s *source) at(w way) spot {
	n, _ := s.node(w)
	if n == nil {
		return spot{}
	}
	return spot{n.Line, n.Column}
}

// within is a spot inside a text that stands in the file, given by line and column of the text. Only
// the lines of a block are the file's own.
func (s *source) within(w way, in spot) spot {
	n, _ := s.node(w)
	if n == nil {
		return spot{}
	}
	n = target(n)
	if n.Style&(yaml.LiteralStyle|yaml.FoldedStyle) == 0 {
		return spot{n.Line, n.Column}
	}
	return spot{n.Line + in.line, s.indent(n.Line) + max(in.col, 1)}
}

// indent is how far the block under a line is set in.
func (s *source) indent(line int) int {
	for _, text := range s.lines[min(line, len(s.lines)):] {
		if strings.TrimSpace(text) != "" {
			return len(text) - len(strings.TrimLeft(text, " "))
		}
	}
	return 0
}
