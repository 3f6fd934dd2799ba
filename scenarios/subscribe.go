package scenarios

import (
	"fmt"
	"slices"
	"strings"

	"hubsim/event"
	"hubsim/internal/spelling"
)

// Subscribe says which subscription of the catalog a step is about.
type Subscribe struct {
	App   string `yaml:"app"`
	API   string `yaml:"api"`
	Tier  string `yaml:"tier,omitempty" jsonschema:"description=subscribe: under this policy; the catalog's unless said"`
	State string `yaml:"state,omitempty" jsonschema:"description=UNBLOCKED unless said\\, BLOCKED\\, PROD_ONLY_BLOCKED or ON_HOLD; a subscription that ends has none"`
}

// subscriptionStates are those that a gateway acts on.
var subscriptionStates = []string{"UNBLOCKED", "BLOCKED", "PROD_ONLY_BLOCKED", "ON_HOLD"}

// subscribe makes a step set a subscription of the catalog, again if it ended, or end it; of several apps of the
// name, the n-th's.
func (out *catalog) subscribe(do *event.Step, said *Subscribe, n int, gone bool) error {
	one, w := *said, said
	if group := out.groups[said.App]; len(group) > 1 {
		if n >= len(group) {
			return fmt.Errorf("there are %d apps %q, the step wants the %d-th\nhint: give the app a count of as many, or the step fewer times", len(group), said.App, n+1)
		}
		one.App, w = group[n], &one
	}
	if _, ok := out.find(w.API); !ok {
		return out.noAPI(w.API)
	}
	if out.app(w.App) == nil {
		return out.noApp(w.App)
	}
	is := out.subscriptionOf(w)
	if is == nil {
		return fmt.Errorf("app %q has no subscription to %q\nhint: write it in the catalog, where it has its tier; a step at 0s may end it", w.App, w.API)
	}
	s := *is
	if w.Tier != "" {
		if gone {
			return fmt.Errorf("a subscription that ends has no tier\nhint: leave it out")
		}
		if err := out.has(event.SubscriptionLevel, w.Tier, is.Tenant); err != nil {
			return err
		}
		s.Tier = w.Tier
	}
	s.State = or(w.State, s.State)
	if !slices.Contains(subscriptionStates, s.State) || gone && w.State != "" {
		return fmt.Errorf("the state %q is none\nhint: it is %s; a subscription that ends has none", w.State, strings.Join(subscriptionStates, ", "))
	}
	do.Subscription, do.Delete = &s, gone
	return nil
}

// app finds an app of the catalog, or nil.
func (out *catalog) app(name string) *event.Application {
	at := slices.IndexFunc(out.apps, func(a event.Application) bool { return a.Name == name })
	if at < 0 {
		return nil
	}
	return &out.apps[at]
}

// subscriptionOf finds the subscription of an app to an API, or nil.
func (out *catalog) subscriptionOf(w *Subscribe) *event.Subscription {
	app := out.app(w.App)
	api, there := out.find(w.API)
	if app == nil || !there {
		return nil
	}
	at := slices.IndexFunc(out.subscriptions, func(s event.Subscription) bool { return s.APIID == api.ID && s.AppID == app.ID })
	if at < 0 {
		return nil
	}
	return &out.subscriptions[at]
}

// has says that a policy is not there; Unlimited always is.
func (out *catalog) has(level event.Level, name string, of event.Tenant) error {
	if name == event.Unlimited || out.policy(level, name, of) != nil {
		return nil
	}
	var names []string
	for _, p := range out.policies {
		if p.Level == level && p.Tenant == of {
			names = append(names, p.Name)
		}
	}
	return fmt.Errorf("there is no %s policy %q\nhint: %s", level, name, spelling.Hint(name, append(names, event.Unlimited)))
}
