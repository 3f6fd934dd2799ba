package report_test

import (
	"bytes"
	"encoding/csv"
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/google/go-cmp/cmp"

	"hubsim/checker"
	"hubsim/report"
)

var update = flag.Bool("update", false, "write the golden files anew")

// golden compares a text with a file of testdata.
func golden(t *testing.T, name string, got []byte) {
	t.Helper()
	path := filepath.Join("testdata", name)
	if *update {
		if err := os.WriteFile(path, got, 0o644); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(path)
	if err != nil {
		t.Fatalf("%v (go test ./report -update writes it)", err)
	}
	if diff := cmp.Diff(string(want), string(got)); diff != "" {
		t.Errorf("%s differs (-want +got):\n%s", path, diff)
	}
}

func TestTextOfEachKindOfRun(t *testing.T) {
	for _, row := range []struct {
		name   string // of the golden file
		result checker.Result
		color  bool
	}{
		{"pass", passed(), false},     // all is well and nothing breaks
		{"fail", failed(), false},     // leaks, missed events, faults, a known gap
		{"invalid", invalid(), false}, // a fault without effect, a check that saw nothing
		{"twin", twin(), false},       // a twin that is caught
		{"empty", checker.Result{Scenario: "empty", Judgement: checker.Invalid, Reasons: []string{"stopped by the user"}}, false},
		{"fail-color", failed(), true}, // the same words, painted
		{"sweep", swept(), false},      // a table, and what was published
		{"orders", ordered(), false},   // a table of orders of start
		{"rubbish", rubbish(), false},  // what could not be used
		{"crowd", crowd(), false},      // more gateways, keys and misses than are told one by one
	} {
		t.Run(row.name, func(t *testing.T) {
			var b bytes.Buffer
			if err := report.Text(&b, &row.result, report.Look{Color: row.color}); err != nil {
				t.Fatal(err)
			}
			golden(t, row.name+".txt", b.Bytes())
			if !row.color {
				narrow(t, b.String())
			}
		})
	}
}

// narrow checks that all but the last lines, which are for programs and for copying, keep to 80 columns.
func narrow(t *testing.T, text string) {
	t.Helper()
	lines := strings.Split(strings.TrimSpace(text), "\n")
	for _, line := range lines[:len(lines)-2] {
		if utf8.RuneCountInString(line) > 80 {
			t.Errorf("a line is wider than 80 columns:\n%s", line)
		}
		if strings.TrimRight(line, " ") != line {
			t.Errorf("a line ends in blanks: %q", line)
		}
	}
}

func TestLastLineIsTheJudgement(t *testing.T) {
	for _, row := range []struct {
		result checker.Result
		want   string
	}{
		{passed(), "PASS"},
		{failed(), "FAIL: over-admission is violated: 12 calls (8 decision in flight, 4 event in flight); worst window 4 over 100"},
		{invalid(), `INVALID: rolling-window was never exercised (and 2 more reasons above)`},
	} {
		var b bytes.Buffer
		if err := report.Text(&b, &row.result, report.Look{}); err != nil {
			t.Fatal(err)
		}
		lines := strings.Split(strings.TrimSuffix(b.String(), "\n"), "\n")
		if got := lines[len(lines)-1]; got != row.want {
			t.Errorf("the last line is %q, want %q", got, row.want)
		}
	}
}

func TestColorChangesNoWord(t *testing.T) {
	r := failed()
	var painted, bare bytes.Buffer
	if err := report.Text(&painted, &r, report.Look{Color: true}); err != nil {
		t.Fatal(err)
	}
	if err := report.Text(&bare, &r, report.Look{}); err != nil {
		t.Fatal(err)
	}
	text := painted.String()
	for _, escape := range []string{"\x1b[0m", "\x1b[1m", "\x1b[2m", "\x1b[31m", "\x1b[32m", "\x1b[33m"} {
		text = strings.ReplaceAll(text, escape, "")
	}
	if diff := cmp.Diff(bare.String(), text); diff != "" {
		t.Errorf("without its escapes the painted report differs:\n%s", diff)
	}
}

func TestRuns(t *testing.T) {
	var b bytes.Buffer
	if err := report.Runs(&b, []checker.Result{passed(), failed(), invalid(), twin()}, report.Look{}); err != nil {
		t.Fatal(err)
	}
	golden(t, "runs.txt", b.Bytes())
}

func TestSeeds(t *testing.T) {
	var all []checker.Result
	for seed := range uint64(60) {
		r := passed()
		switch {
		case seed == 4:
			r = invalid()
		case seed%2 == 1:
			r = failed()
		}
		r.Scenario, r.Seed, r.Replay = "late-gateway", seed+1, fmt.Sprintf("sim run late-gateway --seed %d", seed+1)
		all = append(all, r)
	}
	other := passed()
	other.Profile = "hardened"
	var b bytes.Buffer
	if err := report.Seeds(&b, append(all, other), report.Look{}); err != nil {
		t.Fatal(err)
	}
	golden(t, "seeds.txt", b.Bytes())
}

// TestMessagesAddUp holds the sums of a run with real brokers, which are no nodes: subscriptions end in
// them, and a published message becomes several copies.
func TestMessagesAddUp(t *testing.T) {
	r := passed()
	r.Books.Sent, r.Books.Received = 1300, 1320
	r.Books.Dropped = map[string]int{"node-down": 3, "link-refused": 2}
	r.Books.Hubs = &checker.HubBooks{Given: 100, Copies: 130, Dropped: map[string]int{"link-refused": 2}}
	var b bytes.Buffer
	if err := report.Text(&b, &r, report.Look{}); err != nil {
		t.Fatal(err)
	}
	text := strings.Join(strings.Fields(b.String()), " ")
	for _, want := range []string{
		"1200 messages sent between nodes, the event hubs' brokers aside: 1190 received; dropped: 3 node-down; 7 lost with their connection or still under way",
		"brokers took 100 messages from nodes and gave 130 copies to subscribers; dropped: 2 link-refused",
	} {
		if !strings.Contains(text, want) {
			t.Errorf("the report does not say %q:\n%s", want, b.String())
		}
	}
}

func TestCSV(t *testing.T) {
	var b bytes.Buffer
	if err := report.WriteCSV(&b, []checker.Result{passed(), swept(), swept()}); err != nil {
		t.Fatal(err)
	}
	rows, err := csv.NewReader(&b).ReadAll()
	if err != nil || len(rows) != 1+2*3 {
		t.Fatalf("%d rows, %v: want a head and each cell", len(rows), err)
	}
	for i, want := range map[string]string{"gateways": "4", "hop_ms": "20", "over": "40", "over_percent": "0.8", "wire_p50_ms": "1.002", "boundary carry": "8"} {
		if at := slices.Index(rows[0], i); at < 0 || rows[2][at] != want {
			t.Errorf("%s is not %s in %v", i, want, rows[2])
		}
	}
}
