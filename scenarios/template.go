package scenarios

import (
	"math/big"
	"net/netip"
	"regexp"
	"strings"

	"hubsim/event"
)

// variable is one that differs from call to call.
var variable = regexp.MustCompile(`\$clientIp|\$customProperty\.[A-Za-z0-9_-]+`)

// lookUp is a key template and what it comes to for a call.
type lookUp struct {
	template string
	key      event.ThrottleKey
}

// looksUp are the keys that gateways look up for a call: each key template of a custom policy with the call's values
// put in (ThrottleHandler.java). A template that asks for an address which is not known comes to none, and a property
// that is not there stays as it is written.
func (out *catalog) looksUp(a *event.Attributes, r *event.Request) (keys []lookUp) {
	values := strings.NewReplacer("$resourceKey", string(a.ResourceKey), "$userId", a.UserID, "$apiContext", a.APIContext,
		"$apiVersion", a.APIVersion, "$appTenant", string(a.AppTenant), "$apiTenant", string(a.APITenant), "$appId", a.AppID)
	for i := range out.policies {
		p, known := &out.policies[i], true
		if p.Level != event.CustomLevel || p.KeyTemplate == "" {
			continue
		}
		var key strings.Builder
		rest := p.KeyTemplate
		for at := variable.FindStringIndex(rest); at != nil; at = variable.FindStringIndex(rest) {
			value, there := valueOf(rest[at[0]:at[1]], r)
			known = known && there
			key.WriteString(values.Replace(rest[:at[0]]) + value)
			rest = rest[at[1]:]
		}
		if known {
			keys = append(keys, lookUp{p.KeyTemplate, event.ThrottleKey(key.String() + values.Replace(rest))})
		}
	}
	return keys
}

// valueOf is what a variable comes to for a call; false if there is no address.
func valueOf(variable string, r *event.Request) (string, bool) {
	name, property := strings.CutPrefix(variable, "$customProperty.")
	if !property {
		ip, err := netip.ParseAddr(callerOf(r))
		return new(big.Int).SetBytes(ip.Unmap().AsSlice()).String(), err == nil
	}
	for i := len(r.Custom) - 1; i >= 0; i-- {
		if r.Custom[i].Name == name {
			return r.Custom[i].Value, true
		}
	}
	return variable, true
}
