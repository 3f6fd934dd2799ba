package deployment

import (
	"net"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"hubsim/internal/spelling"
)

// deepest is how often a value may refer to another value before it is taken for a circle.
const deepest = 8

var (
	reference = regexp.MustCompile(`\$(ref|env|sys)?\{([^{}]*)\}`)
	// blank is a gap that the documentation leaves to be filled: [api-gateway-LB-host], <region2-cp-host>.
	blank = regexp.MustCompile(`\[[A-Za-z][A-Za-z0-9 ._-]*\]|<[A-Za-z][A-Za-z0-9 ._-]*>`)
)

// resolve replaces $ref{key}, ${property} and the product's known properties in all values, and
// notes what is left to be filled in.
func (f *file) resolve() {
	for _, path := range f.paths() {
		switch v := f.values[path].(type) {
		case string:
			f.values[path] = f.resolved(path, v, 0)
			f.blanks(path, f.values[path].(string))
			f.recheck(path)
		case []string:
			list := make([]string, len(v))
			for i, text := range v {
				list[i] = f.resolved(elementOf(path, i), text, 0)
				f.blanks(elementOf(path, i), list[i])
			}
			f.values[path] = list
		}
	}
	f.tellBlanks()
}

// recheck looks at the type of a value that came out of a placeholder.
func (f *file) recheck(path string) {
	k, known := keyOf(schemaOf(path))
	if !known {
		return
	}
	_, isNumber := asNumber(f.values[path])
	_, isFlag := asFlag(f.values[path])
	if k.Type == Number && !isNumber || k.Type == Flag && !isFlag || k.Type == List {
		f.wrongType(path, k)
	}
}

func (f *file) resolved(path, text string, depth int) string {
	if depth > deepest {
		f.found.add("unresolved-reference", f.place(path), "the references lead in a circle")
		return text
	}
	return reference.ReplaceAllStringFunc(text, func(whole string) string {
		m := reference.FindStringSubmatch(whole)
		value, ok := "", false
		switch m[1] {
		case "ref":
			value, ok = f.referred(path, m[2], depth)
		case "env", "sys":
			f.hostOnly[whole] = append(f.hostOnly[whole], path)
			return whole
		default:
			value, ok = f.property(m[2])
		}
		if !ok {
			f.unresolved(path, whole, m[2])
			return whole
		}
		return value
	})
}

func (f *file) unresolved(path, whole, name string) {
	names := make([]string, 0, len(f.values))
	for _, p := range f.paths() {
		names = append(names, schemaOf(p))
	}
	fix := "write the value, or the key that it refers to"
	if s := spelling.Slip(name, names); s != "" {
		fix = "did you mean " + strings.Replace(whole, name, s, 1) + "?"
	}
	f.found.add("unresolved-reference", f.place(path), whole+" refers to nothing in this file", fix)
}

func (f *file) referred(path, key string, depth int) (string, bool) {
	v, there := f.values[key]
	if s, is := v.(string); is {
		return f.resolved(path, s, depth+1), true
	}
	if _, known := keyOf(key); !there && !known || f.text(key) == "" {
		return "", false
	}
	return f.text(key), true
}

// property gives the values of the product's own properties.
func (f *file) property(name string) (string, bool) {
	port := func(base int) (string, bool) { return strconv.Itoa(base + f.whole("server.offset", 60000)), true }
	switch name {
	case "admin.username", "admin.password":
		return f.text("super_admin." + name[len("admin."):]), true
	case "carbon.protocol":
		return "https", true
	case "carbon.host":
		return f.text("server.hostname"), true
	case "carbon.local.ip":
		return f.text("server.node_ip"), true
	case "carbon.management.port", "mgt.transport.https.port", "carbon.https.port":
		return port(f.whole("transport.https.properties.port", 65535))
	case "mgt.transport.http.port", "carbon.http.port":
		return port(f.whole("transport.http.properties.port", 65535))
	case "https.nio.port":
		return port(8243)
	case "http.nio.port":
		return port(8280)
	case "receiver.url.port":
		return port(f.whole("transport.binary.receiver.tcpPort", 65535))
	case "auth.url.port":
		return port(f.whole("transport.binary.receiver.sslPort", 65535))
	case "jms.port":
		return port(f.whole("broker.transport.amqp.default_connection.port", 65535))
	case "carbon.home", "carbon.context", "carbon.proxycontextpath":
		return "", true
	}
	return "", false
}

// blanks remembers the gaps of a value. In [secrets] the brackets are the product's own mark of a value
// that is still to be encrypted.
func (f *file) blanks(path, text string) {
	if strings.HasPrefix(path, "secrets.") {
		return
	}
	for _, m := range blank.FindAllString(text, -1) {
		if net.ParseIP(strings.Trim(m, "[]")) == nil {
			f.gaps[m] = append(f.gaps[m], path)
		}
	}
}

// tellBlanks notes each gap, and each property of the host, once, where it comes first.
func (f *file) tellBlanks() {
	for _, gap := range sortedKeys(f.gaps) {
		f.found.add("placeholder", f.place(f.gaps[gap][0]), gap+" is a gap of the documentation's sample"+andMore(f.gaps[gap]), "replace this placeholder: "+gap)
	}
	for _, name := range sortedKeys(f.hostOnly) {
		f.found.add("host-property", f.place(f.hostOnly[name][0]), name+" is known on the product's host only; it stays as it is"+andMore(f.hostOnly[name]))
	}
}

func andMore(paths []string) string {
	distinct := slices.Compact(slices.Sorted(slices.Values(paths)))
	if more := len(distinct) - 1; more > 0 {
		return sprint(", here and in %s more", plural(more, "key"))
	}
	return ""
}
