package scenarios

import (
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"testing/fstest"

	"hubsim/deployment"
)

// TestHarmOfMissedKeys swaps two letters of keys by whose loss something breaks: sim check finds it, and the
// scenario of a rule by which the key is missed shows it, or, as of one group of two, another.
func TestHarmOfMissedKeys(t *testing.T) {
	for _, row := range []struct{ key, rule, file string }{
		{"apim.event_hub.service_url", "manager-without-hub", "gw-1.toml"},
		{"apim.event_hub.event_listening_endpoints", "manager-without-hub", "gw-1.toml"},
		{"apim.event_hub.event_duplicate_url", "", "cp-1.toml"}, // of the pattern: the rules' files give it for the throttling section as well
		{"apim.event_hub.publish.url_group.urls", "duplicate-one-sided", "cp-1.toml"},
		{"apim.throttling.throttle_decision_endpoints", "manager-without-hub", "gw-1.toml"},
		{"apim.throttling.url_group.traffic_manager_urls", "manager-without-hub", "gw-1.toml"},
		{"apim.distributed_throttling.enable", "counter-not-shared", "tm-1.toml"},
		{"event_listener.properties.notification_endpoint", "duplicate-one-sided", "cp-1.toml"},
		{"qpid.heartbeat.delay", "heartbeat-off", "cp-1.toml"},
	} {
		files := patternFiles(t, "gw-cp-tm-ha")
		if row.rule != "" {
			files = ruleFiles(t, filepath.Join("..", "deployment", "testdata", "rules", row.rule, "good"))
		}
		d, f := slipped(t, files, row.file, row.key)
		if f == nil || !f.Shown || f.Mended == nil || f.Severity != deployment.Warning {
			t.Errorf("%s in %s: %+v, want a warning with a scenario and the files without the slip", row.key, row.file, f)
			continue
		}
		if name, err := NewProver(d).Shows(f.Mended, []string{f.Scenario, "hub-baseline"}); name == "" || err != nil {
			t.Errorf("%s in %s: %s does not show it: %v", row.key, row.file, f.Scenario, err)
		}
	}
}

// TestHarmOfKeysThatNoRuleMisses gives gateways and control planes a key with a telling value, swaps two of its
// letters, and looks for the scenario that shows the loss.
func TestHarmOfKeysThatNoRuleMisses(t *testing.T) {
	for _, row := range []struct{ role, key, value, shows string }{
		{"gateway", "apim.event_hub.init_delay", "30000", "revoke-during-partition"},
		{"gateway", "transport.binary.agent.reconnection_interval", "5", "tm-return-lifts-blocks"},
		{"gateway", "apim.sync_runtime_artifacts.gateway.deployment_retry_duration", "1000", "wrong-boot-order"},
		{"gateway", "apim.sync_runtime_artifacts.gateway.retry_progression_factor", "1", "wrong-boot-order"},
		{"control-plane", "apim.cache_invalidation.enabled", "true", "stale-control-plane-cache"},
		{"gateway", "transport.binary.agent.batch_size", "10", ""},
	} {
		files := patternFiles(t, "gw-cp-tm-ha")
		for name, file := range files {
			if strings.Contains(string(file.Data), `server_role = "`+row.role) {
				section, key := row.key[:strings.LastIndexByte(row.key, '.')], row.key[strings.LastIndexByte(row.key, '.')+1:]
				files[name] = &fstest.MapFile{Data: withKey(file.Data, section, swapped(key)+" = "+row.value)}
			}
		}
		d, found, err := deployment.ReadFS(files, "gw-cp-tm-ha")
		if err != nil {
			t.Fatal(err)
		}
		at := slices.IndexFunc(found, func(f deployment.Finding) bool { return f.Rule == "misspelled-key" })
		if at < 0 || found[at].Mended == nil {
			t.Errorf("%s: not found, or it makes no difference: %v", row.key, found)
			continue
		}
		if name, err := NewProver(d).Shows(found[at].Mended, []string{"hub-baseline", "revoke-during-partition", "tm-return-lifts-blocks", "wrong-boot-order", "stale-control-plane-cache"}); name != row.shows || err != nil {
			t.Errorf("%s: it is %q that shows it, want %q (%v)", row.key, name, row.shows, err)
		}
	}
}

// TestSlipsWithoutHarm misspells keys whose loss changes no run: the finding is a note, and names no scenario.
func TestSlipsWithoutHarm(t *testing.T) {
	for _, row := range []struct{ key, file string }{
		{"super_admin.password", "gw-1.toml"}, // it gives its own default
		{"server.server_role", "gw-1.toml"},   // what the file sets says the same
		{"apim.gateway.environment.service_url", "cp-1.toml"},
		{"database.apim_db.username", "cp-1.toml"},
		{"apim.event_hub.event_listening_endpoints", "cp-1.toml"}, // its own broker is the default
	} {
		_, f := slipped(t, patternFiles(t, "gw-cp-tm-ha"), row.file, row.key)
		if f == nil || f.Severity != deployment.Note || f.Shown || f.Scenario != "" || f.Mended != nil || !strings.Contains(f.NotShown, "a run goes as before") {
			t.Errorf("%s in %s: %+v, want a note without a scenario", row.key, row.file, f)
		}
	}
}

// slipped reads files with two letters of a key swapped, and returns what is found of it.
func slipped(t *testing.T, files fstest.MapFS, file, key string) (*deployment.Deployment, *deployment.Finding) {
	t.Helper()
	name := key[strings.LastIndexByte(key, '.')+1:]
	section := "[" + key[:len(key)-len(name)-1] + "]"
	text := string(files[file].Data)
	from := max(0, strings.Index(text, section))
	text = text[:from] + strings.Replace(text[from:], "\n"+name+" =", "\n"+swapped(name)+" =", 1)
	files[file] = &fstest.MapFile{Data: []byte(text)}
	d, found, err := deployment.ReadFS(files, "slipped")
	if err != nil {
		t.Fatal(err)
	}
	if at := slices.IndexFunc(found, func(f deployment.Finding) bool { return f.Rule == "misspelled-key" }); at >= 0 {
		return d, &found[at]
	}
	return d, nil
}

// swapped is a name with its second and third letter swapped.
func swapped(name string) string { return name[:1] + name[2:3] + name[1:2] + name[3:] }

// withKey adds a line to a section, which is opened if it is not there.
func withKey(data []byte, section, line string) []byte {
	text, header := string(data), "\n["+section+"]\n"
	if !strings.Contains(text, header) {
		return []byte(text + header + line + "\n")
	}
	return []byte(strings.Replace(text, header, header+line+"\n", 1))
}

func patternFiles(t *testing.T, pattern string) fstest.MapFS {
	t.Helper()
	from, err := deployment.Pattern(pattern)
	if err != nil {
		t.Fatal(err)
	}
	return copied(t, from)
}

// ruleFiles are the files of a directory.
func ruleFiles(t *testing.T, dir string) fstest.MapFS {
	t.Helper()
	return copied(t, os.DirFS(dir))
}

func copied(t *testing.T, from fs.FS) fstest.MapFS {
	t.Helper()
	files := fstest.MapFS{}
	err := fs.WalkDir(from, ".", func(name string, e fs.DirEntry, err error) error {
		if err != nil || e.IsDir() {
			return err
		}
		data, err := fs.ReadFile(from, name)
		files[name] = &fstest.MapFile{Data: data}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return files
}
