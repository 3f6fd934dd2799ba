package scenarios

import (
	"strings"

	"hubsim/event"
)

// Operation is the operation of the catalog that a verb and a path ask for (live.Directory). Of several
// APIs the one with the longest context is asked, of several templates one without variables first.
func (e *Experiment) Operation(verb, path string) (event.Request, bool) {
	var api *event.API
	for _, list := range [][]event.API{e.catalog.apis, e.catalog.later} {
		for i := range list {
			a := &list[i]
			if rest, in := strings.CutPrefix(path, a.Context); in && (rest == "" || rest[0] == '/') && (api == nil || len(a.Context) > len(api.Context)) {
				api = a
			}
		}
	}
	if api == nil {
		return event.Request{}, false
	}
	out := event.Request{Context: api.Context, Version: api.Version, Resource: path[len(api.Context):], Verb: verb}
	if api.Type == event.MCP {
		out.Method = event.ToolCall
	}
	fits := func(template string) bool { return template == out.Resource }
	for range 2 {
		for _, r := range api.Resources {
			if r.Verb == verb && fits(r.Template) {
				out.Resource = r.Template
				return out, true
			}
		}
		asked := out.Resource
		fits = func(template string) bool { return covers(template, asked) }
	}
	return out, true
}

// Operations are those of the GraphQL API under a context (live.Directory).
func (e *Experiment) Operations(context string) []event.Resource {
	if api := e.catalog.context(context); api != nil && api.Type == event.GraphQL {
		return api.Resources
	}
	return nil
}

// covers tells whether a template takes a path: {name} is any one part, a * at its end all that follows.
func covers(template, path string) bool {
	if before, all := strings.CutSuffix(template, "*"); all {
		head := strings.Count(before, "/")
		parts := strings.SplitN(path, "/", head+1)
		return len(parts) > head && covers(strings.TrimSuffix(before, "/"), strings.Join(parts[:head], "/"))
	}
	want, have := strings.Split(template, "/"), strings.Split(path, "/")
	if len(want) != len(have) {
		return false
	}
	for i := range want {
		variable := strings.HasPrefix(want[i], "{") && strings.HasSuffix(want[i], "}") && have[i] != ""
		if want[i] != have[i] && !variable {
			return false
		}
	}
	return true
}

// Token is the token of an app, by its text: tok-NAME (live.Directory).
func (e *Experiment) Token(text string) *event.Token {
	if t := e.catalog.tokens[strings.TrimPrefix(text, "tok-")]; t != nil && string(t.ID) == text {
		return t
	}
	return nil
}
