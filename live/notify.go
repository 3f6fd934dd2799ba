package live

import (
	"bytes"
	"cmp"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"strconv"
	"strings"

	"hubsim/event"
)

// headerHandler names who is to handle a notification; nobody is the default handler.
const headerHandler = "X-WSO2-KEY-MANAGER"

// defaultHandler is that of key managers (seed deployments set "default"), identityHandler the same under the name that
// WSO2 Identity Server gives (wso2-extensions/apim-km-wso2is, WSO2ISNotificationEventHandler.java); webhookHandler
// that of gateways, whose own name in the product is not public: this one is ours.
const (
	defaultHandler  = "default"
	identityHandler = "WSO2-IS"
	webhookHandler  = "webhooks-subscription"
)

// notification is the body with which a key manager tells of a revocation
// (wso2-extensions/apim-km-wso2is, ApimOauthEventInterceptor and EventSender).
type notification struct {
	EventID string        `json:"eventId"`
	Token   event.TokenID `json:"accessToken"` // a JWT's jti
	Expiry  event.Wall    `json:"expiryTime"`
	Type    string        `json:"tokenType"`
	Tenant  int           `json:"tenantId"`

	ConsumerKey string     `json:"consumerKey"`
	Entity      string     `json:"entityId"`
	Kind        string     `json:"entityType"`
	At          event.Wall `json:"revocationTime"`
}

// webhookNotification is the body with which a gateway tells of a subscription
// (WebhooksSubscriptionEventHandler.java).
type webhookNotification struct {
	API      string       `json:"apiUUID"`
	AppID    string       `json:"appID"`
	Tenant   event.Tenant `json:"tenantDomain"`
	Callback string       `json:"callback"`
	Topic    string       `json:"topic"`
	Mode     string       `json:"mode"`
	Lease    string       `json:"leaseSeconds"`
	Secret   string       `json:"secret"`

	APIName string `json:"apiName"`
	Context string `json:"apiContext"`
	Version string `json:"apiVersion"`
	Name    string `json:"subscriberName"`
	Tier    string `json:"tier"`
	AppTier string `json:"applicationTier"`
	APITier string `json:"apiTier"`
}

// blankType is what a token's type becomes that is not said: an OAuth2 constant, taken for the default of
// column TOKEN_TYPE of AM_REVOKED_JWT.
const blankType = "DEFAULT"

// tokenRevocation is the type of the revocation of one token.
const tokenRevocation = "token_revocation"

// notify serves POST /notify. The header chooses the handler; what a handler makes of the body becomes
// an administrator's step. A handler that nobody knows fails, as whatever else does, with 500 and
// {"Message":…}: of the product's answer to it nothing is public.
func (api *internalAPI) notify(w http.ResponseWriter, q *http.Request) {
	body, err := io.ReadAll(q.Body)
	var step *event.Step
	if err == nil {
		switch name := q.Header.Get(headerHandler); name {
		case "", defaultHandler, identityHandler:
			step, err = keyManagerStep(body)
		case webhookHandler:
			step, err = webhookStep(body, api.host.site.wall(&api.host.run.clock, api.host.run.clock.now()))
		default:
			err = fmt.Errorf("no handler is called %q in the header %s; want %s, %s, %s or none", name, headerHandler, defaultHandler, identityHandler, webhookHandler)
		}
	}
	switch {
	case err != nil:
		api.failed(w, q, placed(err))
	case step == nil: // a type that the handler does not know is taken silently, as by the product; here it is counted
		api.note(q, http.StatusOK, "no type of event that the handler of key managers knows stands in it")
		w.Write([]byte("{}"))
	default:
		api.carryOut(w, q, step)
	}
}

// carryOut hands a step to the node and answers for it.
func (api *internalAPI) carryOut(w http.ResponseWriter, q *http.Request, step *event.Step) {
	h := api.host
	c := h.run.newCall(h.site, step, h.run.clock.now())
	h.post(c)
	select {
	case m := <-c.reply:
		done, ok := m.(*event.StepDone)
		switch {
		case ok && done.Status == http.StatusOK:
			w.Write([]byte("{}"))
		case ok:
			api.failed(w, q, done.Reason)
		default:
			api.failed(w, q, "the notification was not taken")
		}
	case <-q.Context().Done():
		panic(http.ErrAbortHandler) // hangs up: to return would be to answer 200
	}
}

// failed answers as the product does for a handler that failed (NotifyApiServiceImpl.java).
func (api *internalAPI) failed(w http.ResponseWriter, q *http.Request, message string) {
	api.note(q, http.StatusInternalServerError, message)
	w.Header().Set("Content-Type", "application/json")
	w.WriteHeader(http.StatusInternalServerError)
	json.NewEncoder(w).Encode(map[string]string{"Message": message})
}

// keyManagerStep is what the default handler makes of a body: it looks for a type anywhere in the text, in
// this order (protocol/eventhub.md 4.2). nil is a type that it does not know.
func keyManagerStep(body []byte) (*event.Step, error) {
	holds := func(kind string) bool { return bytes.Contains(body, []byte(kind)) }
	app, subject := holds(event.ConsumerAppRevoked), holds(event.SubjectRevoked)
	if !app && !subject && !holds(tokenRevocation) {
		return nil, nil
	}
	var n notification
	if err := json.Unmarshal(body, &n); err != nil {
		return nil, fmt.Errorf("read the revocation: %w", err)
	}
	s := &event.Step{ID: n.EventID, Notified: true}
	switch {
	case app:
		s.RevokeSubject = &event.RevokedSubject{ConsumerKey: n.ConsumerKey, At: n.At, TenantID: n.Tenant}
	case subject:
		s.RevokeSubject = &event.RevokedSubject{Entity: n.Entity, Kind: n.Kind, At: n.At, TenantID: n.Tenant}
	case n.Token == "":
		return nil, errors.New("read the revocation: it has no accessToken")
	default:
		s.Revoke = &event.RevokedToken{Token: n.Token, Expiry: n.Expiry, Type: cmp.Or(strings.TrimSpace(n.Type), blankType), TenantID: n.Tenant}
	}
	return s, nil
}

// webhookStep is what the handler of webhooks makes of a body: it expires its lease from now on, 0 is
// never.
func webhookStep(body []byte, now event.Wall) (*event.Step, error) {
	var n webhookNotification
	if err := json.Unmarshal(body, &n); err != nil {
		return nil, fmt.Errorf("read the webhook's subscription: %w", err)
	}
	w := &event.WebhookEvent{
		API: n.API, AppID: n.AppID, Callback: n.Callback, Topic: n.Topic, Mode: strings.ToLower(n.Mode), Tenant: n.Tenant, Secret: n.Secret,
		By: event.Subscriber{APIName: n.APIName, Context: n.Context, Version: n.Version, Name: n.Name, Tier: n.Tier, AppTier: n.AppTier, APITier: n.APITier},
	}
	w.By.Limit()
	if n.Lease != "" {
		seconds, err := strconv.ParseInt(n.Lease, 10, 40)
		if err != nil {
			return nil, fmt.Errorf("read the webhook's subscription: leaseSeconds: want a number, found %q", n.Lease)
		}
		w.ExpireAt = now + event.Wall(seconds*1000)
	}
	return &event.Step{Webhook: w}, nil
}
