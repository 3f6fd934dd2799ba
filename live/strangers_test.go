package live_test

import (
	"bytes"
	"errors"
	"io"
	"net"
	"net/http"
	"slices"
	"strings"
	"testing"
	"time"

	"hubsim/event"
	"hubsim/node"
	"hubsim/trace"
	"hubsim/wire/databridge"
)

// Strangers are clients that are not of the world: real gateways, key managers, agents.

var (
	cpPull = event.Endpoint{Node: "cp-1", Service: event.Pull}
	cpFeed = event.Endpoint{Node: "cp-1", Service: event.Feed}
)

func TestTheInternalAPIAnswersStrangers(t *testing.T) {
	for _, row := range []struct {
		what         string
		method, path string
		password     string
		body         string
		status       int
		contains     string
	}{
		{"who knows the password is answered", "GET", "/revokedjwt", "admin", "", 200, "4f1c"},
		{"who does not is not", "GET", "/revokedjwt", "guess", "", 401, "wrong"},
		{"an unknown path is none of ours", "GET", "/no-such-list", "admin", "", 404, "not modelled"},
		{"labels must be base64", "GET", "/apis?gatewayLabel=%21", "admin", "", 400, "base64"},
		{"a key manager's revocation is taken", "POST", "/notify", "admin",
			`{"accessToken":"4f1c","expiryTime":99,"eventId":"e-1","type":"token_revocation","tokenType":"Opaque","tenantId":7}`, 200, "{}"},
		{"a consumer key's revocation is taken", "POST", "/notify", "admin",
			`{"type":"consumer_app_revocation_event","eventId":"r-9","consumerKey":"ck-9","revocationTime":1750000300000}`, 200, "{}"},
		{"a user's revocation is taken", "POST", "/notify", "admin",
			`{"type":"subject_entity_revocation_event","eventId":"r-10","entityId":"nobody","entityType":"USER_ID","revocationTime":1750000300000}`, 200, "{}"},
		{"another type is taken silently, as the product does", "POST", "/notify", "admin", `{"type":"other"}`, 200, "{}"},
		{"a notification without a type that is known is taken, whatever it is", "POST", "/notify", "admin", `{`, 200, "{}"},
		{"a revocation that is not JSON fails", "POST", "/notify", "admin", `{token_revocation`, 500, `{"Message":"read the revocation`},
		{"an acknowledgement that is not JSON is refused", "PATCH", "/apis/deployed-revisions", "admin", `{`, 400, "code"},
		{"an acknowledgement of two revisions is two requests", "PATCH", "/apis/deployed-revisions", "admin",
			`[{"apiId":"a","revisionId":1,"envInfo":[]},{"apiId":"b","revisionId":2,"envInfo":[]}]`, 200, "{}"},
	} {
		t.Run(row.what, func(t *testing.T) {
			seen := visit(t, town(nil), cpPull, func(at string) {
				q, err := http.NewRequest(row.method, "http://"+at+"/internal/data/v1"+row.path, strings.NewReader(row.body))
				q.SetBasicAuth("admin", row.password)
				if resp, body := do(t, q, err); resp.StatusCode != row.status || !strings.Contains(body, row.contains) {
					t.Errorf("%d %s", resp.StatusCode, body)
				}
			})
			if strings.Contains(row.what, "key manager's") {
				step := seen.once(t, "cp-1", trace.Called, event.ClassStep).Msg.(*event.Step)
				if step.ID != "e-1" || *step.Revoke != (event.RevokedToken{Token: "4f1c", Expiry: 99, Type: "Opaque", TenantID: 7}) {
					t.Errorf("the step is %+v", step)
				}
			}
		})
	}
}

// agent is a stranger's connection to a data-bridge receiver.
type agent struct {
	t       *testing.T
	conn    net.Conn
	answers *databridge.Reader
}

func dialAgent(t *testing.T, at string) *agent {
	conn, err := net.Dial("tcp", at)
	if err != nil {
		t.Fatal(err)
	}
	conn.SetDeadline(time.Now().Add(patience))
	return &agent{t, conn, databridge.NewReader(conn, databridge.DefaultLimit)}
}

// says sends bytes and returns the answer.
func (a *agent) says(b []byte) databridge.Response {
	if _, err := a.conn.Write(b); err != nil {
		a.t.Error(err)
	}
	r, err := a.answers.Response()
	if err != nil {
		a.t.Error(err)
	}
	return r
}

// bundle is the frame of a publish of n throttle events.
func bundle(t *testing.T, session string, n int) []byte {
	b, err := databridge.AppendMessages(nil, session, slices.Repeat([]event.Message{throttle()}, n), 1000)
	if err != nil {
		t.Fatal(err)
	}
	return b
}

func TestTheDataBridgeTakesAStrangersAgent(t *testing.T) {
	good := databridge.AppendLogin(nil, databridge.Login{User: "admin", Password: "admin"})
	seen := visit(t, town(nil), cpFeed, func(at string) {
		probe := dialAgent(t, at)
		probe.conn.Close() // the agent's liveness probe

		control := dialAgent(t, at)
		defer control.conn.Close()
		if r := control.says(databridge.AppendLogin(nil, databridge.Login{User: "admin", Password: "guess"})); r.Class != databridge.BadLogin {
			t.Errorf("a wrong password is answered with %+v", r)
		}
		login := control.says(good)
		if login.Code != databridge.LoggedIn || len(login.Session) != 36 {
			t.Errorf("the log-in is answered with %+v", login)
		}

		data := dialAgent(t, at)
		defer data.conn.Close()
		publish := func(session string, events int) databridge.Response {
			return data.says(bundle(t, session, events))
		}
		if r := publish("no-such-session", 1); r.Class != databridge.SessionExpired {
			t.Errorf("an unknown session is answered with %+v", r)
		}
		if r := publish(login.Session, 2); r.Code != databridge.OK {
			t.Errorf("a batch on another connection than the log-in's is answered with %+v", r)
		}
		unknown := bytes.Replace(bundle(t, login.Session, 2), []byte(event.RequestStream), bytes.Repeat([]byte("x"), len(event.RequestStream)), 1)
		if r := data.says(unknown); r.Code != databridge.OK {
			t.Errorf("a batch with an unknown stream is answered with %+v", r)
		}
		logout := databridge.AppendLogout([]byte{9, 0, 0, 0, 1, '?'}, databridge.Logout{Session: login.Session})
		if r := data.says(logout); r.Code != databridge.OK {
			t.Errorf("a logout behind an unknown type is answered with %+v", r)
		}
		if r := publish(login.Session, 1); r.Class != databridge.SessionExpired {
			t.Errorf("a session that logged out is answered with %+v", r)
		}
	})
	var events, bad int
	for _, r := range seen.records(func(r *trace.Record) bool { return r.Node == "cp-1" && r.Service == event.Feed }) {
		switch batch, _ := r.Msg.(*event.Batch); {
		case r.Kind == trace.Received && r.Peer != "gw-1":
			events += len(batch.Events)
		case r.Kind == trace.Dropped && r.Reason == event.Malformed:
			bad += int(r.N)
		}
	}
	if events != 3 || bad != 1 {
		t.Errorf("%d events and %d bad ones came, want 3 and 1", events, bad)
	}
	if refused := ignored(seen, event.Refused); len(refused) != 3 || !strings.Contains(refused[0], "password") {
		t.Errorf("noted as refused: %q, want the wrong password and two sessions that are none", refused)
	}
}

// ignored are the details of what cp-1 says it ignored for a reason.
func ignored(seen *watch, why event.Reason) (details []string) {
	for _, r := range seen.records(func(r *trace.Record) bool {
		return r.Node == "cp-1" && r.Kind == trace.Noted && r.Note.Fact == node.EventIgnored && r.Note.Reason == why
	}) {
		details = append(details, r.Note.Detail)
	}
	return details
}

// TestHalfARequestIsCounted sends a control plane what never becomes a request, and then a good one.
func TestHalfARequestIsCounted(t *testing.T) {
	seen := visit(t, town(nil), cpPull, func(at string) {
		for _, text := range []string{"", "\x00\x01\r\n\r\n", "POST /internal/data/v1/notify HT", "POST /internal/data/v1/notify HTTP/1.1\r\nHost: x\r\nAuthorization: Basic YWRtaW46YWRtaW4=\r\nContent-Length: 99\r\n\r\n{\"type\""} {
			conn, err := net.Dial("tcp", at)
			if err != nil {
				t.Error(err)
				return
			}
			conn.SetDeadline(time.Now().Add(patience))
			io.WriteString(conn, text)
			conn.(*net.TCPConn).CloseWrite()
			io.Copy(io.Discard, conn) // until it has been read and hung up on
			conn.Close()
		}
		q, err := http.NewRequest("GET", "http://"+at+"/internal/data/v1/revokedjwt", nil)
		q.SetBasicAuth("admin", "admin")
		if resp, body := do(t, q, err); resp.StatusCode != 200 {
			t.Errorf("a good request behind them is answered with %d %s", resp.StatusCode, body)
		}
	})
	if got := ignored(seen, event.Malformed); len(got) != 2 {
		t.Errorf("noted as malformed: %q, want the two that were no request", got)
	}
	if got := ignored(seen, event.Refused); len(got) != 1 || !strings.Contains(got[0], "unexpected EOF") {
		t.Errorf("noted as refused: %q, want the notification that ended in its middle", got)
	}
}

func TestAnAgentThatBreaksTheProtocolIsHungUpOn(t *testing.T) {
	seen := visit(t, town(nil), cpFeed, func(at string) {
		a := dialAgent(t, at)
		defer a.conn.Close()
		a.conn.Write([]byte{2, 0xff, 0xff, 0xff, 0xff}) // a publish of 4 GB
		if _, err := a.answers.Response(); !errors.Is(err, io.EOF) {
			t.Errorf("the receiver says %v, want EOF", err)
		}
	})
	if got := ignored(seen, event.Malformed); len(got) != 1 || !strings.Contains(got[0], "frame") {
		t.Errorf("noted as malformed: %q, want the frame", got)
	}
}
