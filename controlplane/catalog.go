package controlplane

import (
	"cmp"
	"slices"

	"hubsim/event"
)

// lookup is the row that a step is about, to be read before it is written: whether it is there
// decides between create and update, and what a deployment's number is.
func (j *job) lookup() (event.Table, string) {
	switch j.kind {
	case deploy:
		return event.TableAPI, j.step.Deploy.UUID
	case undeploy:
		return event.TableAPI, j.step.Undeploy
	case api:
		return event.TableAPI, j.step.API.UUID
	case lifecycle:
		return event.TableAPI, j.step.Lifecycle.UUID
	case keyMapping:
		return event.TableApplication, j.step.KeyMapping.AppUUID
	}
	j.describe()
	return j.row.Table, j.row.Key
}

// describe sets the row of the steps whose row does not depend on what was there.
func (j *job) describe() {
	s := j.step
	switch j.kind {
	case revoke:
		j.row = event.Row{Table: event.TableRevoked, Revoked: s.Revoke, Key: j.id}
		return
	case revokeSubject:
		j.row = event.Row{Table: event.TableSubject, Subject: s.RevokeSubject}
	case webhook:
		j.row = event.Row{Table: event.TableWebhook, Webhook: s.Webhook, Deleted: s.Webhook.Mode == "unsubscribe"}
	case block:
		j.row = event.Row{Table: event.TableBlock, Block: s.Block}
	case policy:
		j.row = event.Row{Table: event.TablePolicy, Policy: s.Policy}
	case deletePolicy:
		j.row = event.Row{Table: event.TablePolicy, Policy: s.DeletePolicy, Deleted: true}
	case application:
		j.row = event.Row{Table: event.TableApplication, Application: s.Application}
	case subscription:
		j.row = event.Row{Table: event.TableSubscription, Subscription: s.Subscription}
	case keyManager:
		j.row = event.Row{Table: event.TableKeyManager, KeyManager: s.KeyManager}
	}
	j.row.Key = event.KeyOf(&j.row)
	j.row.Deleted = j.row.Deleted || s.Delete
}

// fill makes the row to be written from what was read; the answer says what is missing.
func (j *job) fill(old []event.Row) string {
	j.known = len(old) > 0
	if j.known && old[0].Policy != nil {
		j.was, j.before = old[0].Policy.KeyTemplate, old[0].Policy.Groups
	}
	switch j.kind {
	case deploy:
		j.fillDeploy(old)
	case undeploy:
		return j.fillUndeploy(old)
	case api:
		return j.fillAPI(old)
	case lifecycle:
		return j.fillLifecycle(old)
	case keyMapping:
		return j.fillKeys(old)
	case deletePolicy:
		if !j.known {
			return "delete-policy: there is no policy " + j.row.Key
		}
	default:
		j.describe()
		if j.step.Delete {
			return j.fillDeleted(old)
		}
		if j.kind == application && j.known {
			kept := *j.row.Application
			kept.ConsumerKeys = old[0].Application.ConsumerKeys
			j.row.Application = &kept
		}
	}
	return ""
}

// fillDeleted takes what goes from what was there: the step may say no more than its name.
func (j *job) fillDeleted(old []event.Row) string {
	if !j.known {
		return kindNames[j.kind] + ": there is no " + j.row.Key
	}
	j.row.Application, j.row.Subscription, j.row.KeyManager = old[0].Application, old[0].Subscription, old[0].KeyManager
	return ""
}

// fillDeploy numbers the revision: the next after the last, unless the step says which. The labels
// replace those of before; a gateway whose label is gone is told nothing, as Undeploy would.
func (j *job) fillDeploy(old []event.Row) {
	api := *j.step.Deploy
	if api.Revision == 0 {
		last := 0
		if j.known && old[0].API != nil {
			last = old[0].API.Revision
		}
		api.Revision = j.numbers.after(last)
	}
	j.row = event.Row{Table: event.TableAPI, Key: api.UUID, API: &api}
}

// fillUndeploy keeps the API and takes its labels away.
func (j *job) fillUndeploy(old []event.Row) string {
	if !j.known || old[0].API == nil || len(old[0].API.Labels) == 0 {
		return "undeploy: the API " + j.step.Undeploy + " is not deployed"
	}
	j.old = old[0].API
	api := *j.old
	api.Labels = nil
	j.row = event.Row{Table: event.TableAPI, Key: api.UUID, API: &api}
	return ""
}

// fillAPI makes the row of an API that is created, saved again or goes. Created, it is deployed nowhere; saved again,
// it stays deployed as it is, since what gateways run is in its revision.
func (j *job) fillAPI(old []event.Row) string {
	made := *j.step.API
	made.Labels, made.Revision = nil, 0
	switch {
	case j.known:
		made = *old[0].API
		if j.step.API.Default && !made.Default {
			made.Default, j.action = true, event.DefaultVersionAction
		}
		made.Tier, made.Provider = cmp.Or(j.step.API.Tier, made.Tier), cmp.Or(j.step.API.Provider, made.Provider)
	case j.step.Delete:
		return "api: there is no API " + made.UUID
	}
	if j.step.Delete && len(made.Labels) > 0 {
		j.old = old[0].API
	}
	j.row = event.Row{Table: event.TableAPI, Key: made.UUID, API: &made, Deleted: j.step.Delete}
	return ""
}

// fillLifecycle sets an API's status. A retired one is deployed nowhere any more, or each gateway that starts would
// serve it again (deduced).
func (j *job) fillLifecycle(old []event.Row) string {
	if !j.known {
		return "lifecycle: there is no API " + j.step.Lifecycle.UUID
	}
	changed := *old[0].API
	changed.Status = j.step.Lifecycle.Status
	if changed.Status == event.Retired {
		if len(changed.Labels) > 0 {
			j.old = old[0].API
		}
		changed.Labels = nil
	}
	j.row = event.Row{Table: event.TableAPI, Key: changed.UUID, API: &changed}
	return ""
}

// fillKeys gives an application a consumer key, or takes it away.
func (j *job) fillKeys(old []event.Row) string {
	k := j.step.KeyMapping
	if !j.known {
		return "key-mapping: there is no application " + k.AppUUID
	}
	app := *old[0].Application
	has := slices.Contains(app.ConsumerKeys, k.ConsumerKey)
	switch {
	case j.step.Delete && !has:
		return "key-mapping: the application " + k.AppUUID + " has no consumer key " + k.ConsumerKey
	case j.step.Delete:
		app.ConsumerKeys = slices.DeleteFunc(slices.Clone(app.ConsumerKeys), func(key string) bool { return key == k.ConsumerKey })
	case !has:
		app.ConsumerKeys = append(slices.Clone(app.ConsumerKeys), k.ConsumerKey)
	}
	j.row = event.Row{Table: event.TableApplication, Key: app.UUID, Application: &app}
	return ""
}
