package scenarios

import (
	"errors"
	"slices"
	"testing"
)

func TestParseSaysWhatIsWrongAndWhere(t *testing.T) {
	const schema = "\nhint: " + schemaHint
	for _, row := range []struct {
		name, text string
		want       []string
	}{
		{"an empty file", "", []string{" the file is empty" + schema}},
		{"two documents", "name: x\n---\nname: y\n", []string{" the file holds several documents; a scenario is one" + schema}},
		{"no YAML", "name: x\n  checks: [\n", []string{"2:9: mapping values are not allowed in this context" + schema}},
		{"a list that does not end", "length: [1\n", []string{"2:1: did not find expected ',' or ']'" + schema}},
		{"a character that nobody sees", "name: x\nquestion: é\x01?\n", []string{"2:12: control characters are not allowed (value: 1)" + schema}},
		{"no UTF-8", "name: x\nquestion: é\xff?\n", []string{"2:12: invalid leading UTF-8 octet (value: 255)" + schema}},
		{"a key twice", "name: x\nname: y\n", []string{`2:1: mapping key "name" already defined at line 1` + schema}},
		{"every mistake at once", "name: x\nlenght: 12s\nlength: 5\nworkload: [{rate: abc, form: 1s}, 7]\nchecks: none\n", []string{
			"2:1: lenght: there is no such key\nhint: did you mean length?",
			"3:9: length: \"5\" is not a duration\nhint: write it with a unit, as 90s or 1.5s",
			`4:19: workload[0].rate: a number is expected, not "abc"` + "\nhint: write it without a unit, as 12 or 0.5",
			"4:24: workload[0].form: there is no such key\nhint: did you mean from?",
			"4:35: workload[1]: keys with values are expected\nhint: its keys are: from, for, arrivals, rate, to, size, every, spread, at, apps, apis, gateways, each, random, token, basic, with, groups",
			"5:9: checks: a list is expected\nhint: write [a, b], or each on a line of its own behind a dash",
		}},
		{"a length before the beginning", "length: -5s\n", []string{"1:9: length: \"-5s\" is negative\nhint: a duration here starts from 0s"}},
		{"behind an alias", "deployment: {pattern: &p {a: b}, topology: *p}\n", []string{
			"1:23: deployment.pattern: a text is expected\nhint: one value, no list and no keys",
			"1:44: deployment.topology: a text is expected\nhint: one value, no list and no keys",
		}},
		{"a twin that shows nothing", "name: x\nquestion: y\nlength: 5s\nchecks: [{check: echo}]\ntwin: {profile: hardend, fails: [accounting]}\n", []string{
			"5:17: twin.profile: there is no profile \"hardend\"\nhint: did you mean hardened?",
			"5:34: twin.fails[0]: \"accounting\" is not among the checks\nhint: a twin fails checks of its scenario",
		}},
		{"gaps of nothing", "name: x\nquestion: y?\nlength: 5s\nchecks: [{check: echo}]\nexpect:\n  wso2:\n    gaps: {echo: a, revocation: b}\n    sometimes: {echo: c}\n", []string{
			"7:33: expect.wso2.gaps.revocation: \"revocation\" is not among the checks\nhint: a gap is one of a check of this scenario",
			"8:23: expect.wso2.sometimes.echo: \"echo\" is among the gaps, too\nhint: a gap shows in every run, or with some seeds",
		}},
		{"an empty item", "steps: [null]\n", []string{"1:9: steps[0]: this item of the list is empty\nhint: fill it in, or leave it out"}},
		{"no driver", "name: x\nquestion: y\ndriver: vitual\nlength: 5s\nchecks: [{check: accounting}]\n", []string{
			"3:9: driver: there is no driver \"vitual\"\nhint: did you mean virtual?",
		}},
		{"what must be there is not", "name: x\nquestion: y\n", []string{
			"1:1: length: how long does the run take?\nhint: for instance length: 60s", "1:1: checks: nothing would be checked\nhint: sim docs checks lists them",
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
