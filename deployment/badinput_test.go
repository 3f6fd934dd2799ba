package deployment

import (
	"fmt"
	"io/fs"
	"strings"
	"testing"
	"testing/fstest"
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

// A properties file whose connection factory cannot be read has a place to complain at all the same.
func TestBrokenEscapesHaveAPlace(t *testing.T) {
	var found findings
	j := readJNDI("jndi-us.properties", []byte("connectionfactory.TopicConnectionFactory = \\u12\n"), &found)
	if found.unread() != 1 || j.list.File == "" || j.list.Line != 1 {
		t.Errorf("the list is at %v: %v", j.list, found.all)
	}
}
