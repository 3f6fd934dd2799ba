package event

import (
	"errors"
	"regexp"
	"strings"
)

// Pattern makes the regular expression of a condition ready: it is searched for (regex:find of Siddhi, Matcher.find at
// the gateway). The product's expressions are Java's, ours are Go's. What Go does not know, look-around, backreferences
// and possessive repetitions, it refuses; what it would read otherwise than Java does, brackets and && within a class,
// is refused here, so that no expression means one thing here and another one there.
func Pattern(text string) (*regexp.Regexp, error) {
	if otherwise(text) {
		return nil, errors.New("brackets or && within [...], which Java takes for sets of characters and Go does not")
	}
	return regexp.Compile(text)
}

// otherwise tells whether a class of characters in an expression has brackets or && of its own.
func otherwise(text string) bool {
	within, first := false, 0
	for i := 0; i < len(text); i++ {
		switch rest := text[i:]; {
		case strings.HasPrefix(rest, `\Q`) && !within:
			end := strings.Index(rest, `\E`)
			if end < 0 {
				return false
			}
			i += end + 1
		case text[i] == '\\':
			i++
		case within && (text[i] == '[' || strings.HasPrefix(rest, "&&")):
			return true
		case text[i] == '[':
			within, first = true, i+1
			if strings.HasPrefix(rest, "[^") {
				i, first = i+1, i+2
			}
		case text[i] == ']' && i != first: // the first one of a class is of it
			within = false
		}
	}
	return false
}
