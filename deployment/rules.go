package deployment

import "slices"

// Rule is a kind of finding: how bad it is, what comes of it and what to do.
type Rule struct {
	ID       string   `json:"id"`
	Severity Severity `json:"severity"`
	Stops    bool     `json:"stops_a_run,omitempty"` // nothing can be run with it: who is there, or whom they talk to, is not known
	Title    string   `json:"title"`
	Why      string   `json:"why"`
	Fix      string   `json:"fix"`      // a finding may say more
	Scenario string   `json:"scenario"` // the experiment that proves the harm, or comes nearest to it
	Source   string   `json:"source"`   // a public thread, or the product's file or documentation
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

var rules = slices.Concat(fileRules, inferenceRules, countingRules, hubRules, connectionRules, regionRules, olderRules)

// Where a rule's facts are from.
const (
	catalog     = "apim docs, configuration catalog"
	haDocs      = "apim docs, distributed deployment with high availability"
	multiDC     = "apim docs, multi-DC pattern 1"
	subRegions  = "apim docs, multi-DC pattern 2"
	distributed = "apim docs, distributed throttling"
	ours        = "hubsim: what the simulator must know"
)
