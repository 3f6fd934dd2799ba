package deployment

import "slices"

// Rule is a kind of finding: how bad it is, what comes of it and what to do.
type Rule struct {
	ID       string   `json:"id"`
	Severity Severity `json:"severity"`
	Stops    bool     `json:"stops_a_run,omitempty"` // nothing can be run with it: who is there, or whom they talk to, is not known
	Title    string   `json:"title"`
	Why      string   `json:"why"`
	Fix      string   `json:"fix"`                 // a finding may say more
	Scenario string   `json:"scenario"`            // the experiment that shows the harm, or comes nearest to it
	Shown    bool     `json:"shown"`               // a run of Scenario on files with the mistake shows the harm; scenarios' TestHarm holds each rule to it
	NotShown string   `json:"not_shown,omitempty"` // why such a run does not show it; "" where it does
	Source   string   `json:"source"`              // a public thread, or the product's file or documentation
}

// Rules returns the kinds of findings: the one home of their texts. testdata/rules has for each a set
// of files that shows it, and one that does not.
func Rules() []Rule { return slices.Clone(rules) }

// FindRule returns a rule by its id.
func FindRule(id string) (Rule, bool) {
	if at := slices.IndexFunc(rules, func(r Rule) bool { return r.ID == id }); at >= 0 {
		return rules[at], true
	}
	return Rule{}, false
}

func ruleOf(id string) Rule {
	if r, known := FindRule(id); known {
		return r
	}
	return Rule{ID: id, Severity: Error}
}

var rules = proven(slices.Concat(fileRules, inferenceRules, countingRules, hubRules, connectionRules, regionRules, olderRules))

// noRun is why a run does not show what stops every run.
const noRun = "nothing can be run before it is mended"

// proven says of each rule whether a run shows it.
func proven(all []Rule) []Rule {
	for i := range all {
		if all[i].Stops {
			all[i].NotShown = noRun
		}
		all[i].Shown = all[i].NotShown == ""
	}
	return all
}

// Where a rule's facts are from.
const (
	catalog     = "apim docs, configuration catalog"
	haDocs      = "apim docs, distributed deployment with high availability"
	multiDC     = "apim docs, multi-DC pattern 1"
	subRegions  = "apim docs, multi-DC pattern 2"
	distributed = "apim docs, distributed throttling"
	ours        = "hubsim: what the simulator must know"
)
