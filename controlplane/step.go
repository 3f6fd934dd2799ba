package controlplane

import (
	"slices"

	"hubsim/event"
	"hubsim/node"
)

// job is an administrator's step on its way: looked up, stored, published, answered.
type job struct {
	call    event.CallID
	id      string // of its event
	step    *event.Step
	kind    kind
	row     event.Row              // what is written
	known   bool                   // its row was there before
	action  string                 // of an API that is saved again: what the event says was done
	old     *event.API             // of an API that goes: as it was deployed, nil if it was not
	was     string                 // of a custom policy: the key template that it had
	before  []event.ConditionGroup // of an API policy: those that it had
	storing bool
	numbers numbers     // which revision numbers may be given
	rows    []event.Row // of an announcement, that are not written yet

	calls  int      // of the 2.x layout: those without an answer
	failed []string // those that were not taken
	done   bool     // it was answered
}

// kind is what a step asks for.
type kind uint8

const (
	revoke kind = iota
	deploy
	undeploy
	policy
	deletePolicy
	application
	subscription
	keyManager
	block
	webhook
	revokeSubject
	announce
	look
	resetQuota
	api
	lifecycle
	keyMapping
	kinds
)

var kindNames = [kinds]string{
	"revoke", "deploy", "undeploy", "policy", "delete-policy", "application", "subscription", "key-manager", "block", "webhook",
	"revoke-subject", "announce", "look", "reset-quota", "api", "lifecycle", "key-mapping",
}

// take begins a step, or says at once why not.
func (c *ControlPlane) take(now node.Clock, in *node.Input, out *node.Output) {
	step, _ := in.Msg.(*event.Step)
	k, problem := judge(step)
	if problem != "" {
		c.finish(in.Call, 400, problem, out)
		return
	}
	if !c.cfg.Duty.Takes(step) {
		c.finish(in.Call, 400, kindNames[k]+": not a duty of this node of the 2.x layout", out)
		return
	}
	j := &job{call: in.Call, id: c.eventID(step), step: settled(step, now.Wall), kind: k}
	if k == revoke && c.cfg.Duty == Storefront {
		c.proxied(now, j, out)
		return
	}
	if c.untold(j) {
		ignored(out, j.id, event.Untold)
		c.finish(j.call, 200, "", out)
		return
	}
	switch k {
	case announce:
		j.rows = announcedRows(step.Announce)
		c.announce(now, j, out)
	case webhook:
		c.hook(now, j, out)
	case look:
		c.ask(now, &event.StoreOp{Read: event.TableAPI, Name: step.Look}, &view{job: j}, out)
	case revoke, block, revokeSubject:
		j.fill(nil)
		c.store(now, j, out)
	case resetQuota:
		c.ask(now, &event.StoreOp{Read: event.TableApplication, Name: step.ResetQuota.UUID}, &resetting{j}, out)
	default:
		table, key := j.lookup()
		c.ask(now, &event.StoreOp{Read: table, Name: key}, j, out)
	}
}

// settled gives a revocation what its row and its event say and who asked left open: a subject's instant, a
// token's type, and carbon.super where no key manager elsewhere has named a tenant.
func settled(s *event.Step, now event.Wall) *event.Step {
	whole := *s
	if s.Revoke != nil {
		whole.Revoke = typed(s.Revoke)
	}
	if s.RevokeSubject != nil {
		subject := *s.RevokeSubject
		if subject.At == 0 {
			subject.At = now
		}
		if !s.Notified {
			subject.TenantID = superTenant
		}
		whole.RevokeSubject = &subject
	}
	return &whole
}

// typed is a token with its type: a JWT of carbon.super, unless somebody said otherwise.
func typed(t *event.RevokedToken) *event.RevokedToken {
	if t.Type != "" {
		return t
	}
	return &event.RevokedToken{Token: t.Token, Expiry: t.Expiry, Type: event.JWT, TenantID: superTenant}
}

func (c *ControlPlane) finish(call event.CallID, status int, reason string, out *node.Output) {
	if reason != "" {
		reason = string(c.cfg.ID) + ": " + reason
	}
	out.Answer(call, &event.StepDone{Status: status, Reason: reason})
}

func (c *ControlPlane) store(now node.Clock, j *job, out *node.Output) {
	j.storing = true
	row := j.row
	c.ask(now, &event.StoreOp{Write: &row}, j, out)
}

// answered implements asker.
func (j *job) answered(c *ControlPlane, now node.Clock, a answer, out *node.Output) {
	switch {
	case a.fail != event.NoReason:
		c.finish(j.call, 500, j.failure(c.cfg.Store, a.fail), out)
	case j.storing:
		j.identified(a.rows)
		c.stored(now, j, out)
	default:
		j.numbers = c.numbering(now.Wall)
		if problem := j.fill(a.rows); problem != "" {
			c.finish(j.call, 404, problem, out)
			return
		}
		c.store(now, j, out)
	}
}

// identified takes over the integer id that the database has given the row, for the event to say.
func (j *job) identified(written []event.Row) {
	if len(written) == 1 && written[0].ID() != 0 {
		j.row = j.row.WithID(written[0].ID())
	}
}

// stored is the second half of a step. A node that dies at the mark has lost the event.
func (c *ControlPlane) stored(now node.Clock, j *job, out *node.Output) {
	n := node.Note{Fact: node.Stored, ID: j.id, Detail: j.row.Table.String()}
	if j.kind == deploy {
		n.Key, n.N = event.ThrottleKey(j.row.Key), int64(j.row.API.Revision)
	}
	out.Note(n)
	c.remember(now, &j.row)
	c.changed(now, &j.row, out)
	if len(j.rows) > 0 {
		c.announce(now, j, out)
		return
	}
	out.Mark("cp: stored, not published")
	if c.cfg.Duty != Whole {
		c.push(now, j, out)
		return
	}
	c.publish(now, j, out)
	c.finish(j.call, 200, "", out)
}

func (c *ControlPlane) publish(now node.Clock, j *job, out *node.Output) {
	switch j.kind {
	case revoke:
		c.publishRevocation(now, j.id, j.step.Revoke, out)
	case revokeSubject:
		c.publishSubject(now, j.id, j.step.RevokeSubject, out)
	case webhook:
		c.publishWebhook(now, j, out)
	case keyManager:
		c.feed.Offer(now, j.keyManagerEvent(), out)
	case block:
		c.feed.Offer(now, j.row.Block, out)
	case announce:
		c.feed.Offer(now, j.announced(now.Wall), out)
	default:
		n := j.notification(now.Wall)
		c.feed.Offer(now, n, out)
		c.watch(now, n, out)
		for _, more := range []*event.Notification{j.template(now.Wall), j.removal(now.Wall)} {
			if more != nil {
				c.feed.Offer(now, more, out)
			}
		}
	}
}

// failure says what the database did not do, and whether it certainly did not.
func (j *job) failure(store event.NodeID, why event.Reason) string {
	what := kindNames[j.kind] + ": " + string(store) + " did not answer a read"
	if j.storing {
		what = kindNames[j.kind] + ": " + string(store) + " did not confirm the row " + j.row.Table.String() + "/" + j.row.Key
	}
	certain := "; nothing was written or published"
	if j.storing && why != event.NoSession && why != event.BufferFull {
		certain = "; it may be written, it was not published"
	}
	return what + " (" + why.String() + ")" + certain
}

// judge tells what a step asks for, or what is wrong with it.
func judge(s *event.Step) (kind, string) {
	if s == nil {
		return 0, "only an administrator's step can be called here, and it was none"
	}
	set := [kinds]bool{
		revoke: s.Revoke != nil, deploy: s.Deploy != nil, undeploy: s.Undeploy != "", policy: s.Policy != nil,
		deletePolicy: s.DeletePolicy != nil, application: s.Application != nil, subscription: s.Subscription != nil,
		keyManager: s.KeyManager != nil, block: s.Block != nil, webhook: s.Webhook != nil,
		revokeSubject: s.RevokeSubject != nil, announce: s.Announce != nil,
		look: s.Look != "", resetQuota: s.ResetQuota != nil, api: s.API != nil, lifecycle: s.Lifecycle != nil,
		keyMapping: s.KeyMapping != nil,
	}
	what, n := kind(0), 0
	for k := range kinds {
		if set[k] {
			what = k
			n++
		}
	}
	if n != 1 {
		return 0, "a step asks for one thing; set exactly one of its fields besides ID and Delete"
	}
	if want := missing(what, s); want != "" {
		return 0, kindNames[what] + ": want " + want
	}
	if s.Delete && !slices.Contains([]kind{application, subscription, keyManager, api, keyMapping}, what) {
		return 0, kindNames[what] + ": only an API, an application, its consumer key, a subscription or a key manager can be deleted so"
	}
	if what == policy {
		if err := s.Policy.Check(); err != nil {
			return 0, "policy: " + err.Error()
		}
	}
	return what, ""
}

// missing says what a step of a kind must have and does not, or "".
func missing(k kind, s *event.Step) string {
	switch {
	case k == revoke && s.Revoke.Token == "":
		return "the token's id (jti)"
	case k == deploy && (s.Deploy.UUID == "" || len(s.Deploy.Labels) == 0):
		return "an API with a uuid and at least one gateway label"
	case k == policy && !named(s.Policy), k == deletePolicy && !named(s.DeletePolicy):
		return "a policy with a name and the level subscription, application, api or custom"
	case k == application && s.Application.UUID == "":
		return "an application with a uuid"
	case k == subscription && s.Subscription.UUID == "":
		return "a subscription with a uuid"
	case k == keyManager && s.KeyManager.Name == "":
		return "a key manager with a name"
	case k == block && (s.Block.Kind == "" || s.Block.Value == ""):
		return "a blocking condition with kind and value"
	case k == revokeSubject && !s.RevokeSubject.Valid():
		return "a consumer key, or an entity of the kind USER_ID or CLIENT_ID"
	case k == resetQuota && (s.ResetQuota.UUID == "" || s.ResetQuota.User == ""):
		return "an application's uuid and a user"
	case k == api && s.API.UUID == "":
		return "an API with a uuid"
	case k == keyMapping && (s.KeyMapping.AppUUID == "" || s.KeyMapping.ConsumerKey == ""):
		return "an application's uuid and a consumer key"
	case k == lifecycle && (s.Lifecycle.UUID == "" || s.Lifecycle.Status == ""):
		return "an API's uuid and a status"
	case k == announce:
		return unannounced(s.Announce)
	case k == webhook && s.Webhook.Mode != "subscribe" && s.Webhook.Mode != "unsubscribe":
		return "the mode subscribe or unsubscribe"
	}
	return ""
}

// unannounced says why a notification cannot be announced so, or "".
func unannounced(n *event.Notification) string {
	if n.API != nil || n.Application != nil || n.Subscription != nil || n.Policy != nil || n.Template != nil {
		return "a notification about what has no step of its own"
	}
	if _, err := event.NotificationText(n); err != nil {
		return "a notification that has a form: " + err.Error()
	}
	return ""
}

func named(p *event.Policy) bool {
	switch p.Level {
	case event.SubscriptionLevel, event.ApplicationLevel, event.APILevel, event.CustomLevel:
		return p.Name != ""
	}
	return false
}
