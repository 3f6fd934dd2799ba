package scenarios

import (
	"errors"
	"slices"
	"testing"
)

func TestParseSaysWhatIsWrongAndWhere(t *testing.T) {
	for _, row := range []struct {
		name, text string
		want       []string
	}{
		{"an empty file", "", []string{" yaml: no documents in stream"}},
		{"no YAML", "name: x\n  checks: [\n", []string{"2:9: mapping values are not allowed in this context"}},
		{"a list that does not end", "length: [1\n", []string{"2:1: did not find expected ',' or ']'"}},
		{"every mistake at once", "name: x\nlenght: 12s\nlength: 5\n", []string{
			"2:1: field lenght is not known here",
			`3:9: "5" is not a duration: write it with a unit, as 90s or 1.5s`,
		}},
		{"a length before the beginning", "length: -5s\n", []string{`1:9: "-5s" is negative: a duration here starts from 0s`}},
		{"no driver", "name: x\nquestion: y\ndriver: vitual\nlength: 5s\nchecks: [{check: accounting}]\n", []string{
			` driver: "vitual" is no driver (they are: virtual, live)`,
		}},
		{"what must be there is not", "name: x\nquestion: y\n", []string{
			" length: how long does the run take? For instance 60s", " checks: nothing would be checked; see sim docs checks",
		}},
	} {
		t.Run(row.name, func(t *testing.T) {
			_, err := Parse("x.yaml", []byte(row.text))
			bad := (*FileError)(nil)
			if !errors.As(err, &bad) || !slices.Equal(bad.Complaints, row.want) {
				t.Errorf("the error is %v, want %q", err, row.want)
			}
		})
	}
}
