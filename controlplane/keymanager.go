package controlplane

import (
	"slices"

	"hubsim/event"
	"hubsim/node"
)

// order takes a call of a key manager's services: a validation, or a revocation that a gateway passes on.
func (c *ControlPlane) order(now node.Clock, p *pull, out *node.Output) {
	switch o := p.request.Order; {
	case c.cfg.Duty != KeyManager:
		c.reply(p, &event.PullResponse{Status: 404}, event.Malformed, out)
	case o == nil || o.Validate == nil && o.Revoke == nil:
		c.reply(p, &event.PullResponse{Status: 400}, event.Malformed, out)
	case c.pulls >= c.cfg.Pulls:
		c.reply(p, &event.PullResponse{Status: 503}, event.MailboxFull, out)
	case o.Revoke != nil:
		c.revokeFor(now, p, out)
	default:
		c.validate(now, p, out)
	}
}

// validate reads all that decides whether a token may call an API (APIKeyValidationService.java and the
// statements of ApiMgtDAO.java, which join what is read here table by table).
func (c *ControlPlane) validate(now node.Clock, p *pull, out *node.Output) {
	c.pulls++
	v := &validation{pull: p, waits: len(validated)}
	for _, t := range validated {
		op := &event.StoreOp{Read: t}
		if t == event.TableAPI {
			op.Name = p.request.Order.Validate.API
		}
		c.ask(now, op, &part{v, t}, out)
	}
}

// validated are the tables that a validation reads.
var validated = [...]event.Table{
	event.TableAPI, event.TableRevoked, event.TableSubject, event.TableApplication, event.TableSubscription, event.TablePolicy,
}

// validation is a key validation on its way.
type validation struct {
	pull     *pull
	waits    int
	fail     event.Reason
	rows     [event.TableSubject + 1][]event.Row
	response event.PullResponse
}

// part is one of its statements.
type part struct {
	of    *validation
	table event.Table
}

// answered implements asker.
func (s *part) answered(c *ControlPlane, now node.Clock, a answer, out *node.Output) {
	v := s.of
	v.rows[s.table] = a.rows
	if a.fail != event.NoReason {
		v.fail = a.fail
	}
	if v.waits--; v.waits > 0 {
		return
	}
	c.pulls--
	if v.fail != event.NoReason {
		c.reply(v.pull, &event.PullResponse{Status: 500}, v.fail, out)
		return
	}
	v.response.Status = 200
	v.judge(now)
	c.reply(v.pull, &v.response, event.NoReason, out)
}

// judge decides, and gathers what the gateway has to know to serve.
func (v *validation) judge(now node.Clock) {
	t := &v.pull.request.Order.Validate.Token
	if v.revoked(t) || t.Expires != 0 && t.Expires < now.Wall {
		v.response.Code = event.InvalidCredentials
		return
	}
	var api *event.API
	for _, r := range v.rows[event.TableAPI] {
		api = r.API
	}
	app := v.application(t.ConsumerKey)
	if api == nil || app == nil {
		v.response.Code = event.NoSubscription
		return
	}
	v.response.Applications = []event.Application{*app}
	sub := v.subscription(api.ID, app.ID)
	if sub == nil && !api.Subscriptionless {
		v.response.Code = event.NoSubscription
		return
	}
	tiers := []string{app.Tier, api.Tier}
	if sub != nil {
		v.response.Subscriptions = []event.Subscription{*sub}
		tiers = append(tiers, sub.Tier)
	}
	for _, r := range api.Resources {
		tiers = append(tiers, r.Tier)
	}
	for _, r := range v.rows[event.TablePolicy] {
		if r.Policy != nil && r.Policy.Level != event.CustomLevel && slices.Contains(tiers, r.Policy.Name) {
			v.response.Policies = append(v.response.Policies, *r.Policy)
		}
	}
}

// revoked tells whether a token was revoked, or its consumer key or user since it was issued.
func (v *validation) revoked(t *event.Token) bool {
	for _, r := range v.rows[event.TableRevoked] {
		if r.Revoked != nil && r.Revoked.Token == t.ID {
			v.response.Revoked = []event.RevokedToken{*r.Revoked}
			return true
		}
	}
	for _, r := range v.rows[event.TableSubject] {
		if s := r.Subject; s != nil && t.Issued < s.At && (s.ConsumerKey != "" && s.ConsumerKey == t.ConsumerKey || s.Entity != "" && (s.Entity == t.User || s.Entity == t.ConsumerKey)) {
			v.response.Subjects = []event.RevokedSubject{*s}
			return true
		}
	}
	return false
}

func (v *validation) application(key string) *event.Application {
	for _, r := range v.rows[event.TableApplication] {
		if r.Application != nil && slices.Contains(r.Application.ConsumerKeys, key) {
			return r.Application
		}
	}
	return nil
}

func (v *validation) subscription(api, app int) *event.Subscription {
	for _, r := range v.rows[event.TableSubscription] {
		if s := r.Subscription; s != nil && s.APIID == api && s.AppID == app {
			return s
		}
	}
	return nil
}

// revokeFor stores the revocation that a gateway passes on, and answers.
func (c *ControlPlane) revokeFor(now node.Clock, p *pull, out *node.Output) {
	c.pulls++
	o := p.request.Order
	row := event.Row{Table: event.TableRevoked, Revoked: typed(o.Revoke), Key: o.ID}
	if row.Key == "" {
		row.Key = string(o.Revoke.Token)
	}
	c.ask(now, &event.StoreOp{Write: &row}, &revocation{p}, out)
}

// revocation is one that a gateway passed on, on its way to the database.
type revocation struct{ pull *pull }

// answered implements asker. The gateway's answer does not wait for what others are told.
func (r *revocation) answered(c *ControlPlane, now node.Clock, a answer, out *node.Output) {
	c.pulls--
	if a.fail != event.NoReason {
		c.reply(r.pull, &event.PullResponse{Status: 500}, a.fail, out)
		return
	}
	o := r.pull.request.Order
	out.Note(node.Note{Fact: node.Stored, ID: o.ID, Detail: event.TableRevoked.String()})
	c.forget(now, errand{&event.Order{ID: o.ID, ForgetToken: o.Revoke}, nobody{}}, out)
	c.reply(r.pull, &event.PullResponse{Status: 200}, event.NoReason, out)
}

// nobody waits for a call.
type nobody struct{}

// told implements answeree.
func (nobody) told(*ControlPlane, ending, *node.Output) {}
