package event

import (
	"encoding/json"
	"strings"
)

// jsonWant says in JSON's words what the Go type is read from that a value did not fit. The kind goes by its name:
// no package of reflect's is needed to look at one type.
func jsonWant(bad *json.UnmarshalTypeError) string {
	t := bad.Type
	for t.Kind().String() == "ptr" {
		t = t.Elem()
	}
	switch t.Kind().String() {
	case "struct", "map":
		return "an object {…}"
	case "slice", "array":
		return "an array […]"
	case "string":
		return "a string"
	case "bool":
		return "true or false"
	case "float32", "float64":
		return "a number"
	}
	return "a whole number"
}

// jsonFound is what encoding/json calls a value that did not fit, in the same words.
func jsonFound(value string) string {
	switch value {
	case "array":
		return "an array"
	case "object":
		return "an object"
	case "bool":
		return "true or false"
	case "string", "number":
		return "a " + value
	}
	return "the " + value // "number 1.5", "number 99999999999999999999"
}

// valueAt is the offset, from 1, of the value that did not fit. Of an object or an array encoding/json gives
// where it begins, of others where they end.
func valueAt(b []byte, kind *json.UnmarshalTypeError) int64 {
	end := min(kind.Offset, int64(len(b)))
	if end < 1 || kind.Value == "array" || kind.Value == "object" {
		return kind.Offset
	}
	start := end - 1 // its last byte
	if b[start] != '"' {
		for start > 0 && !strings.ContainsRune(" \t\r\n,:[{", rune(b[start-1])) {
			start--
		}
		return start + 1
	}
	for start--; start > 0 && (b[start] != '"' || b[start-1] == '\\'); start-- {
	}
	return start + 1
}
