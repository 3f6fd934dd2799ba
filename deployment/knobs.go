package deployment

import (
	"fmt"
	"reflect"
	"slices"
	"strconv"
	"strings"
	"time"
	"unicode"

	"hubsim/broker"
	"hubsim/internal/spelling"
)

// Knob is a setting of the machines that a run may change: gateway.resync_on_up,
// session.topic.again.max. A name that begins with session means every machine that has the part.
type Knob struct {
	Name     string `json:"name"`
	Type     string `json:"type"`
	WSO2     string `json:"wso2"`     // its value in profile wso2, deployment.toml aside
	Hardened string `json:"hardened"` // and in profile hardened
}

// Knobs returns every knob, by name.
func Knobs() []Knob {
	product, better := wso2(), hardened()
	registry := knobs()
	var all []Knob
	for _, name := range sortedKeys(registry) {
		field := registry[name][0]
		all = append(all, Knob{
			Name: name, Type: typeName(reflect.TypeFor[configs]().FieldByIndex(field).Type),
			WSO2:     shownKnob(reflect.ValueOf(product).FieldByIndex(field)),
			Hardened: shownKnob(reflect.ValueOf(better).FieldByIndex(field)),
		})
	}
	return all
}

// sections are the knobs' first words, for the fields of configs.
var sections = []string{"gateway", "traffic_manager", "control_plane", "store", "broker", "key_value"}

// shared says under which other name the knobs of a machine's session parts go, for all machines.
var shared = [][2]string{
	{"gateway.session.", "session."}, {"traffic_manager.session.", "session."},
	{"control_plane.feed.", "session.feed."}, {"control_plane.publisher.", "session.publisher."}, {"control_plane.remote.", "session.publisher."},
	{"control_plane.receiver.", "session.topic."},
}

// idle are parts of session.Config that a machine does not use.
var idle = []string{"gateway.session.publisher.", "traffic_manager.session.feed.", "traffic_manager.session.pull.revoked."}

// knobs maps each name to the fields of configs that it sets.
func knobs() map[string][][]int {
	registry := map[string][][]int{}
	add := func(name string, field []int) {
		if slices.ContainsFunc(idle, func(part string) bool { return strings.HasPrefix(name, part) }) {
			return
		}
		registry[name] = append(registry[name], field)
		for _, s := range shared {
			if rest, ok := strings.CutPrefix(name, s[0]); ok {
				registry[s[1]+rest] = append(registry[s[1]+rest], field)
			}
		}
	}
	t := reflect.TypeFor[configs]()
	for i, section := range sections {
		walk(t.Field(i).Type, section, []int{i}, add)
	}
	return registry
}

// walk finds the fields that hold one number, time, text or truth. Lists and node names are the
// deployment's, not knobs.
func walk(t reflect.Type, name string, at []int, add func(string, []int)) {
	for i := range t.NumField() {
		f := t.Field(i)
		field := append(slices.Clone(at), i)
		path := name + "." + snake(f.Name)
		switch {
		case f.Name == "Region":
		case f.Type.Kind() == reflect.Struct && f.Anonymous:
			walk(f.Type, name, field, add)
		case f.Type.Kind() == reflect.Struct:
			walk(f.Type, path, field, add)
		case typeName(f.Type) != "":
			add(path, field)
		}
	}
}

// typeName is how a knob's value is written; "" for a field that is no knob.
func typeName(t reflect.Type) string {
	switch {
	case t == reflect.TypeFor[time.Duration]():
		return "duration"
	case t == reflect.TypeFor[broker.Overflow]():
		return "cut, drop-newest or drop-oldest"
	case t == reflect.TypeFor[string]():
		return "text"
	}
	switch t.Kind() {
	case reflect.Bool:
		return "true or false"
	case reflect.Int, reflect.Int64:
		return "number"
	}
	return ""
}

// snake is a Go name in lower case with underscores: RevocationTTL is revocation_ttl.
func snake(name string) string {
	runes := []rune(name)
	var b strings.Builder
	for i, r := range runes {
		starts := i > 0 && unicode.IsUpper(r) && (unicode.IsLower(runes[i-1]) || i+1 < len(runes) && unicode.IsLower(runes[i+1]))
		if starts {
			b.WriteByte('_')
		}
		b.WriteRune(unicode.ToLower(r))
	}
	return b.String()
}

// setting is a knob with its value, ready to be set.
type setting struct {
	fields [][]int
	value  any
}

// settingsOf reads knobs. A name that does not exist, or a value that does not fit, is an error.
func settingsOf(given map[string]string) ([]setting, error) {
	registry := knobs()
	var all []setting
	for _, name := range byLength(given) {
		fields, known := registry[name]
		if !known {
			return nil, fmt.Errorf("there is no knob %q\nhint: %s", name, knobHint(name, registry))
		}
		t := reflect.TypeFor[configs]().FieldByIndex(fields[0]).Type
		v, err := knobValue(t, given[name])
		if err != nil {
			return nil, fmt.Errorf("knob %s cannot be %q\nhint: %w", name, given[name], err)
		}
		all = append(all, setting{fields, v})
	}
	return all, nil
}

// byLength orders names so that what means all machines comes before what means one.
func byLength(given map[string]string) []string {
	names := sortedKeys(given)
	slices.SortStableFunc(names, func(a, b string) int { return strings.Count(a, ".") - strings.Count(b, ".") })
	return names
}

func (s *setting) apply(c *configs) {
	for _, field := range s.fields {
		f := reflect.ValueOf(c).Elem().FieldByIndex(field)
		f.Set(reflect.ValueOf(s.value).Convert(f.Type()))
	}
}

func knobValue(t reflect.Type, text string) (any, error) {
	switch typeName(t) {
	case "duration":
		d, err := time.ParseDuration(text)
		if err != nil || d < 0 {
			return nil, fmt.Errorf("write a time with its unit, as 400ms, 30s or 0s")
		}
		return d, nil
	case "true or false":
		b, err := strconv.ParseBool(text)
		if err != nil {
			return nil, fmt.Errorf("write true or false")
		}
		return b, nil
	case "number":
		n, err := strconv.ParseInt(text, 10, strconv.IntSize)
		if err != nil || n < 0 {
			return nil, fmt.Errorf("write a whole number from 0")
		}
		return n, nil
	case "text":
		return text, nil
	}
	if at := slices.Index(overflows, text); at > 0 {
		return broker.Overflow(at), nil
	}
	return nil, fmt.Errorf("write cut, drop-newest or drop-oldest")
}

// overflows are the names of broker.Overflow; the first is where nothing overflows.
var overflows = []string{broker.Cut - 1: "none", broker.Cut: "cut", broker.DropNewest: "drop-newest", broker.DropOldest: "drop-oldest"}

// shownKnob prints a knob's value as it would be written.
func shownKnob(v reflect.Value) string {
	if o, is := v.Interface().(broker.Overflow); is {
		return overflows[o]
	}
	return fmt.Sprint(v)
}

// knobHint names the knob that was probably meant, or those that end alike or stand beside it.
func knobHint(given string, registry map[string][][]int) string {
	names := sortedKeys(registry)
	if s := spelling.Slip(given, names); s != "" {
		return "did you mean " + s + "?"
	}
	parts := strings.Split(given, ".")
	last, above := parts[len(parts)-1], strings.Join(parts[:len(parts)-1], ".")
	for _, fits := range []func(string) bool{
		func(n string) bool { return strings.HasSuffix(n, "."+last) },
		func(n string) bool { return above != "" && strings.HasPrefix(n, above+".") },
	} {
		if near := slices.DeleteFunc(slices.Clone(names), func(n string) bool { return !fits(n) }); len(near) > 0 {
			return "there are " + strings.Join(near[:min(len(near), 12)], ", ")
		}
	}
	return "they begin with session., " + strings.Join(sections, "., ") + ".; sim docs config lists them"
}
