package live

import (
	"encoding/json"
	"net/http"

	"hubsim/event"
)

// notification is the body with which a key manager tells of a revocation
// (wso2-extensions/apim-km-wso2is, ApimOauthEventInterceptor and EventSender).
type notification struct {
	Type    string        `json:"type"`
	EventID string        `json:"eventId"`
	Token   event.TokenID `json:"accessToken"` // a JWT's jti
	Expiry  event.Wall    `json:"expiryTime"`

	ConsumerKey string     `json:"consumerKey"`
	Entity      string     `json:"entityId"`
	Kind        string     `json:"entityType"`
	At          event.Wall `json:"revocationTime"`
}

// tokenRevocation is the type of the revocation of one token.
const tokenRevocation = "token_revocation"

// step is what the notification asks for, nil for a type that is not modelled. The product takes such
// types silently, and so do we.
func (n *notification) step() *event.Step {
	s := &event.Step{ID: n.EventID}
	switch n.Type {
	case tokenRevocation:
		s.Revoke = &event.RevokedToken{Token: n.Token, Expiry: n.Expiry}
	case event.ConsumerAppRevoked:
		s.RevokeSubject = &event.RevokedSubject{ConsumerKey: n.ConsumerKey, At: n.At}
	case event.SubjectRevoked:
		s.RevokeSubject = &event.RevokedSubject{Entity: n.Entity, Kind: n.Kind, At: n.At}
	default:
		return nil
	}
	return s
}

// notify serves POST /notify: a revocation becomes an administrator's step.
func (api *internalAPI) notify(w http.ResponseWriter, q *http.Request) {
	var n notification
	if err := json.NewDecoder(q.Body).Decode(&n); err != nil {
		refuse(w, http.StatusBadRequest, "read the notification: "+err.Error())
		return
	}
	step := n.step()
	if step == nil {
		w.Write([]byte("{}"))
		return
	}
	h := api.host
	c := h.run.newCall(h.site, step, h.run.clock.now())
	h.take(c)
	select {
	case m := <-c.reply:
		if done, ok := m.(*event.StepDone); ok && done.Status == http.StatusOK {
			w.Write([]byte("{}"))
			return
		}
		refuse(w, http.StatusInternalServerError, "the revocation was not taken")
	case <-q.Context().Done():
		panic(http.ErrAbortHandler) // hangs up: to return would be to answer 200
	}
}
