package scenarios

import (
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"testing/fstest"

	"hubsim/checker"
	"hubsim/deployment"
)

// either are mistakes that one control plane of two may have: what is taken out of its file, OTHER being
// the other one.
var either = []struct {
	rule string
	lost string
}{
	{"publish-missing", "[[apim.event_hub.publish.url_group]]\nurls = [\"tcp://OTHER:9611\"]\nauth_urls = [\"ssl://OTHER:9711\"]\n"},
	{"duplicate-one-sided", "event_duplicate_url = [\"tcp://OTHER:5672\"]\n"},
}

// TestHarmOfEither plants a mistake in each of the two control planes. The run shows it whichever of the
// two all gateways are attached to: nothing is heard at the other one before a failover.
func TestHarmOfEither(t *testing.T) {
	for _, row := range either {
		r, _ := deployment.FindRule(row.rule)
		for _, way := range [][3]string{{"cp-1", "cp-2", "cp-1"}, {"cp-1", "cp-2", "cp-2"}, {"cp-2", "cp-1", "cp-1"}, {"cp-2", "cp-1", "cp-2"}} {
			planted, other, first := way[0], way[1], way[2]
			files := halved(t, first)
			text, lost := string(files[planted+".toml"].Data), strings.ReplaceAll(row.lost, "OTHER", other)
			files[planted+".toml"].Data = []byte(strings.ReplaceAll(text, lost, ""))
			d, found, err := deployment.ReadFS(files, row.rule)
			if err != nil || !slices.ContainsFunc(found, func(f deployment.Finding) bool {
				return f.Rule == row.rule && f.File == planted+".toml"
			}) {
				t.Errorf("%s is not found in %s: %v %v", row.rule, planted, found, err)
				continue
			}
			if result := simulate(t, load(t, r.Scenario), Options{Deployment: d, Seed: 1}); result.Judgement != checker.Fail {
				t.Errorf("%s in %s, gateways at %s: %s", row.rule, planted, first, result.Judgement)
			}
		}
	}
}

// halved are two control planes that tell each other all, and two gateways that list one of them first.
func halved(t *testing.T, first string) fstest.MapFS {
	t.Helper()
	dir, files := filepath.Join("..", "deployment", "testdata", "rules", "duplicate-one-sided", "good"), fstest.MapFS{}
	for _, name := range []string{"cp-1", "cp-2", "gw-1", "gw-2"} {
		data, err := os.ReadFile(filepath.Join(dir, name+".toml"))
		if err != nil {
			t.Fatal(err)
		}
		text := string(data)
		if strings.HasPrefix(name, "gw") {
			one, two := `["tcp://cp-1:5672", "tcp://cp-2:5672"]`, `["tcp://cp-2:5672", "tcp://cp-1:5672"]`
			if first == "cp-2" {
				one, two = two, one
			}
			text = strings.ReplaceAll(text, two, one)
		}
		files[name+".toml"] = &fstest.MapFile{Data: []byte(text)}
	}
	return files
}
