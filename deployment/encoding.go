package deployment

import (
	"bytes"
	"encoding/binary"
	"encoding/xml"
	"errors"
	"io"
	"io/fs"
	"strings"
	"unicode/utf16"
	"unicode/utf8"
)

// utf16Order is the order of bytes of a text in UTF-16, by the mark at its beginning or by the zeros beside its
// letters; nil when it is none.
func utf16Order(data []byte) binary.ByteOrder {
	switch {
	case len(data) < 4:
	case data[0] == 0xff && data[1] == 0xfe, data[0] != 0 && data[1] == 0 && data[2] != 0 && data[3] == 0:
		return binary.LittleEndian
	case data[0] == 0xfe && data[1] == 0xff, data[0] == 0 && data[1] != 0 && data[2] == 0 && data[3] != 0:
		return binary.BigEndian
	}
	return nil
}

// encodingFix is what to do about a text that is not in UTF-8, or whose lines end in a way of their own; "" where
// that is not what is wrong.
func encodingFix(data []byte) string {
	switch {
	case utf16Order(data) != nil:
		return "the file is in UTF-16: save it as UTF-8"
	case !utf8.Valid(data):
		return "the file has letters that are not UTF-8, as editors write them that save as ISO 8859-1 or Windows-1252: save it as UTF-8"
	case bytes.IndexByte(data, '\n') < 0 && bytes.IndexByte(data, '\r') >= 0:
		return "its lines end with a carriage return alone: save it with the line ends of Unix or Windows"
	}
	return ""
}

// unopenedFix is what to do about a file that cannot be read.
func unopenedFix(err error) string {
	switch {
	case errors.Is(err, fs.ErrPermission):
		return "let the user who runs sim read it"
	case errors.Is(err, fs.ErrNotExist):
		return "the link leads nowhere: mend it, or take it away"
	}
	return "put the node's configuration there, or take it away"
}

// newXMLDecoder reads XML in the encodings that Java knows and configuration files are written in: UTF-8, UTF-16,
// and those of a byte a letter in which ISO 8859-1 and ASCII are.
func newXMLDecoder(data []byte) *xml.Decoder {
	if order := utf16Order(data); order != nil {
		units := make([]uint16, len(data)/2)
		for i := range units {
			units[i] = order.Uint16(data[2*i:])
		}
		data = []byte(strings.TrimPrefix(string(utf16.Decode(units)), byteOrderMark))
	}
	d := xml.NewDecoder(bytes.NewReader(data))
	d.CharsetReader = func(charset string, in io.Reader) (io.Reader, error) {
		switch strings.ToLower(charset) {
		case "utf-8", "utf-16", "utf8":
			return in, nil
		case "iso-8859-1", "latin1", "us-ascii", "ascii", "windows-1252", "cp1252":
			return &byteLetters{in: in}, nil
		}
		return nil, errors.New("the encoding " + charset + " is not known here: save the file as UTF-8")
	}
	return d
}

// byteLetters reads a text of one byte a letter as UTF-8. (What Windows-1252 has between 128 and 159 is taken for
// controls, which names and URLs do not have.)
type byteLetters struct {
	in   io.Reader
	rest []byte
}

// Read implements io.Reader.
func (b *byteLetters) Read(to []byte) (int, error) {
	if len(b.rest) == 0 {
		some := make([]byte, 512)
		n, err := b.in.Read(some)
		for _, c := range some[:n] {
			b.rest = utf8.AppendRune(b.rest, rune(c))
		}
		if n == 0 {
			return 0, err
		}
	}
	n := copy(to, b.rest)
	b.rest = b.rest[n:]
	return n, nil
}
