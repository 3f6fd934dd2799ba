package deployment

import (
	"strconv"
	"strings"
)

// property is a key of a properties file with its value; line is where it begins.
type property struct {
	key, value string
	line       int
	refused    bool // an escape is none: key and value are as written
}

// readProperties reads a properties file as java.util.Properties does: comments begin with # or !, a
// backslash at the end of a line joins it with the next, a key ends at the first =, : or blank that has
// no backslash before it. For one escape that is none Java refuses the whole file.
func readProperties(text string) (all []property) {
	lines := strings.Split(strings.ReplaceAll(strings.ReplaceAll(text, "\r\n", "\n"), "\r", "\n"), "\n")
	for i := 0; i < len(lines); i++ {
		first, line := i+1, strings.TrimLeft(lines[i], " \t\f")
		if line == "" || line[0] == '#' || line[0] == '!' {
			continue
		}
		for continued(line) {
			line = line[:len(line)-1]
			if i++; i == len(lines) {
				break
			}
			line += strings.TrimLeft(lines[i], " \t\f")
		}
		end := keyEnd(line)
		key, ok1 := unescaped(line[:end])
		value, ok2 := unescaped(valueOf(line[end:]))
		if !ok1 || !ok2 {
			key, value = line[:end], valueOf(line[end:])
		}
		all = append(all, property{key, value, first, !ok1 || !ok2})
	}
	return all
}

// continued tells whether a line goes on with the next: it ends in an odd number of backslashes.
func continued(line string) bool {
	n := len(line) - len(strings.TrimRight(line, `\`))
	return n%2 == 1
}

// keyEnd is where a line's key ends.
func keyEnd(line string) int {
	for i := 0; i < len(line); i++ {
		switch line[i] {
		case '\\':
			i++
		case '=', ':', ' ', '\t', '\f':
			return i
		}
	}
	return len(line)
}

// valueOf is what follows a key, without what parts the two.
func valueOf(rest string) string {
	rest = strings.TrimLeft(rest, " \t\f")
	if rest != "" && (rest[0] == '=' || rest[0] == ':') {
		rest = strings.TrimLeft(rest[1:], " \t\f")
	}
	return rest
}

// unescaped takes the backslashes out of a text; false when a \u has no four digits.
func unescaped(text string) (string, bool) {
	if !strings.Contains(text, `\`) {
		return text, true
	}
	var b strings.Builder
	for i := 0; i < len(text); i++ {
		if text[i] != '\\' || i+1 == len(text) {
			b.WriteByte(text[i])
			continue
		}
		i++
		switch c := text[i]; c {
		case 't':
			b.WriteByte('\t')
		case 'n':
			b.WriteByte('\n')
		case 'r':
			b.WriteByte('\r')
		case 'f':
			b.WriteByte('\f')
		case 'u':
			if i+5 > len(text) {
				return "", false
			}
			r, err := strconv.ParseUint(text[i+1:i+5], 16, 16)
			if err != nil {
				return "", false
			}
			b.WriteRune(rune(r))
			i += 4
		default:
			b.WriteByte(c)
		}
	}
	return b.String(), true
}
