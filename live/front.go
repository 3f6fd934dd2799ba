package live

import (
	"encoding/json"
	"fmt"
	"net/http"
	"strconv"
	"time"

	"hubsim/event"
)

// frontService is where a node takes what comes by HTTP from outside the world: a gateway API calls, a traffic
// manager throttle events. No session of a member leads there.
const frontService event.Service = 0

// front serves API calls at a gateway.
func (h *host) front(w http.ResponseWriter, q *http.Request) {
	c, err := h.accept(q)
	if err != nil {
		http.Error(w, err.Error(), http.StatusBadRequest)
		return
	}
	h.post(c)
	select {
	case m := <-c.reply:
		if reply, ok := m.(*event.Reply); ok {
			writeReply(w, reply)
			return
		}
		http.Error(w, fmt.Sprintf("%s answered with a %s", h.site.ID, m.Class()), http.StatusInternalServerError)
	case <-q.Context().Done():
		panic(http.ErrAbortHandler) // hangs up: to return would be to answer 200
	}
}

// accept makes the HTTP request a call: the generator's own, or that of someone else.
func (h *host) accept(q *http.Request) (*call, error) {
	if id, err := strconv.ParseUint(q.Header.Get(headerCall), 10, 64); err == nil {
		if c := h.run.shared.claim(event.CallID(id)); c != nil {
			return c, nil
		}
	}
	req := &event.Request{}
	if form := q.Header.Get(headerRequest); form != "" || h.run.o.Directory == nil {
		if err := json.Unmarshal([]byte(form), req); err != nil {
			return nil, fmt.Errorf("read the header %s of the call: %w (hint: it is JSON, %s)", headerRequest, err,
				`{"Context":"/pizza/1.0.0","Version":"1.0.0","Resource":"/order","Verb":"POST","Token":{"ID":"…","ConsumerKey":"…"}}`)
		}
	} else if err := visitor(q, h.run.o.Directory, req); err != nil {
		return nil, err
	}
	c := h.run.newCall(h.site, req, h.run.clock.now())
	if req.ID == 0 {
		req.ID = strangers + event.RequestID(c.id)
	}
	return c, nil
}

// strangers is where the numbers of other people's calls begin: the generator counts its own from 1.
const strangers event.RequestID = 1 << 40

// refusal is the text of an error code (APIThrottleConstants.java, APISecurityConstants.java,
// _throttle_out_handler_.xml).
type refusal struct{ message, description string }

func refusalOf(c event.Code) refusal {
	switch c {
	case event.HardLimitExceeded:
		return refusal{"API Limit Reached", "API not accepting requests"}
	case event.ApplicationBurst:
		return refusal{"Message throttled out", "You have exceeded your application burst limit quota"}
	case event.RequestBlocked:
		return refusal{"Message blocked", "You have been blocked from accessing the resource"}
	case event.AuthenticationFailed:
		return refusal{"Unclassified Authentication Failure", "Unclassified Authentication Failure"}
	case event.InvalidCredentials:
		return refusal{"Invalid Credentials", "Invalid Credentials. Make sure you have provided the correct security credentials"}
	case event.MissingCredentials:
		return refusal{"Missing Credentials", "Make sure your API invocation call has a header: \"Authorization\""}
	case event.APIBlocked:
		return refusal{"The requested API is temporarily blocked", "Access failure: the subscription is blocked"}
	case event.SubscriptionInactive:
		return refusal{"The subscription to the API is inactive", "Access failure: the subscription is on hold"}
	case event.NoSubscription:
		return refusal{"Resource forbidden", "User is NOT authorized to access the Resource"}
	case event.NotDeployed:
		return refusal{"Not Found", "The requested resource is not available."}
	case event.Unavailable:
		return refusal{"Service Unavailable", "The gateway is not there or not ready"}
	}
	return refusal{"Message throttled out", "You have exceeded your quota"}
}

// accessTime is the format of nextAccessTime, of a time in UTC (ThrottleHandler.java).
const accessTime = "2006-Jan-02 15:04:05-0700 MST"

// writeReply answers as the product's gateway does: four strings as JSON, and Retry-After as a date. What a served
// call of an AI API used up is told as most models' services tell it.
func writeReply(w http.ResponseWriter, m *event.Reply) {
	w.Header().Set("Content-Type", "application/json; charset=UTF-8")
	if m.Code == event.Served {
		w.WriteHeader(m.Status)
		if u := m.Usage; u != nil {
			json.NewEncoder(w).Encode(map[string]any{"usage": map[string]int64{"prompt_tokens": u.Prompt, "completion_tokens": u.Completion, "total_tokens": u.Total()}})
		}
		return
	}
	text := refusalOf(m.Code)
	body := map[string]string{"code": strconv.Itoa(int(m.Code)), "message": text.message, "description": text.description}
	if m.NextAccess > 0 {
		at := time.UnixMilli(int64(m.NextAccess)).UTC()
		body["nextAccessTime"] = at.Format(accessTime)
		body["description"] += " .You can access API after " + body["nextAccessTime"]
		w.Header().Set("Retry-After", at.Format(http.TimeFormat))
	}
	w.WriteHeader(m.Status)
	json.NewEncoder(w).Encode(body)
}
