package report_test

import (
	"strings"
	"testing"

	"hubsim/checker"
	"hubsim/report"
)

func TestPolicies(t *testing.T) {
	var b strings.Builder
	r := checker.Result{Policies: []checker.Admitted{
		{Level: "subscription", Name: "Gold", Limit: "500 calls in 20s", Served: 1918, Refused: 874, Windows: 4, Most: 504, Judged: true, Over: 9, Under: 1},
		{Level: "api", Name: "Upload", Group: 2, Limit: "100 KB in 20s", Served: 800, Refused: 2000, Windows: 4, Most: 202, Of: checker.Bytes, MostOf: 103_424, Judged: true},
		{Level: "application", Name: "Graphs", Limit: "60 calls in 10s", Served: 80, Refused: 80, Windows: 4, Most: 20, MostOf: 60, Judged: true},
		{Level: "custom", Name: "Mine", Limit: "5 calls in 1m0s", Served: 80, Unjudged: "no call met it"},
	}}
	if err := report.Text(&b, &r, report.Look{}); err != nil {
		t.Fatal(err)
	}
	const want = `
Policies
  level         policy    served  refused  windows  most in one        over  under  limit
  subscription  Gold      1918    874      4        504                9     1      500 calls in 20s
  api           Upload/2  800     2000     4        103424 B           0     0      100 KB in 20s
  application   Graphs    80      80       4        20, counted as 60  0     0      60 calls in 10s
  custom        Mine      80      0        0        0                  -     -      5 calls in 1m0s
  over and under: calls served past the limit and refused below it, each with
    its cause in Quotas above
  not judged  why
  Mine        no call met it
`
	if !strings.Contains(b.String(), want) {
		t.Errorf("%s\nwant%s", b.String(), want)
	}
	b.Reset()
	if err := report.Text(&b, &checker.Result{}, report.Look{}); err != nil || strings.Contains(b.String(), "Policies") {
		t.Errorf("%v, nobody asked for policies:\n%s", err, b.String())
	}
}
