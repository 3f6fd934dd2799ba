package event

import "strconv"

// Tenant is the tenant that a row belongs to. What does not name one is carbon.super's.
func (r *Row) Tenant() Tenant {
	t := Super
	switch {
	case r.API != nil:
		t = r.API.Tenant()
	case r.Application != nil:
		t = r.Application.Tenant()
	case r.Subscription != nil:
		t = tenantOr(r.Subscription.Tenant)
	case r.Policy != nil && r.Policy.Tenant != "":
		t = r.Policy.Tenant
	case r.KeyManager != nil && r.KeyManager.Tenant != "":
		t = r.KeyManager.Tenant
	case r.Webhook != nil && r.Webhook.Tenant != "":
		t = r.Webhook.Tenant
	case r.Scope != nil:
		t = tenantOr(r.Scope.Tenant)
	case r.Certificate != nil:
		t = tenantOr(r.Certificate.Tenant)
	case r.Analytics != nil:
		t = tenantOr(r.Analytics.Tenant)
	}
	return t
}

// Tenantless tells whether a path takes no tenant header (api.yaml of apimgt.internal.service).
func (p Path) Tenantless() bool {
	switch p {
	case PathRevoked, PathBlock, PathKeyTemplates, PathDeployed, PathGateway, PathStatus, PathThrottle, PathThrottledText, PathThrottledSingle:
		return true
	}
	return false
}

// Lists tells whether a row of the path's table is the request's tenant's and has the values of Only and
// UUIDs. Name and Labels are the control plane's to look at.
func (r *PullRequest) Lists(row *Row) bool {
	if r.Tenant != "" && r.Tenant != AllTenants && !r.Path.Tenantless() && row.Tenant() != r.Tenant {
		return false
	}
	for _, f := range r.Only {
		if !row.has(f) {
			return false
		}
	}
	if r.UUIDs == nil {
		return true
	}
	for _, uuid := range r.UUIDs {
		if row.API != nil && row.API.UUID == uuid {
			return true
		}
	}
	return false
}

// has tells whether a row has the value of a parameter.
func (r *Row) has(f Pair) bool {
	switch {
	case r.API != nil && f.Name == "context":
		return r.API.Context == f.Value
	case r.API != nil && f.Name == "version":
		return r.API.Version == f.Value
	case r.Application != nil && f.Name == "appId":
		return strconv.Itoa(r.Application.ID) == f.Value
	case r.Application != nil && f.Name == "consumerKey":
		return among(r.Application.ConsumerKeys, f.Value)
	case r.Application != nil && f.Name == "keymanager":
		return f.Value == residentKeyManager
	case r.Subscription != nil && f.Name == "apiId":
		return strconv.Itoa(r.Subscription.APIID) == f.Value
	case r.Subscription != nil && f.Name == "apiUUID":
		return r.Subscription.APIUUID == f.Value
	case r.Subscription != nil && f.Name == "applicationUUID":
		return r.Subscription.AppUUID == f.Value
	case r.Subscription != nil && f.Name == "appId":
		return strconv.Itoa(r.Subscription.AppID) == f.Value
	}
	return false
}

func among(all []string, one string) bool {
	for _, s := range all {
		if s == one {
			return true
		}
	}
	return false
}
