package nodetest

import (
	"cmp"
	"fmt"
	"reflect"
	"slices"
	"strconv"
	"strings"
	"time"

	"hubsim/event"
	"hubsim/node"
)

// Start is what every wall clock shows when a script begins: a whole minute.
const Start event.Wall = 1_700_000_040_000

// blanks makes an empty message of each class that a script can write.
var blanks = map[string]func() event.Message{
	"request":      func() event.Message { return &event.Request{} },
	"throttle":     func() event.Message { return &event.Throttle{Attributes: &event.Attributes{}} },
	"decision":     func() event.Message { return &event.Decision{} },
	"revocation":   func() event.Message { return &event.TokenRevoked{} },
	"notification": func() event.Message { return &event.Notification{} },
	"key-manager":  func() event.Message { return &event.KeyManagerEvent{} },
	"webhook":      func() event.Message { return &event.WebhookEvent{} },
	"blocking":     func() event.Message { return &event.BlockingCondition{} },
	"step":         func() event.Message { return &event.Step{} },
	"key-template": func() event.Message { return &event.KeyTemplate{} },
	"cache":        func() event.Message { return &event.CacheInvalidated{} },
	"heartbeat":    func() event.Message { return &event.Heartbeat{} },
	"batch-ack":    func() event.Message { return &event.BatchAck{} },
	"pull":         func() event.Message { return &event.PullRequest{} },
	"nothing":      func() event.Message { return nil },
}

// Parse reads a message: its class, then its fields.
func Parse(text string) (event.Message, error) {
	words := strings.Fields(text)
	if len(words) == 0 {
		return nil, fmt.Errorf("an empty line is no message")
	}
	if words[0] == "batch" {
		return parseBatch(strings.TrimSpace(strings.TrimPrefix(text, "batch")))
	}
	if words[0] == "subject" {
		return parseSubject(words[1:])
	}
	blank, ok := blanks[words[0]]
	if !ok {
		return nil, fmt.Errorf("no message is called %q", words[0])
	}
	m := blank()
	if m == nil {
		return nil, nil
	}
	return m, Fill(m, words[1:])
}

// parseSubject reads the revocation of a consumer key or subject: "subject r-4 ConsumerKey=ck-7 At=+10s".
func parseSubject(words []string) (event.Message, error) {
	if len(words) == 0 {
		return nil, fmt.Errorf("subject: say the event's id")
	}
	s := &event.RevokedSubject{}
	err := Fill(s, words[1:])
	return &event.TokenRevoked{EventID: words[0], Type: s.Type(), Token: s.Token()}, err
}

// parseBatch reads the events of a batch, separated by semicolons.
func parseBatch(text string) (event.Message, error) {
	b := &event.Batch{}
	for _, one := range strings.Split(text, ";") {
		m, err := Parse(one)
		if err != nil {
			return nil, err
		}
		b.Events = append(b.Events, m)
	}
	return b, nil
}

// Fill sets fields of what v points to: "Key=x", "API.UUID=y", "On" for On=true.
func Fill(v any, words []string) error {
	for _, w := range words {
		name, value, given := strings.Cut(w, "=")
		if !given {
			value = "true"
		}
		f, err := field(reflect.ValueOf(v).Elem(), strings.Split(name, "."))
		if err == nil {
			err = set(f, value)
		}
		if err != nil {
			return fmt.Errorf("%s: %w", w, err)
		}
	}
	return nil
}

// field finds a field by its path, making the structs on the way.
func field(v reflect.Value, path []string) (reflect.Value, error) {
	for _, name := range path {
		if v.Kind() == reflect.Pointer {
			if v.IsNil() {
				v.Set(reflect.New(v.Type().Elem()))
			}
			v = v.Elem()
		}
		if v.Kind() != reflect.Struct || !v.FieldByName(name).IsValid() {
			return v, fmt.Errorf("%s has no field %s", v.Type(), name)
		}
		v = v.FieldByName(name)
	}
	return v, nil
}

// set puts a value that is written as text into a field.
func set(f reflect.Value, text string) error {
	switch f.Interface().(type) {
	case event.Wall:
		at, err := wall(text)
		f.SetInt(int64(at))
		return err
	case event.Duration, event.Mono:
		d, err := time.ParseDuration(text)
		f.SetInt(int64(d))
		return err
	}
	switch f.Kind() {
	case reflect.String:
		f.SetString(text)
	case reflect.Bool:
		f.SetBool(text == "true")
	case reflect.Int, reflect.Int64:
		n, err := strconv.ParseInt(text, 10, 64)
		f.SetInt(n)
		return err
	case reflect.Uint8:
		return named(f, text)
	case reflect.Uint64:
		n, err := strconv.ParseUint(text, 10, 64)
		f.SetUint(n)
		return err
	case reflect.Slice:
		return list(f, text)
	default:
		return fmt.Errorf("cannot write a %s", f.Type())
	}
	return nil
}

// wall reads an instant relative to Start; a bare number is epoch milliseconds.
func wall(text string) (event.Wall, error) {
	if ms, err := strconv.ParseInt(text, 10, 64); err == nil {
		return event.Wall(ms), nil
	}
	d, err := time.ParseDuration(text)
	return Start.Add(d), err
}

// named sets a field whose values have names.
func named(f reflect.Value, text string) error {
	for i := range uint64(256) {
		f.SetUint(i)
		if f.Interface().(fmt.Stringer).String() == text {
			return nil
		}
	}
	return fmt.Errorf("no %s is called %q", f.Type(), text)
}

// list sets a slice of strings; of resources written VERB:TEMPLATE, VERB:TEMPLATE:TIER or
// VERB:TEMPLATE:TIER:open for one that needs no token; of pairs written NAME:VALUE; of condition groups
// written ID:TYPE:NAME:VALUE, of an address ID:IPSpecific:ADDRESS, of a range ID:IPRange:FIRST:LAST, with
// ! before the type of an inverted condition, and & between the conditions of one group; of scopes their
// names.
func list(f reflect.Value, text string) error {
	words := strings.Split(text, ",")
	if f.Type() == reflect.TypeFor[[]string]() {
		f.Set(reflect.ValueOf(words))
		return nil
	}
	var all any
	var err error
	switch f.Interface().(type) {
	case []event.Resource:
		all = each(words, resource)
	case []event.Scope:
		all = each(words, func(w string) event.Scope { return event.Scope{Name: w} })
	case []event.Pair:
		all = each(words, func(w string) event.Pair {
			name, value, _ := strings.Cut(w, ":")
			return event.Pair{Name: name, Value: value}
		})
	case []event.ConditionGroup:
		all = each(words, func(w string) event.ConditionGroup {
			g, fault := group(w)
			err = cmp.Or(err, fault)
			return g
		})
	default:
		return fmt.Errorf("cannot write a %s", f.Type())
	}
	f.Set(reflect.ValueOf(all))
	return err
}

func each[V any](words []string, value func(string) V) []V {
	var all []V
	for _, w := range words {
		all = append(all, value(w))
	}
	return all
}

func resource(w string) event.Resource {
	parts := append(strings.SplitN(w, ":", 4), "", "", "")
	return event.Resource{Verb: parts[0], Template: parts[1], Tier: parts[2], NoAuth: parts[3] == "open"}
}

func group(w string) (event.ConditionGroup, error) {
	id, rest, _ := strings.Cut(w, ":")
	n, err := strconv.Atoi(id)
	g := event.ConditionGroup{ID: n}
	for _, one := range strings.Split(rest, "&") {
		parts := append(strings.SplitN(one, ":", 3), "", "", "")
		kind, invert := strings.CutPrefix(parts[0], "!")
		c := event.Condition{Invert: invert}
		err = cmp.Or(err, named(reflect.ValueOf(&c.Type).Elem(), kind))
		switch c.Type {
		case event.IPIs:
			c.Value = parts[1]
		case event.IPBetween:
			c.Value, c.End = parts[1], parts[2]
		default:
			c.Name, c.Value = parts[1], parts[2]
		}
		g.Conditions = append(g.Conditions, c)
	}
	return g, err
}

// Print writes a message so that Parse reads it back, but for what only machines send.
func Print(m event.Message) string {
	switch m := m.(type) {
	case nil:
		return "nothing"
	case *event.Reply:
		return printReply(m)
	case *event.Publish:
		return "publish " + string(m.Topic) + " " + Print(m.Body)
	case *event.Batch:
		var all []string
		for _, e := range m.Events {
			all = append(all, Print(e))
		}
		return "batch " + strings.Join(all, "; ")
	}
	return strings.TrimSpace(m.Class().String() + fields(reflect.ValueOf(m).Elem(), "", nil))
}

func printReply(r *event.Reply) string {
	if r.Code == event.Served {
		return "reply " + strconv.Itoa(r.Status)
	}
	text := fmt.Sprintf("reply %d/%d", r.Status, r.Code)
	if r.NextAccess != 0 {
		text += " next " + since(r.NextAccess)
	}
	return text
}

// PrintNote writes a note: the fact and the fields that it fills.
func PrintNote(n node.Note) string {
	return n.Fact.String() + fields(reflect.ValueOf(n), "", []string{"Fact"})
}

// fields writes the fields that are not zero.
func fields(v reflect.Value, prefix string, skip []string) string {
	var b strings.Builder
	for i := range v.NumField() {
		f, name := v.Field(i), v.Type().Field(i).Name
		if f.IsZero() || slices.Contains(skip, name) {
			continue
		}
		if f.Kind() == reflect.Pointer {
			f = f.Elem()
		}
		switch {
		case f.Kind() == reflect.Struct && v.Type().Field(i).Anonymous:
			b.WriteString(fields(f, prefix, nil))
		case f.Kind() == reflect.Struct:
			b.WriteString(fields(f, prefix+name+".", nil))
		default:
			fmt.Fprintf(&b, " %s%s%s", prefix, name, value(f))
		}
	}
	return b.String()
}

func value(f reflect.Value) string {
	switch v := f.Interface().(type) {
	case bool:
		return ""
	case event.Wall:
		return "=" + since(v)
	case []string:
		return "=" + strings.Join(v, ",")
	case fmt.Stringer:
		return "=" + v.String()
	}
	if f.Kind() == reflect.Slice {
		return "=" + strconv.Itoa(f.Len())
	}
	return fmt.Sprintf("=%v", f.Interface())
}

// since writes an instant relative to Start where it is near it.
func since(w event.Wall) string {
	if d := w.Sub(Start); d > -event.Hour*24*365 && d < event.Hour*24*365 {
		text := length(d)
		if d < 0 {
			return text
		}
		return "+" + text
	}
	return w.String()
}

// length writes a duration without the zeros at its end: 1h, not 1h0m0s.
func length(d event.Duration) string {
	text := d.String()
	if short, cut := strings.CutSuffix(text, "m0s"); cut {
		text = short + "m"
	}
	if short, cut := strings.CutSuffix(text, "h0m"); cut {
		text = short + "h"
	}
	return text
}
