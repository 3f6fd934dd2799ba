package event

import "cmp"

// Webhook subscriptions and revoked subjects.

// webhookJSON is a row of /webhooks-subscriptions.
type webhookJSON struct {
	API             string `json:"apiUUID"`
	Context         string `json:"apiContext"`
	Version         string `json:"apiVersion"`
	Tenant          Tenant `json:"tenantDomain"`
	TenantID        int    `json:"tenantId"`
	App             string `json:"appID"`
	Callback        string `json:"callbackURL"`
	Topic           string `json:"topicName"`
	Secret          string `json:"secret"`
	Expiry          Wall   `json:"expiryTime"`
	Tier            string `json:"tier"`
	ApplicationTier string `json:"applicationTier"`
	APITier         string `json:"apiTier"`
	Subscriber      string `json:"subscriberName"`
}

func webhooksJSON(all []WebhookEvent) []webhookJSON {
	rows := make([]webhookJSON, len(all))
	for i, w := range all {
		rows[i] = webhookJSON{API: w.API, Context: w.By.Context, Version: w.By.Version, Tenant: w.Tenant, TenantID: w.Tenant.ID(),
			App: w.AppID, Callback: w.Callback, Topic: w.Topic, Secret: w.Secret, Expiry: w.ExpireAt, Tier: cmp.Or(w.By.Tier, Unlimited),
			ApplicationTier: cmp.Or(w.By.AppTier, Unlimited), APITier: cmp.Or(w.By.APITier, Unlimited), Subscriber: w.By.Name}
	}
	return rows
}

func (w webhookJSON) webhook() WebhookEvent {
	by := Subscriber{Context: w.Context, Version: w.Version, Name: w.Subscriber, Tier: w.Tier, AppTier: w.ApplicationTier, APITier: w.APITier}
	by.Limit()
	return WebhookEvent{API: w.API, AppID: w.App, Callback: w.Callback, Topic: w.Topic, Mode: "subscribe", ExpireAt: w.Expiry, Tenant: w.Tenant,
		Secret: w.Secret, By: by}
}

// subjectJSON is our own form: the members of the topic's messages.
type subjectJSON struct {
	ConsumerKey string `json:"consumerKey,omitempty"`
	Entity      string `json:"entityId,omitempty"`
	Kind        string `json:"entityType,omitempty"`
	At          Wall   `json:"revocationTime"`
}

func subjectsJSON(all []RevokedSubject) []subjectJSON {
	rows := make([]subjectJSON, len(all))
	for i, s := range all {
		rows[i] = subjectJSON{s.ConsumerKey, s.Entity, s.Kind, s.At}
	}
	return rows
}

func parseSubjects(b []byte) ([]RevokedSubject, error) {
	all, err := parseArray(PathSubjects, b, func(s subjectJSON) RevokedSubject {
		return RevokedSubject{ConsumerKey: s.ConsumerKey, Entity: s.Entity, Kind: s.Kind, At: s.At}
	})
	if err != nil {
		return nil, err
	}
	for i := range all {
		if !all[i].Valid() {
			return nil, &FormError{Doing: "read the answer of " + string(PathSubjects), Kind: ErrMalformed,
				Detail: "a consumer key, or an entity of the kind USER_ID or CLIENT_ID, was expected"}
		}
	}
	return all, nil
}
