package event

import (
	"encoding/base64"
	"strconv"
)

// jsonReader reads one JSON document member by member and builds no tree, so that a decision costs
// little more than its strings. The first fault stays; every read after it does nothing and returns
// zero. It accepts exactly what encoding/json accepts, but for the depth.
type jsonReader struct {
	b     []byte
	i     int
	depth int
	name  []byte // of the member whose value is being read
	fault string // what was expected and found
}

// maxDepth bounds the nesting, and with it the stack that a hostile message can use. The product's
// messages nest four deep.
const maxDepth = 64

// payload yields the names of the members of event.payloadData and reads the document to its end.
func (r *jsonReader) payload(yield func(name []byte) bool) {
	found := false
	for outer := range r.members {
		if string(outer) != "event" {
			r.skip()
			continue
		}
		for inner := range r.members {
			if string(inner) != "payloadData" {
				r.skip()
				continue
			}
			found = true
			r.members(yield)
		}
	}
	r.end()
	if !found && r.fault == "" {
		r.name, r.fault = nil, "an object event.payloadData was expected"
	}
}

// members yields the names of an object's members. The loop's body reads or skips the value of each.
func (r *jsonReader) members(yield func(name []byte) bool) {
	if !r.open('{', "an object") {
		return
	}
	for more := !r.shut('}'); more; more = r.next('}') {
		name, plain := r.quoted("a member's name")
		if r.fault != "" {
			return
		}
		if r.name = name; !plain {
			r.name = []byte(r.plainText(name))
		}
		if !r.take(':', "a colon") || !yield(r.name) {
			return
		}
	}
	r.depth--
}

// elements yields the index of each element of an array; the loop's body reads or skips it.
func (r *jsonReader) elements(yield func(i int) bool) {
	if !r.open('[', "an array") {
		return
	}
	i := 0
	for more := !r.shut(']'); more; more = r.next(']') {
		if !yield(i) {
			return
		}
		i++
	}
	r.depth--
}

// text reads a string, or null for an empty one.
func (r *jsonReader) text() string {
	if r.null() {
		return ""
	}
	raw, plain := r.quoted("a text")
	if plain {
		return string(raw)
	}
	return r.plainText(raw)
}

// scalar reads a string or a number, as text: what the source calls an id without its type.
func (r *jsonReader) scalar() string {
	r.space()
	from := r.i
	if r.number() {
		return string(r.b[from:r.i])
	}
	return r.text()
}

// texts reads an array of strings; null and [] are nil.
func (r *jsonReader) texts() []string {
	if r.null() {
		return nil
	}
	var all []string
	for range r.elements {
		all = append(all, r.text())
	}
	return all
}

// pairs reads an object; null and {} are nil. A value that is no text stands as its JSON.
func (r *jsonReader) pairs() []Pair {
	if r.null() {
		return nil
	}
	var all []Pair
	for name := range r.members {
		of := string(name)
		all = append(all, Pair{of, r.whatever()})
	}
	return all
}

// whatever reads any value: of a text what it says, of another its JSON, of null nothing.
func (r *jsonReader) whatever() string {
	r.space()
	switch {
	case r.null():
		return ""
	case r.peek() == '"':
		return r.text()
	}
	from := r.i
	r.skip()
	return string(r.b[from:r.i])
}

// long reads a whole number.
func (r *jsonReader) long() int64 {
	r.space()
	from := r.i
	if !r.number() {
		r.expected("a number", from)
		return 0
	}
	v, err := strconv.ParseInt(string(r.b[from:r.i]), 10, 64)
	if err != nil {
		r.expected("a whole number of 64 bits", from)
	}
	return v
}

// boolean reads true or false.
func (r *jsonReader) boolean() bool {
	r.space()
	if r.word("true") {
		return true
	}
	if !r.word("false") {
		r.expected("true or false", r.i)
	}
	return false
}

// encoded reads a text that is base64.
func (r *jsonReader) encoded() []byte {
	from, text := r.i, r.text()
	plain, err := decodeBase64(text)
	if err != nil {
		r.expected("base64", from)
	}
	return plain
}

func decodeBase64(text string) ([]byte, error) { return base64.StdEncoding.DecodeString(text) }

// skip passes over a value.
func (r *jsonReader) skip() {
	r.space()
	if r.fault != "" {
		return
	}
	name := r.name
	switch c := r.peek(); {
	case c == '{':
		for range r.members {
			r.skip()
		}
	case c == '[':
		for range r.elements {
			r.skip()
		}
	case c == '"':
		r.quoted("a text")
	case r.word("true"), r.word("false"), r.word("null"), r.number():
	default:
		r.expected("a value", r.i)
	}
	if r.fault == "" {
		r.name = name
	}
}

// end makes sure that nothing follows.
func (r *jsonReader) end() {
	r.space()
	if r.fault == "" && r.i < len(r.b) {
		r.name = nil
		r.expected("the end", r.i)
	}
}

// expected states the first fault: what was wanted where something else stands.
func (r *jsonReader) expected(what string, at int) {
	if r.fault != "" {
		return
	}
	found := "the end"
	if at < len(r.b) {
		found = strconv.Quote(string(r.b[at:min(at+16, len(r.b))]))
	}
	r.fault = what + " was expected at byte " + strconv.Itoa(at) + ", found " + found
}

// missing states that a member which must be there is not.
func (r *jsonReader) missing(name string) {
	if r.fault == "" {
		r.name, r.fault = []byte(name), "the member is missing or empty"
	}
}

// err is the fault as an error, or nil.
func (r *jsonReader) err(doing string) error {
	if r.fault == "" {
		return nil
	}
	return &FormError{Doing: doing, Kind: ErrMalformed, Member: string(r.name), Detail: r.fault}
}
