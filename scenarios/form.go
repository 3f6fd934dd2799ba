package scenarios

import (
	"encoding"
	"reflect"
	"strings"

	"go.yaml.in/yaml/v4"

	"hubsim/internal/spelling"
)

var textual = reflect.TypeFor[encoding.TextUnmarshaler]()

// form holds a part of a file against the type that it is read into, and complains of keys that the
// type does not have and of values of the wrong kind.
func (c *critic) form(n *yaml.Node, t reflect.Type, at way) {
	n = target(n)
	for t.Kind() == reflect.Pointer {
		t = t.Elem()
	}
	switch {
	case n.Kind == yaml.ScalarNode && n.Tag == "!!null": // an empty value is not said
	case reflect.PointerTo(t).Implements(textual), t.Kind() != reflect.Struct && t.Kind() != reflect.Map && t.Kind() != reflect.Slice:
		c.scalar(n, t, at)
	case t.Kind() == reflect.Slice && n.Kind == yaml.SequenceNode:
		for i, item := range n.Content {
			if target(item).Tag == "!!null" {
				c.say(at.then(i), "fill it in, or leave it out", "this item of the list is empty")
			}
			c.form(item, t.Elem(), at.then(i))
		}
	case t.Kind() == reflect.Slice:
		c.say(at, "write [a, b], or each on a line of its own behind a dash", "a list is expected")
	case n.Kind != yaml.MappingNode:
		c.say(at, keysHint(t), "keys with values are expected")
	case t.Kind() == reflect.Map:
		for i := 0; i+1 < len(n.Content); i += 2 {
			c.form(n.Content[i+1], t.Elem(), at.then(n.Content[i].Value))
		}
	default:
		c.keys(n, t, at)
	}
}

func keysHint(t reflect.Type) string {
	if t.Kind() == reflect.Map {
		return "write {name: value}, or each on a line of its own"
	}
	return "its keys are: " + strings.Join(keysOf(t), ", ")
}

// keysOf are the keys that a type is read from.
func keysOf(t reflect.Type) (names []string) {
	for i := range t.NumField() {
		if name, _, _ := strings.Cut(t.Field(i).Tag.Get("yaml"), ","); name != "" {
			names = append(names, name)
		}
	}
	return names
}

// fieldOf is the type of what a key holds.
func fieldOf(t reflect.Type, key string) reflect.Type {
	for i := range t.NumField() {
		if name, _, _ := strings.Cut(t.Field(i).Tag.Get("yaml"), ","); name == key {
			return t.Field(i).Type
		}
	}
	return nil
}

// keys looks at each key of a mapping.
func (c *critic) keys(n *yaml.Node, t reflect.Type, at way) {
	for i := 0; i+1 < len(n.Content); i += 2 {
		key := n.Content[i].Value
		if n.Content[i].Tag == "!!merge" {
			continue
		}
		if of := fieldOf(t, key); key != "" && of != nil {
			c.form(n.Content[i+1], of, at.then(key))
			continue
		}
		names := keysOf(t)
		hint := "its keys are: " + strings.Join(names, ", ")
		if best := spelling.Nearest(key, names); best != "" {
			hint = "did you mean " + best + "?"
		}
		c.say(at.then(key), hint, "there is no such key")
		c.all[len(c.all)-1].spot = spot{n.Content[i].Line, n.Content[i].Column}
	}
}

// scalars are what is expected, in words, and how it is written.
var scalars = map[reflect.Kind]struct{ what, how string }{
	reflect.Float64: {"a number is expected", "write it without a unit, as 12 or 0.5"},
	reflect.Int:     {"a whole number is expected", "write it without a unit, as 12"},
	reflect.Int64:   {"a whole number is expected", "write it without a unit, as 12"},
	reflect.Bool:    {"true or false is expected", "write true or false"},
	reflect.String:  {"a text is expected", "one value, no list and no keys"},
}

// scalar reads a single value as its type would be read.
func (c *critic) scalar(n *yaml.Node, t reflect.Type, at way) {
	value := reflect.New(t)
	if text, ok := value.Interface().(encoding.TextUnmarshaler); ok {
		if n.Kind != yaml.ScalarNode {
			c.say(at, "write it with a unit, as 90s or 1.5s", "a duration is expected")
		} else if err := text.UnmarshalText([]byte(n.Value)); err != nil {
			c.blame(at, err)
		}
		return
	}
	want := scalars[t.Kind()]
	if n.Kind != yaml.ScalarNode {
		c.say(at, want.how, "%s", want.what)
	} else if n.Decode(value.Interface()) != nil {
		c.say(at, want.how, "%s, not %q", want.what, n.Value)
	}
}
