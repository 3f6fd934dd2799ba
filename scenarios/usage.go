package scenarios

import (
	"slices"

	"hubsim/event"
	"hubsim/workload"
)

// Usage is what a call uses up at the backend of an AI API: the same for each call, or drawn evenly.
type Usage struct {
	Prompt       int64    `yaml:"prompt,omitempty" jsonschema:"minimum=0,maximum=1000000000,description=tokens of the prompt; 0 unless said"`
	PromptTo     int64    `yaml:"prompt_to,omitempty" jsonschema:"minimum=0,maximum=1000000000,description=draw them\\, up to so many"`
	Completion   int64    `yaml:"completion,omitempty" jsonschema:"minimum=0,maximum=1000000000,description=tokens of the completion; 0 unless said"`
	CompletionTo int64    `yaml:"completion_to,omitempty" jsonschema:"minimum=0,maximum=1000000000,description=draw them\\, up to so many"`
	Takes        Duration `yaml:"takes,omitempty" jsonschema:"description=from the call to the response; 0s unless said\\, at most 1m"`
	TakesTo      Duration `yaml:"takes_to,omitempty" jsonschema:"description=draw it\\, up to so long"`
}

// Bounds of what a call may use: far beyond any model's context, so that no sum of a run overflows, and as long
// as the product's gateways wait for a backend.
const (
	mostTokens   = 1_000_000_000
	mostResponse = event.Minute
)

// review looks at a phase's usage.
func (u *Usage) review(c *critic, at way) {
	if u == nil {
		return
	}
	for _, one := range []struct {
		key      string
		from, to int64
	}{{"prompt", u.Prompt, u.PromptTo}, {"completion", u.Completion, u.CompletionTo}} {
		switch {
		case one.from < 0 || one.from > mostTokens:
			c.say(at.then(one.key), "it is a number from 0 to 1000000000", "%d are no tokens of one call", one.from)
		case one.to != 0 && (one.to < one.from || one.to > mostTokens):
			c.say(at.then(one.key+"_to"), "it is not less than "+one.key+", and at most 1000000000", "%d to %d tokens are no range", one.from, one.to)
		}
	}
	switch {
	case event.Duration(max(u.Takes, u.TakesTo)) > mostResponse:
		c.say(at.then("takes"), "gateways give a backend up by then", "a response after %v is later than %v", event.Duration(max(u.Takes, u.TakesTo)), mostResponse)
	case u.TakesTo != 0 && u.TakesTo < u.Takes:
		c.say(at.then("takes_to"), "it is not less than takes", "%v to %v is no range", event.Duration(u.Takes), event.Duration(u.TakesTo))
	}
}

// drawn is the usage as the workload draws it.
func (u *Usage) drawn() *workload.Usage {
	return &workload.Usage{
		Prompt: [2]int64{u.Prompt, u.PromptTo}, Completion: [2]int64{u.Completion, u.CompletionTo},
		Takes: [2]event.Duration{event.Duration(u.Takes), event.Duration(u.TakesTo)},
	}
}

// ofAI tells whether any of the calls is one of an AI API.
func (out *catalog) ofAI(calls []event.Request) bool {
	return slices.ContainsFunc(calls, func(r event.Request) bool {
		api := out.context(r.Context)
		return api != nil && api.AI
	})
}
