package report_test

import (
	"bytes"
	"encoding/xml"
	"errors"
	"io"
	"strings"
	"testing"

	"hubsim/checker"
	"hubsim/report"
)

// reader is JUnit XML as a CI system reads it.
type reader struct {
	Tests    int `xml:"tests,attr"`
	Failures int `xml:"failures,attr"`
	Errors   int `xml:"errors,attr"`
	Suites   []struct {
		Name     string `xml:"name,attr"`
		Tests    int    `xml:"tests,attr"`
		Failures int    `xml:"failures,attr"`
		Errors   int    `xml:"errors,attr"`
		Cases    []struct {
			Name    string `xml:"name,attr"`
			Class   string `xml:"classname,attr"`
			Failure *struct {
				Message string `xml:"message,attr"`
			} `xml:"failure"`
			Error *struct {
				Message string `xml:"message,attr"`
			} `xml:"error"`
			Out string `xml:"system-out"`
		} `xml:"testcase"`
	} `xml:"testsuite"`
}

func junit(t *testing.T, results ...checker.Result) (reader, []byte) {
	t.Helper()
	var b bytes.Buffer
	if err := report.WriteJUnit(&b, results); err != nil {
		t.Fatal(err)
	}
	wellFormed(t, b.Bytes())
	var r reader
	if err := xml.Unmarshal(b.Bytes(), &r); err != nil {
		t.Fatal(err)
	}
	return r, b.Bytes()
}

func wellFormed(t *testing.T, text []byte) {
	t.Helper()
	d := xml.NewDecoder(bytes.NewReader(text))
	for {
		switch _, err := d.Token(); {
		case errors.Is(err, io.EOF):
			return
		case err != nil:
			t.Fatalf("not well-formed: %v\n%s", err, text)
		}
	}
}

func TestJUnitForm(t *testing.T) {
	_, text := junit(t, failed(), invalid())
	golden(t, "junit.xml", text)
}

func TestJUnitCounts(t *testing.T) {
	r, _ := junit(t, passed(), failed(), invalid(), twin())
	if r.Tests != 3+4+2+4 || r.Failures != 2 || r.Errors != 2 {
		t.Errorf("%d tests, %d failures, %d errors; want 13, 2 (the check and the judgement), 2 (the check and the judgement)", r.Tests, r.Failures, r.Errors)
	}
	var tests, failures, broken int
	for _, s := range r.Suites {
		tests, failures, broken = tests+s.Tests, failures+s.Failures, broken+s.Errors
		if s.Tests != len(s.Cases) {
			t.Errorf("suite %s says %d tests and has %d", s.Name, s.Tests, len(s.Cases))
		}
	}
	if tests != r.Tests || failures != r.Failures || broken != r.Errors {
		t.Errorf("the suites sum up to %d tests, %d failures, %d errors", tests, failures, broken)
	}
}

func TestJUnitKnownGapPassesAndNamesTheIssue(t *testing.T) {
	r, _ := junit(t, failed())
	for _, c := range r.Suites[0].Cases {
		if c.Name != "deaf-time" {
			continue
		}
		if c.Failure != nil || c.Error != nil || !strings.Contains(c.Out, "known gap: wso2/product-microgateway#2053") {
			t.Errorf("the known gap is told as %+v", c)
		}
		return
	}
	t.Error("the known gap has no case")
}

func TestJUnitGapThatDidNotShowFails(t *testing.T) {
	one := passed()
	one.Outcomes[0].Issue = "wso2/api-manager#1"
	r, _ := junit(t, one)
	if f := r.Suites[0].Cases[0].Failure; f == nil || f.Message != "the known gap did not show: wso2/api-manager#1" {
		t.Errorf("the case says %+v", f)
	}
}

func TestJUnitSurvivesAnyText(t *testing.T) {
	one := failed()
	one.Outcomes[0].Details = []string{"a ]]> b \x00 c <&> \xff \n \"quoted\""}
	one.Scenario = `<script>"`
	junit(t, one)
}
