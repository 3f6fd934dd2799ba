package checker

import (
	"fmt"
	"slices"
	"strings"

	"hubsim/internal/words"
	"hubsim/trace"
)

// Admission judges the oracle's account: leaks may have only allowed causes, and not more than Most
// in one window of one key; an unexplained one is never allowed, and one that the policy lets through always.
type Admission struct {
	Over  bool    // over-admission; else under-admission
	Allow []Cause // causes that are in the nature of the protocol
	Most  int64   // in one window of one key (over), or in all (under); 0 with causes allowed is no limit

	account func() Quota
}

// NewAdmission makes the checker over an oracle's account.
func NewAdmission(account func() Quota) *Admission { return &Admission{account: account} }

// Observe implements trace.Observer; the oracle does the work.
func (*Admission) Observe(*trace.Record) {}

// Finish implements Checker.
func (a *Admission) Finish() Outcome {
	q := a.account()
	out := Outcome{Check: "under-admission", Exercised: q.Throttled}
	counts, worst := q.Under, int64(q.Under.Total())
	if a.Over {
		out.Check, out.Exercised, counts, worst = "over-admission", q.Windows, q.Over, q.WorstOver
	}
	out.Worst = fmt.Sprintf("%s (%s)", words.Count(counts.Total(), "call"), counts)
	if a.Over && worst > 0 {
		out.Worst += fmt.Sprintf("; worst window %d over %d", worst, q.WorstQuota)
	}
	out.Bound = a.bound()
	bad := 0
	for c, n := range counts {
		if n > 0 && Cause(c) != LetThrough && !slices.Contains(a.Allow, Cause(c)) {
			bad += n
			out.detail("%s: %s", words.Count(n, "call"), Cause(c))
		}
	}
	if a.Most > 0 && worst > a.Most {
		bad++
		out.detail("%d in one window, at most %d are allowed", worst, a.Most)
	}
	out.Details = append(out.Details, q.Unexplained...)
	out.judge(bad)
	return out
}

func (a *Admission) bound() string {
	if len(a.Allow) == 0 {
		return "0"
	}
	names := make([]string, len(a.Allow))
	for i, c := range a.Allow {
		names[i] = c.String()
	}
	text := "only: " + strings.Join(names, ", ")
	if a.Most > 0 {
		text += fmt.Sprintf("; at most %d a window", a.Most)
	}
	return text
}
