package deployment

import (
	"encoding/binary"
	"fmt"
	"io/fs"
	"strings"
	"testing"
	"testing/fstest"
	"unicode/utf16"
)

// Too many files, and what is no file at all, are said and not waited for.
func TestReadRefusesWhatItCannotHold(t *testing.T) {
	many := fstest.MapFS{}
	for i := range mostRead + 1 {
		many[fmt.Sprintf("gw-%d.toml", i)] = &fstest.MapFile{Data: []byte("[server]\n")}
	}
	if _, _, err := ReadFS(many, "many"); err == nil || !strings.Contains(err.Error(), "files of 2001 nodes; at most 2000 are read\nhint: ") {
		t.Errorf("2001 files: %v", err)
	}
	for name, what := range map[string]fs.FileMode{
		"gw-1.toml": fs.ModeNamedPipe, "deployment.toml": fs.ModeDir, "gw-1/deployment.toml": fs.ModeDir,
	} {
		_, found, err := ReadFS(fstest.MapFS{name: &fstest.MapFile{Mode: what}}, "odd")
		if err != nil || len(found) != 1 || found[0].Rule != "syntax" || !strings.Contains(found[0].Text, "no regular file") {
			t.Errorf("%s, %v: %v %v", name, what, found, err)
		}
	}
}

// What is not in UTF-8 is told with what to do about it, and XML is read in the encodings that Java reads.
func TestEncodings(t *testing.T) {
	for _, row := range []struct{ about, text, fix string }{
		{"UTF-16 as Notepad writes it", "\xff\xfe[\x00s\x00", "the file is in UTF-16: save it as UTF-8"},
		{"UTF-16 without a mark", "[\x00s\x00]\x00", "the file is in UTF-16: save it as UTF-8"},
		{"a comment in ISO 8859-1", "# caf\xe9\n", "save it as UTF-8"},
		{"lines of an old Macintosh", "[server]\rhostname = \"a\"\r", "its lines end with a carriage return alone"},
		{"a key twice", "[server]\noffset = 1\noffset = 2\n", "a key may be written once in a table"},
		{"a table twice", "[server]\n[server]\n", "a table may be opened once"},
		{"JSON", "{}", "mend the line"},
	} {
		_, found, err := ReadFS(fstest.MapFS{"gw-1.toml": &fstest.MapFile{Data: []byte(row.text)}}, "odd")
		if err != nil || len(found) != 1 || found[0].Rule != "syntax" || found[0].Line == 0 || !strings.Contains(found[0].Fix, row.fix) {
			t.Errorf("%s: %v %v, want the fix %q", row.about, found, err, row.fix)
		}
	}
	const publisher = `<eventPublisher name="caf%s"><from streamName="s"/></eventPublisher>`
	for about, text := range map[string]string{
		"ISO 8859-1":   `<?xml version="1.0" encoding="ISO-8859-1"?>` + fmt.Sprintf(publisher, "\xe9"),
		"Windows-1252": `<?xml version="1.0" encoding="windows-1252"?>` + fmt.Sprintf(publisher, "\xe9"),
		"UTF-8":        fmt.Sprintf(publisher, "é"),
		"UTF-16":       "\xff\xfe" + wide(`<?xml version="1.0" encoding="UTF-16"?>`+fmt.Sprintf(publisher, "é")),
	} {
		if p, at, err := readPublisher("p.xml", []byte(text)); err != nil || p.name != "café" || p.stream != "s" {
			t.Errorf("%s: %+v at %v, %v", about, p, at, err)
		}
	}
	if _, _, err := readPublisher("p.xml", []byte(`<?xml version="1.0" encoding="EBCDIC"?><a/>`)); err == nil || !strings.Contains(err.Error(), "EBCDIC is not known here") {
		t.Errorf("EBCDIC: %v", err)
	}
	var found findings
	if j := readJNDI("jndi-us.properties", []byte("\xff\xfe"+wide("topic.a = a\n")), &found); !j.mute || len(found.all) != 1 || !strings.Contains(found.all[0].Text, "UTF-16") {
		t.Errorf("a jndi file in UTF-16: %+v %v", j, found.all)
	}
}

// wide is a text in UTF-16, the lower byte first.
func wide(text string) string {
	var b []byte
	for _, u := range utf16.Encode([]rune(text)) {
		b = binary.LittleEndian.AppendUint16(b, u)
	}
	return string(b)
}

// A properties file whose connection factory cannot be read has a place to complain at all the same.
func TestBrokenEscapesHaveAPlace(t *testing.T) {
	var found findings
	j := readJNDI("jndi-us.properties", []byte("connectionfactory.TopicConnectionFactory = \\u12\n"), &found)
	if found.unread() != 1 || j.list.File == "" || j.list.Line != 1 {
		t.Errorf("the list is at %v: %v", j.list, found.all)
	}
}
