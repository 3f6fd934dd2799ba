package event

import "strings"

// TenantOfContext reads the tenant out of an API's context: "/t/TENANT/…", else the super tenant.
func TenantOfContext(context string) Tenant {
	if rest, ok := strings.CutPrefix(context, tenantContext); ok {
		if at := strings.IndexByte(rest, '/'); at > 0 {
			return Tenant(rest[:at])
		}
	}
	return Super
}

// TenantOfUser reads the tenant out of a user's name, "alice@example.com"; without one it is the super
// tenant.
func TenantOfUser(user string) Tenant {
	if at := strings.LastIndexByte(user, '@'); at >= 0 && at+1 < len(user) {
		return Tenant(user[at+1:])
	}
	return Super
}

// tenantContext is what the contexts of all tenants' APIs but carbon.super's begin with.
const tenantContext = "/t/"

// Context is a context within the tenant; that of carbon.super stays as it is.
func (t Tenant) Context(context string) string {
	if tenantOr(t) == Super {
		return context
	}
	return tenantContext + string(t) + context
}

// User is a user of the tenant; one of carbon.super stays as it is.
func (t Tenant) User(name string) string { return inTenant(name, t) }

// Tenant is whose the API is: its context says so.
func (a *API) Tenant() Tenant { return TenantOfContext(a.Context) }

// Tenant is whose the application is: its subscriber's (SubscriptionValidationSQLConstants.java,
// GET_TENANT_APPLICATIONS_SQL).
func (a *Application) Tenant() Tenant { return TenantOfUser(a.Subscriber) }
