package nodetest

import (
	"slices"

	"hubsim/event"
)

// order answers as a key manager of the 2.x layout does, by the tables: a token that was revoked is not good,
// one whose application has no subscription may not call.
func (i *internalAPI) order(o *event.Order, r *event.PullResponse) {
	switch {
	case o == nil:
		r.Status = 400
	case o.Revoke != nil:
		i.rows.Revoked = append(i.rows.Revoked, *o.Revoke)
	case o.Validate != nil:
		i.validate(o.Validate, r)
	}
}

func (i *internalAPI) validate(v *event.Validation, r *event.PullResponse) {
	for _, t := range i.rows.Revoked {
		if t.Token == v.Token.ID {
			r.Code, r.Revoked = event.InvalidCredentials, []event.RevokedToken{t}
			return
		}
	}
	r.Code = event.NoSubscription
	for _, a := range i.rows.Applications {
		if !slices.Contains(a.ConsumerKeys, v.Token.ConsumerKey) {
			continue
		}
		r.Applications = []event.Application{a}
		for _, s := range i.rows.Subscriptions {
			if s.AppID == a.ID {
				r.Code, r.Subscriptions = event.Served, []event.Subscription{s}
			}
		}
	}
	r.Policies = i.rows.Policies
}

// filed answers as a directory of Synapse files does.
func (i *internalAPI) filed(op *event.StoreOp) *event.StoreResult {
	r := &event.StoreResult{ID: op.ID, OK: i.fail == 0}
	switch w := op.Write; {
	case i.fail != 0:
	case w != nil:
		i.rows.APIs = slices.DeleteFunc(i.rows.APIs, func(a event.API) bool { return a.UUID == w.Key })
		if !w.Deleted && w.API != nil {
			i.rows.APIs = append(i.rows.APIs, *w.API)
		}
		r.Rows = []event.Row{*w}
	default:
		for k := range i.rows.APIs {
			r.Rows = append(r.Rows, event.Row{Table: event.TableAPI, Key: i.rows.APIs[k].UUID, API: &i.rows.APIs[k]})
		}
	}
	return r
}
