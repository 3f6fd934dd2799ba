package report

import (
	"encoding/xml"
	"fmt"
	"io"
	"strconv"
	"strings"

	"hubsim/checker"
)

// JUnit XML in the form that CI systems agree on (the Ant task's): suites, suites' cases, and in a
// case at most one of failure and error.
type (
	suites struct {
		XMLName  xml.Name `xml:"testsuites"`
		Name     string   `xml:"name,attr"`
		Tests    int      `xml:"tests,attr"`
		Failures int      `xml:"failures,attr"`
		Errors   int      `xml:"errors,attr"`
		Time     string   `xml:"time,attr"`
		Suites   []suite  `xml:"testsuite"`
	}
	suite struct {
		Name       string     `xml:"name,attr"`
		Tests      int        `xml:"tests,attr"`
		Failures   int        `xml:"failures,attr"`
		Errors     int        `xml:"errors,attr"`
		Skipped    int        `xml:"skipped,attr"`
		Time       string     `xml:"time,attr"`
		Properties []property `xml:"properties>property"`
		Cases      []testcase `xml:"testcase"`
	}
	property struct {
		Name  string `xml:"name,attr"`
		Value string `xml:"value,attr"`
	}
	testcase struct {
		Class   string   `xml:"classname,attr"`
		Name    string   `xml:"name,attr"`
		Time    string   `xml:"time,attr"`
		Failure *trouble `xml:"failure"`
		Error   *trouble `xml:"error"`
		Out     string   `xml:"system-out,omitempty"`
	}
	trouble struct {
		Type    string `xml:"type,attr"`
		Message string `xml:"message,attr"`
		Text    string `xml:",chardata"`
	}
)

// JudgementCase is the name of the test case that stands for a whole run.
const JudgementCase = "judgement"

// WriteJUnit writes results as JUnit XML: a suite a run, a case a check and one for the judgement. A
// known gap is a passed case that names the issue; what was not exercised is an error.
func WriteJUnit(w io.Writer, results []checker.Result) error {
	all := suites{Name: "hubsim"}
	var seconds float64
	for i := range results {
		s := suiteOf(&results[i])
		all.Tests, all.Failures, all.Errors = all.Tests+s.Tests, all.Failures+s.Failures, all.Errors+s.Errors
		seconds += results[i].Ran.Seconds()
		all.Suites = append(all.Suites, s)
	}
	all.Time = secondsText(seconds)
	if _, err := io.WriteString(w, xml.Header); err != nil {
		return err
	}
	enc := xml.NewEncoder(w)
	enc.Indent("", "  ")
	if err := enc.Encode(&all); err != nil {
		return err
	}
	_, err := io.WriteString(w, "\n")
	return err
}

func secondsText(seconds float64) string { return strconv.FormatFloat(seconds, 'f', 3, 64) }

func suiteOf(r *checker.Result) suite {
	name := fmt.Sprintf("%s %s %s seed %d", r.Scenario, r.Profile, r.Driver, r.Seed)
	class := "hubsim." + r.Profile + "." + r.Scenario
	if r.Twin {
		name, class = name+" twin", class+".twin"
	}
	s := suite{Name: name, Time: secondsText(r.Ran.Seconds()), Properties: []property{
		{"scenario", r.Scenario}, {"profile", r.Profile}, {"driver", r.Driver}, {"seed", strconv.FormatUint(r.Seed, 10)},
		{"twin", strconv.FormatBool(r.Twin)}, {"digest", r.Digest},
	}}
	for i := range r.Outcomes {
		s.add(caseOf(r, &r.Outcomes[i]), class)
	}
	s.add(judgementOf(r), class)
	return s
}

func (s *suite) add(c testcase, class string) {
	c.Class, c.Time = class, "0"
	s.Tests++
	if c.Failure != nil {
		s.Failures++
	}
	if c.Error != nil {
		s.Errors++
	}
	s.Cases = append(s.Cases, c)
}

// caseOf turns an outcome into a case. A twin's checks are meant to be violated, so that only its
// judgement can fail.
func caseOf(r *checker.Result, o *checker.Outcome) testcase {
	c := testcase{Name: o.Check, Out: told(o)}
	text := strings.Join(o.Details, "\n")
	switch {
	case r.Twin:
		c.Out = "in the known-bad twin: " + o.Verdict.String() + "\n" + c.Out
	case o.Verdict == checker.NotExercised:
		c.Error = &trouble{Type: o.Verdict.String(), Message: "nothing happened that could have shown a breach", Text: text}
	case o.Verdict == checker.Violated:
		c.Failure = &trouble{Type: o.Verdict.String(), Message: o.Worst + "; bound: " + o.Bound, Text: text}
	case o.Verdict == checker.Holds && o.Issue != "":
		c.Failure = &trouble{Type: "GAP NOT SHOWN", Message: "the known gap did not show: " + o.Issue, Text: text}
	case o.Verdict == checker.KnownGap:
		c.Out = "known gap: " + o.Issue + "\n" + c.Out
	}
	return c
}

// told is what a case says for itself.
func told(o *checker.Outcome) string {
	lines := []string{fmt.Sprintf("%s, exercised %d times", measuredLine(o), o.Exercised)}
	return strings.Join(append(lines, o.Details...), "\n")
}

func measuredLine(o *checker.Outcome) string {
	return strings.ReplaceAll(measured(o), "\n", "; ")
}

func judgementOf(r *checker.Result) testcase {
	c := testcase{Name: JudgementCase, Out: string(r.Judgement)}
	if r.Replay != "" {
		c.Out += "\nthe same run again: " + r.Replay
	}
	message, text := "", strings.Join(r.Reasons, "\n")
	if len(r.Reasons) > 0 {
		message = r.Reasons[0]
	}
	switch r.Judgement {
	case checker.Fail:
		c.Failure = &trouble{Type: string(r.Judgement), Message: message, Text: text}
	case checker.Invalid:
		c.Error = &trouble{Type: string(r.Judgement), Message: message, Text: text}
	}
	return c
}
