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
}

// tokenRevocation is the type of the one notification that is modelled. The product takes other
// types silently, and so do we.
const tokenRevocation = "token_revocation"

// notify serves POST /notify: a revocation becomes an administrator's step.
func (api *internalAPI) notify(w http.ResponseWriter, q *http.Request) {
	var n notification
	if err := json.NewDecoder(q.Body).Decode(&n); err != nil {
		refuse(w, http.StatusBadRequest, "read the notification: "+err.Error())
		return
	}
	if n.Type != tokenRevocation {
		w.Write([]byte("{}"))
		return
	}
	h := api.host
	step := &event.Step{ID: n.EventID, Revoke: &event.RevokedToken{Token: n.Token, Expiry: n.Expiry}}
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
