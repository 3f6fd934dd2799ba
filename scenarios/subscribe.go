package scenarios

import (
	"fmt"
	"slices"
	"strings"

	"hubsim/event"
)

// Subscribe says which subscription of the catalog a step is about.
type Subscribe struct {
	App   string `yaml:"app"`
	API   string `yaml:"api"`
	State string `yaml:"state,omitempty" jsonschema:"description=UNBLOCKED unless said\\, BLOCKED\\, PROD_ONLY_BLOCKED or ON_HOLD; a subscription that ends has none"`
}

// subscriptionStates are those that a gateway acts on.
var subscriptionStates = []string{"UNBLOCKED", "BLOCKED", "PROD_ONLY_BLOCKED", "ON_HOLD"}

// subscribe makes a step set a subscription of the catalog, again if it ended, or end it. It keeps its tier,
// by which its calls are judged.
func (out *catalog) subscribe(do *event.Step, w *Subscribe, gone bool) error {
	api, ok := out.find(w.API)
	if !ok {
		return out.noAPI(w.API)
	}
	at := slices.IndexFunc(out.apps, func(a event.Application) bool { return a.Name == w.App })
	if at < 0 {
		return out.noApp(w.App)
	}
	is := slices.IndexFunc(out.subscriptions, func(s event.Subscription) bool { return s.APIID == api.ID && s.AppID == out.apps[at].ID })
	if is < 0 {
		return fmt.Errorf("app %q has no subscription to %q\nhint: write it in the catalog, where it has its tier; a step at 0s may end it", w.App, w.API)
	}
	s := out.subscriptions[is]
	s.State = or(w.State, s.State)
	if !slices.Contains(subscriptionStates, s.State) || gone && w.State != "" {
		return fmt.Errorf("the state %q is none\nhint: it is %s; a subscription that ends has none", w.State, strings.Join(subscriptionStates, ", "))
	}
	do.Subscription, do.Delete = &s, gone
	return nil
}
