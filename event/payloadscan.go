package event

import (
	"encoding/json"
	"strconv"
	"unicode/utf8"
)

func (r *jsonReader) open(c byte, what string) bool {
	if !r.take(c, what) {
		return false
	}
	if r.depth++; r.depth > maxDepth {
		r.expected("at most 64 levels", r.i)
		return false
	}
	return true
}

// shut tells whether an object or array that was just opened ends at once.
func (r *jsonReader) shut(c byte) bool {
	r.space()
	if r.fault == "" && r.peek() == c {
		r.i++
		return true
	}
	return r.fault != ""
}

// next tells whether another member or element follows.
func (r *jsonReader) next(shut byte) bool {
	if r.shut(shut) {
		return false
	}
	return r.take(',', "a comma or the end of the object or array")
}

func (r *jsonReader) take(c byte, what string) bool {
	r.space()
	if r.fault != "" {
		return false
	}
	if r.peek() != c {
		r.expected(what, r.i)
		return false
	}
	r.i++
	return true
}

// quoted passes over a string and returns what stands between its quotes; plain tells whether that
// is the text itself.
func (r *jsonReader) quoted(what string) (raw []byte, plain bool) {
	if !r.take('"', what) {
		return nil, true
	}
	from := r.i
	plain = true
	for r.i < len(r.b) {
		switch c := r.b[r.i]; {
		case c == '"':
			raw = r.b[from:r.i]
			r.i++
			return raw, plain && utf8.Valid(raw)
		case c < ' ':
			r.expected("no control character in a text", r.i)
			return nil, true
		case c == '\\':
			plain = false
			if r.i++; !r.escape() {
				r.expected("an escape", r.i)
				return nil, true
			}
		default:
			r.i++
		}
	}
	r.expected("a closing quote", r.i)
	return nil, true
}

// escape passes over what follows a backslash.
func (r *jsonReader) escape() bool {
	switch r.peek() {
	case '"', '\\', '/', 'b', 'f', 'n', 'r', 't':
		r.i++
		return true
	case 'u':
		if r.i+5 > len(r.b) {
			return false
		}
		if _, err := strconv.ParseUint(string(r.b[r.i+1:r.i+5]), 16, 16); err != nil {
			return false
		}
		r.i += 5
		return true
	}
	return false
}

// plainText is the text of a string with escapes, or with bytes that are not UTF-8.
func (r *jsonReader) plainText(raw []byte) string {
	var text string
	whole := append(append([]byte{'"'}, raw...), '"')
	if err := json.Unmarshal(whole, &text); err != nil {
		r.expected("a text", r.i)
	}
	return text
}

func (r *jsonReader) null() bool {
	r.space()
	return r.fault == "" && r.word("null")
}

// word passes over a word if it stands here.
func (r *jsonReader) word(w string) bool {
	if r.fault != "" || len(r.b)-r.i < len(w) || string(r.b[r.i:r.i+len(w)]) != w {
		return false
	}
	r.i += len(w)
	return true
}

// number passes over a JSON number if one stands here: -? int frac? exp?.
func (r *jsonReader) number() bool {
	if r.fault != "" {
		return false
	}
	from := r.i
	if r.peek() == '-' {
		r.i++
	}
	switch zero := r.peek() == '0'; {
	case zero:
		r.i++
	case !r.digits():
		r.i = from
		return false
	}
	if r.peek() == '.' {
		if r.i++; !r.digits() {
			return false
		}
	}
	if c := r.peek(); c == 'e' || c == 'E' {
		r.i++
		if c := r.peek(); c == '+' || c == '-' {
			r.i++
		}
		return r.digits()
	}
	return true
}

func (r *jsonReader) digits() bool {
	from := r.i
	for c := r.peek(); c >= '0' && c <= '9'; c = r.peek() {
		r.i++
	}
	return r.i > from
}

func (r *jsonReader) space() {
	for r.i < len(r.b) {
		switch r.b[r.i] {
		case ' ', '\t', '\n', '\r':
			r.i++
		default:
			return
		}
	}
}

// peek is the byte that comes, or 0 at the end.
func (r *jsonReader) peek() byte {
	if r.i < len(r.b) {
		return r.b[r.i]
	}
	return 0
}
