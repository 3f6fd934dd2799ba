package controlplane

import (
	"slices"
	"strconv"

	"hubsim/event"
)

// notification is what the gateways and traffic managers are told of a step (AbstractNotifier.java
// and the classes of impl/notifier/events).
func (j *job) notification(at event.Wall) *event.Notification {
	n := &event.Notification{EventID: j.id, At: at, Tenant: j.tenant()}
	n.TenantID = n.Tenant.ID()
	switch j.kind {
	case deploy:
		n.Type, n.API = event.DeployAPI, bare(j.row.API)
		n.API.Of = nil // told only when the product goes (APIGatewayManager.java)
		n.TenantID = 0 // its constructor forgets it (DeployAPIInGatewayEvent.java)
	case undeploy:
		n.Type, n.API = event.RemoveAPI, bare(j.old)
		n.TenantID = 0
	case api:
		n.Type, n.API = j.either(event.APICreate, event.APIUpdate, event.APIDelete), bare(j.row.API)
		if j.old != nil { // removal says that it goes
			n.Type, n.API, n.TenantID, n.Deleted = event.RemoveAPI, bare(j.old), 0, true
		}
		n.Action = j.action
	case lifecycle:
		n.Type, n.API = event.APILifecycle, bare(j.row.API)
	case keyMapping:
		n.Type = event.KeyMappingCreate
		if j.step.Delete {
			n.Type = event.KeyMappingRemove
		}
		k := *j.step.KeyMapping
		k.AppID, k.Tenant = j.row.Application.ID, ""
		n.KeyMapping = &k
	case application:
		n.Type, n.Application = j.either(event.ApplicationCreate, event.ApplicationUpdate, event.ApplicationDelete), keyless(j.row.Application, j.known)
	case subscription:
		n.Type, n.Subscription = j.either(event.SubscriptionCreate, event.SubscriptionUpdate, event.SubscriptionDelete), j.row.Subscription
	case policy, deletePolicy:
		n.Type = j.either(event.PolicyCreate, event.PolicyUpdate, event.PolicyDelete)
		p := j.row.Policy
		n.Policy = &event.Policy{ID: p.ID, Name: p.Name, Level: p.Level, Tenant: p.Tenant,
			Counts: p.Counts, ContinueOverQuota: p.ContinueOverQuota, Burst: p.Burst, Subscribers: p.Subscribers, GraphQL: p.GraphQL}
		n.Policy.Groups, n.GroupsGone = j.groups()
	}
	return n
}

// tenant is whose the row is that the step is about; of an undeployed API, of one before
// (APIGatewayManager.java, ApplicationEvent.java; SubscriptionEvent.java names the API's, which is the
// application's here).
func (j *job) tenant() event.Tenant {
	if j.kind == undeploy {
		return j.old.Tenant()
	}
	return j.row.Tenant()
}

// groups are the condition groups that the step gives its policy, and those that it takes away; as an event
// names them, by number (APIPolicyEvent.java).
func (j *job) groups() (added, gone []event.ConditionGroup) {
	is := j.row.Policy.Groups
	if j.kind == deletePolicy {
		is = nil
	}
	lacks := func(of, in []event.ConditionGroup) (list []event.ConditionGroup) {
		for _, g := range of {
			if !slices.ContainsFunc(in, func(x event.ConditionGroup) bool { return x.ID == g.ID }) {
				list = append(list, event.ConditionGroup{ID: g.ID})
			}
		}
		return list
	}
	return lacks(is, j.before), lacks(j.before, is)
}

// template is what the gateways are told of a custom policy's key template, besides what the traffic
// managers are told of the policy; nil if it stays as it is (KeyTemplateEvent.java).
func (j *job) template(at event.Wall) *event.Notification {
	if j.row.Policy == nil || j.row.Policy.Level != event.CustomLevel {
		return nil
	}
	is := j.row.Policy.KeyTemplate
	if j.kind == deletePolicy {
		is = ""
	}
	n := &event.Notification{EventID: j.id + ".template", At: at, TenantID: superTenant, Tenant: event.Super}
	switch {
	case is == j.was:
		return nil
	case j.was == "":
		n.Type, n.Template = event.CustomPolicyAdd, &event.Template{New: is}
	case is == "":
		n.Type, n.Template = event.CustomPolicyDelete, &event.Template{New: j.was}
	default:
		n.Type, n.Template = event.CustomPolicyUpdate, &event.Template{Old: j.was, New: is}
	}
	return n
}

// removal is what is told of a deployed API that goes, besides that no gateway is to serve it: gateways of 4.x
// have no branch for it (GatewayJMSMessageListener.java). nil for every other step.
func (j *job) removal(at event.Wall) *event.Notification {
	if j.kind != api || j.old == nil {
		return nil
	}
	t := j.tenant()
	return &event.Notification{EventID: j.id + ".deleted", Type: event.APIDelete, At: at, TenantID: t.ID(), Tenant: t, API: bare(j.row.API)}
}

// keyManagerEvent is KeyMgtNotificationSender's.
func (j *job) keyManagerEvent() *event.KeyManagerEvent {
	action := "add"
	switch {
	case j.row.Deleted:
		action = "delete"
	case j.known:
		action = "update"
	}
	return &event.KeyManagerEvent{EventID: j.id, Action: action, Manager: *j.row.KeyManager}
}

// either is the type of an event about a row that was not there, was there, or goes.
func (j *job) either(create, update, gone event.Type) event.Type {
	switch {
	case j.row.Deleted:
		return gone
	case j.known:
		return update
	}
	return create
}

// announced is the notification of a step that has no row.
func (j *job) announced(at event.Wall) *event.Notification {
	n := *j.step.Announce
	n.EventID, n.At = j.id, at
	if n.Tenant == "" {
		n.Tenant = event.Super
	}
	n.TenantID = n.Tenant.ID()
	form := n.Type.Thing()
	if form.NoTenantID {
		n.TenantID = 0
	}
	if n.Thing != nil && n.Type == event.APIKeyCreate {
		n.Thing = n.Thing.With("timeCreated", strconv.FormatInt(int64(at), 10))
	}
	return &n
}

// keyless is an application as an event carries it: keys that it has have events of their own.
func keyless(a *event.Application, known bool) *event.Application {
	k := *a
	if known {
		k.ConsumerKeys = nil
	}
	return &k
}

// bare is an API as an event carries it: what its operations are is in the artifact, to be pulled.
func bare(a *event.API) *event.API {
	b := *a
	b.Resources = nil
	return &b
}
