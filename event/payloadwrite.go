package event

import (
	"encoding/base64"
	"strconv"
	"unicode/utf8"
)

const (
	payloadHead = `{"event":{"payloadData":{`
	payloadTail = `}}}`
)

// appendText appends a member's name, as it is given with quotes, colon and comma, and its text.
func appendText(b []byte, name, v string) []byte { return appendQuoted(append(b, name...), v) }

func appendLong(b []byte, name string, v int64) []byte {
	return strconv.AppendInt(append(b, name...), v, 10)
}

func appendBool(b []byte, name string, v bool) []byte {
	return strconv.AppendBool(append(b, name...), v)
}

func appendTexts(b []byte, name string, all []string) []byte {
	b = append(append(b, name...), '[')
	for i, v := range all {
		if i > 0 {
			b = append(b, ',')
		}
		b = appendQuoted(b, v)
	}
	return append(b, ']')
}

// appendPairs appends a member that is an object of texts.
func appendPairs(b []byte, name string, all []Pair) []byte {
	b = append(append(b, name...), '{')
	for i, p := range all {
		if i > 0 {
			b = append(b, ',')
		}
		b = appendQuoted(append(appendQuoted(b, p.Name), ':'), p.Value)
	}
	return append(b, '}')
}

// appendQuoted appends v as a JSON string. What is not UTF-8 becomes U+FFFD.
func appendQuoted(b []byte, v string) []byte {
	b = append(b, '"')
	from := 0
	for i := 0; i < len(v); {
		c := v[i]
		if c >= ' ' && c < utf8.RuneSelf && c != '"' && c != '\\' {
			i++
			continue
		}
		size := 1
		if c >= utf8.RuneSelf {
			var r rune
			if r, size = utf8.DecodeRuneInString(v[i:]); r != utf8.RuneError || size > 1 {
				i += size
				continue
			}
		}
		b = appendEscaped(append(b, v[from:i]...), c)
		i += size
		from = i
	}
	return append(append(b, v[from:]...), '"')
}

// appendEscaped appends a byte that cannot stand in a JSON string as it is.
func appendEscaped(b []byte, c byte) []byte {
	const hex = "0123456789abcdef"
	switch c {
	case '"', '\\':
		return append(b, '\\', c)
	case '\n':
		return append(b, `\n`...)
	case '\r':
		return append(b, `\r`...)
	case '\t':
		return append(b, `\t`...)
	}
	if c >= utf8.RuneSelf {
		return append(b, "\uFFFD"...)
	}
	return append(b, '\\', 'u', '0', '0', hex[c>>4], hex[c&15])
}

// encodeTail puts b[from:] into base64, in place.
func encodeTail(b []byte, from int) []byte {
	plain := len(b) - from
	b = base64.StdEncoding.AppendEncode(b, b[from:])
	n := copy(b[from:], b[from+plain:])
	return b[:from+n]
}
