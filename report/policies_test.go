package report_test

import (
	"strings"
	"testing"

	"hubsim/checker"
	"hubsim/report"
)

func TestPolicies(t *testing.T) {
	var b strings.Builder
	r := checker.Result{Policies: []checker.Admitted{{Level: "subscription", Name: "Gold", Limit: "500 calls in 20s", Served: 1918, Refused: 874, Windows: 4, Most: 504}}}
	if err := report.Text(&b, &r, report.Look{}); err != nil {
		t.Fatal(err)
	}
	const want = `
Policies
  level         policy  served  refused  windows  most in one  limit
  subscription  Gold    1918    874      4        504          500 calls in 20s
`
	if !strings.Contains(b.String(), want) {
		t.Errorf("%s\nwant%s", b.String(), want)
	}
	b.Reset()
	if err := report.Text(&b, &checker.Result{}, report.Look{}); err != nil || strings.Contains(b.String(), "Policies") {
		t.Errorf("%v, nobody asked for policies:\n%s", err, b.String())
	}
}
