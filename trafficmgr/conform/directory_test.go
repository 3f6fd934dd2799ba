package conform_test

import (
	"os"
	"strings"
	"testing"
	"testing/fstest"

	"hubsim/trafficmgr/conform"
)

func TestDirectoryOfTheRecordings(t *testing.T) {
	all, err := conform.Directory(os.DirFS("../testdata/golden"))
	if err != nil {
		t.Fatal(err)
	}
	passed, total := 0, 0
	for _, sum := range conform.Tallies(all) {
		passed, total = passed+sum.Passed, total+sum.Total
	}
	if passed != 88 || total != 88 {
		t.Errorf("%d of %d passed, want all 88", passed, total)
	}
}

func TestDirectory(t *testing.T) {
	good := readGolden(t, "ec-max3")
	for _, c := range []struct {
		why   string
		files map[string]string
		want  []string // of each outcome: FILE=, or FILE= and how the difference begins
		wrong string   // part of the error
	}{
		{"nothing is there", nil, nil, "it holds no *.json"},
		{"other files are none of it", map[string]string{"README.md": "x"}, nil, "it holds no *.json"},
		{"one passes", map[string]string{"a.json": good}, []string{"a.json="}, ""},
		{"one is changed", map[string]string{"a.json": strings.Replace(good, `"isThrottled": true`, `"isThrottled": false`, 1)}, []string{"a.json=decision"}, ""},
		{"a kind that nobody knows does not hide the others",
			map[string]string{"a.json": `{"name":"n","plan":{"kind":"moon"}}`, "b.json": good}, []string{"a.json=cannot be played", "b.json="}, ""},
		{"what is no trace is named", map[string]string{"a.json": good, "b.json": "{", "c.json": "[]"}, []string{"a.json=", "b.json=is no trace", "c.json=is no trace"}, "b.json: read a recorded trace"},
		{"a line break of two bytes and a mark of byte order are no difference", map[string]string{"a.json": "\ufeff" + strings.ReplaceAll(good, "\n", "\r\n")}, []string{"a.json="}, ""},
		{"a field that is not known does not keep a trace from passing", map[string]string{"a.json": strings.Replace(good, `{`, `{"engine":"x",`, 1)}, []string{"a.json="}, ""},
	} {
		files := fstest.MapFS{}
		for name, text := range c.files {
			files[name] = &fstest.MapFile{Data: []byte(text)}
		}
		all, err := conform.Directory(files)
		if (err != nil) != (c.wrong != "") || err != nil && !strings.Contains(err.Error(), c.wrong) {
			t.Errorf("%s: %v, want %q", c.why, err, c.wrong)
		}
		if len(all) != len(c.want) {
			t.Errorf("%s: %d outcomes, want %d", c.why, len(all), len(c.want))
			continue
		}
		for i, o := range all {
			file, difference, _ := strings.Cut(c.want[i], "=")
			if o.File != file || !strings.HasPrefix(o.Difference, difference) || o.Passed() != (difference == "") {
				t.Errorf("%s: %+v, want %s", c.why, o, c.want[i])
			}
		}
	}
}

func readGolden(t *testing.T, name string) string {
	t.Helper()
	text, err := os.ReadFile("../testdata/golden/" + name + ".json")
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}
