package scenarios

import (
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"testing/fstest"

	"hubsim/deployment"
)

// missedKeys are files that give a key, by whose loss a scenario breaks.
var missedKeys = []struct{ key, rule, file string }{
	{"apim.event_hub.service_url", "manager-without-hub", "gw-1.toml"},
	{"apim.event_hub.event_listening_endpoints", "manager-without-hub", "gw-1.toml"},
	{"apim.event_hub.event_duplicate_url", "duplicate-one-sided", "cp-1.toml"},
	{"apim.event_hub.publish.url_group.urls", "duplicate-one-sided", "cp-1.toml"},
	{"apim.throttling.throttle_decision_endpoints", "manager-without-hub", "gw-1.toml"},
	{"apim.throttling.url_group.traffic_manager_urls", "manager-without-hub", "gw-1.toml"},
	{"apim.distributed_throttling.enable", "counter-not-shared", "tm-1.toml"},
	{"qpid.heartbeat.delay", "heartbeat-off", "cp-1.toml"},
}

// TestHarmOfMissedKeys swaps two letters of each key whose loss a run shows: sim check finds it and names
// the scenario, which breaks with it and not without.
func TestHarmOfMissedKeys(t *testing.T) {
	for _, row := range missedKeys {
		files := ruleFiles(t, filepath.Join("..", "deployment", "testdata", "rules", row.rule, "good"))
		right, _, err := deployment.ReadFS(files, row.rule)
		if err != nil {
			t.Fatal(err)
		}
		name := row.key[strings.LastIndexByte(row.key, '.')+1:]
		swapped := name[:1] + name[2:3] + name[1:2] + name[3:]
		text := string(files[row.file].Data)
		files[row.file].Data = []byte(strings.ReplaceAll(text, "\n"+name+" =", "\n"+swapped+" ="))
		d, found, err := deployment.ReadFS(files, row.rule)
		at := slices.IndexFunc(found, func(f deployment.Finding) bool { return f.Rule == "misspelled-key" })
		if err != nil || at < 0 || !found[at].Shown {
			t.Errorf("%s is not found in %s, or not shown: %v %v", swapped, row.file, found, err)
			continue
		}
		s := load(t, found[at].Scenario)
		bad, good := simulate(t, s, Options{Deployment: d, Seed: 1}), simulate(t, s, Options{Deployment: right, Seed: 1})
		if !worse(told(&bad), told(&good)) {
			t.Errorf("%s in %s: %s says\n  bad:  %s\n  good: %s", swapped, row.file, found[at].Scenario, told(&bad), told(&good))
		}
	}
}

// ruleFiles are the files of a directory.
func ruleFiles(t *testing.T, dir string) fstest.MapFS {
	t.Helper()
	entries, err := os.ReadDir(dir)
	if err != nil {
		t.Fatal(err)
	}
	files := fstest.MapFS{}
	for _, e := range entries {
		data, err := os.ReadFile(filepath.Join(dir, e.Name()))
		if err != nil {
			t.Fatal(err)
		}
		files[e.Name()] = &fstest.MapFile{Data: data}
	}
	return files
}
