package deployment

import (
	"slices"
	"strings"

	"hubsim/event"
)

// tenantLoading is the section that says which tenants a gateway serves.
const tenantLoading = "apim.sync_runtime_artifacts.tenant_loading."

// policyTenants is the section that says whose policies a traffic manager deploys.
const policyTenants = "apim.throttling.policy_deploy.tenant_loading."

// loaded are the tenants that a section names, by commas; "*" is all.
func (s *Settings) loaded(section string) []string {
	return strings.Split(strings.ReplaceAll(s.from.text(section+"tenants"), " ", ""), ",")
}

// Tenants are those that a gateway serves; nil is all.
func (s *Settings) Tenants() (served []event.Tenant) {
	if s.from == nil || !s.from.flag(tenantLoading+"enable") {
		return nil
	}
	for _, t := range s.loaded(tenantLoading) {
		if t == "*" {
			return nil
		}
		served = append(served, event.Tenant(t))
	}
	return served
}

// tenantsOf are those of the installation besides carbon.super: what the catalog names, and what the files
// name that gateways are to serve.
func (b *builder) tenantsOf(c *Catalog) (all []event.Tenant) {
	add := func(t event.Tenant) {
		if t != event.Super && !slices.Contains(all, t) {
			all = append(all, t)
		}
	}
	for _, r := range c.rows() {
		add(r.Tenant())
	}
	for _, h := range b.d.Hosts {
		for _, t := range h.Settings.Tenants() {
			add(t)
		}
	}
	return all
}
