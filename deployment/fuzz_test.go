package deployment

import (
	"io"
	"os"
	"path/filepath"
	"testing"
	"testing/fstest"
)

// FuzzRead looks for texts on which the reader panics, or a description cannot be printed.
func FuzzRead(f *testing.F) {
	files, err := filepath.Glob("testdata/sets/*/*.toml")
	if err != nil {
		f.Fatal(err)
	}
	for _, name := range files {
		data, err := os.ReadFile(name)
		if err != nil {
			f.Fatal(err)
		}
		f.Add(string(data), "nodes: {gw-1: {copies: 3}}\n")
	}
	f.Add("[server]\noffset = \"$ref{server.offset}\"\n", "links: {a>b: {latency: 1s}}")
	f.Add("[[apim.throttling.url_group]]\ntraffic_manager_urls=[\"tcp://[x]:1,tcp://:2\"]\n", "profile: [")
	f.Add("a.\"b.c\"[0] = {x=[[{y=1}]]}", "? a\n: *b")
	f.Fuzz(func(t *testing.T, toml, topology string) {
		set := edited(t, "gw-cp", []edit{{"gw-1.toml", "", toml}, {"topology.yaml", "", topology}})
		if toml == "" {
			set["gw-1.toml"] = &fstest.MapFile{}
		}
		d, found, err := ReadFS(set, "fuzz")
		if err != nil {
			return
		}
		if err := d.Describe(io.Discard); err != nil {
			t.Fatal(err)
		}
		for _, f := range found {
			if f.String() == "" || f.Rule == "" {
				t.Fatalf("a finding without words: %+v", f)
			}
		}
	})
}
