package report_test

import (
	"bytes"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"hubsim/checker"
	"hubsim/report"
)

func TestJSONIsReadBack(t *testing.T) {
	for _, row := range []struct {
		name    string
		results []checker.Result
		first   string // of the text
	}{
		{"one result is an object", []checker.Result{failed()}, "{"},
		{"several are a list", []checker.Result{passed(), failed(), invalid(), twin()}, "["},
		{"none are an empty list", nil, "["},
	} {
		t.Run(row.name, func(t *testing.T) {
			var b bytes.Buffer
			if err := report.WriteJSON(&b, row.results); err != nil {
				t.Fatal(err)
			}
			if !strings.HasPrefix(b.String(), row.first) {
				t.Errorf("it begins with %.10q, not with %q", b.String(), row.first)
			}
			got, err := report.ReadJSON("out.json", b.Bytes())
			if err != nil {
				t.Fatal(err)
			}
			if len(got) != len(row.results) {
				t.Fatalf("%d results were read back of %d", len(got), len(row.results))
			}
			for i := range got {
				if diff := cmp.Diff(row.results[i], got[i]); diff != "" {
					t.Errorf("result %d differs (-written +read):\n%s", i, diff)
				}
			}
		})
	}
}

func TestJSONForm(t *testing.T) {
	var b bytes.Buffer
	if err := report.WriteJSON(&b, []checker.Result{failed()}); err != nil {
		t.Fatal(err)
	}
	golden(t, "fail.json", b.Bytes())
}

func TestReadJSONSaysWhatIsWrong(t *testing.T) {
	for _, row := range []struct{ name, text, want string }{
		{"an empty file", "", "old.json:1:1: unexpected end of JSON input"},
		{"cut off", "{\n  \"schema\": \"hubsim/result/1\",\n", "old.json:3:1: unexpected end of JSON input"},
		{"not JSON", "{\n  oops}", `old.json:2:3: invalid character 'o' looking for beginning of object key string`},
		{"a text for a number", "{\n  \"seed\": \"one\"}", "old.json:2:15: seed cannot be a string"},
		{"no result at all", `{"cars": 3}`, `old.json: its schema is "", this sim reads "hubsim/result/1"`},
		{"another version", `[{"schema": "hubsim/result/9"}]`, `old.json: its schema is "hubsim/result/9", this sim reads "hubsim/result/1"`},
		{"an unknown verdict", `{"schema": "hubsim/result/1", "outcomes": [{"verdict": "MAYBE"}]}`, `old.json: "MAYBE" is no verdict`},
	} {
		t.Run(row.name, func(t *testing.T) {
			_, err := report.ReadJSON("old.json", []byte(row.text))
			if err == nil || err.Error() != row.want {
				t.Errorf("the error is %v, want %s", err, row.want)
			}
		})
	}
}
