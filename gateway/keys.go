package gateway

import (
	"strconv"
	"strings"

	"hubsim/event"
)

// defaultSuffix ends the key of an API or resource policy's plan without conditions; conditionSuffix
// and a number end the others (IMPL/APIConstants.java).
const (
	defaultSuffix   = "_default"
	conditionSuffix = "_condition_"
)

// applicationKey is what an application's quota is counted under: per application and user
// (ThrottleHandler.java).
func applicationKey(appID, user string) event.ThrottleKey {
	return event.ThrottleKey(appID + ":" + user)
}

// subscriptionKey is what a subscription's quota is counted under; one to an API product under the
// product's name and provider.
func subscriptionKey(appID string, a *event.API, tier string) event.ThrottleKey {
	if a.Product {
		return event.ThrottleKey(appID + ":" + a.Name + ":" + a.Provider + ":" + tier)
	}
	return event.ThrottleKey(appID + ":" + a.Context + ":" + a.Version + ":" + tier)
}

// apiKey is an API's base key: the traffic manager appends the suffix of the plan that counted.
func apiKey(a *event.API) event.ThrottleKey {
	return event.ThrottleKey(a.Context + ":" + a.Version)
}

// resourceKey is a resource's base key (APIUtil.java, the resource cache key).
func resourceKey(a *event.API, r *event.Resource) event.ThrottleKey {
	return event.ThrottleKey(a.Context + "/" + a.Version + r.Template + ":" + r.Verb)
}

// defaultGroup stands for the default plan where condition groups have an id.
const defaultGroup = -1

// splitKey splits the key of an API or resource decision into the base key and the condition group, or
// defaultGroup, and says whether it is one.
// The product tells them by four regular expressions (JMSMessageListener.java), two of them loose
// ones for API products; what they share, and what is asked here, is a leading slash, a colon after
// it, and one of the two suffixes. Keys of applications and subscriptions begin with an id, so they
// never match.
func splitKey(key event.ThrottleKey) (event.ThrottleKey, int, bool) {
	group := defaultGroup
	base, ok := strings.CutSuffix(string(key), defaultSuffix)
	if !ok {
		at := strings.LastIndex(base, conditionSuffix)
		if at < 0 {
			return "", 0, false
		}
		id, err := strconv.ParseUint(base[at+len(conditionSuffix):], 10, 31)
		if err != nil {
			return "", 0, false
		}
		base, group = base[:at], int(id)
	}
	if !strings.HasPrefix(base, "/") || !strings.Contains(base, ":") {
		return "", 0, false
	}
	return event.ThrottleKey(base), group, true
}

// groupKey is the key of a condition group's plan.
func groupKey(base event.ThrottleKey, id int) event.ThrottleKey {
	return base + conditionSuffix + event.ThrottleKey(strconv.Itoa(id))
}

// qualified is the user's name as throttle keys hold it: the API's tenant is appended unless the
// name already contains that text anywhere (ThrottleHandler.java).
func qualified(user string, t event.Tenant) string {
	if strings.Contains(user, string(t)) {
		return user
	}
	return user + "@" + string(t)
}
