package live

import (
	"strings"
	"testing"

	"hubsim/event"
)

// TestAnswersThatAreNone expects whatever an internal API answers to become a failed attempt, and what
// could not be read to say its place.
func TestAnswersThatAreNone(t *testing.T) {
	for _, row := range []struct {
		what   string
		path   event.Path
		status int
		body   string
		want   int
		place  string
	}{
		{"garbage", event.PathAPIs, 200, "<html>", 502, "read the answer of /apis"},
		{"nothing", event.PathKeyManagers, 200, "", 502, "/keymanagers"},
		{"another list's form", event.PathRevoked, 200, `{"list":[]}`, 502, "/revokedjwt"},
		{"a number that is a text", event.PathAPIs, 200, `{"list":[{"uuid":"u","apiId":"x"}]}`, 502, "apiId"},
		{"an artifact that is no JSON", event.PathArtifacts, 200, `{"list":["<api/>"]}`, 502, "/runtime-artifacts"},
		{"a client's mistake", event.PathAPIs, 401, "{}", 401, ""},
		{"a server's", event.PathAPIs, 503, "<html>", 503, ""},
		{"a good one", event.PathRevoked, 200, `[{"jwt_signature":"j","expiry_time":1}]`, 200, ""},
	} {
		p := pulled(asked{id: 1, path: row.path}, row.status, []byte(row.body))
		if p.Status != row.want || (row.place == "") != (p.Problem == "") || !strings.Contains(p.Problem, row.place) {
			t.Errorf("%s: %d %q, want %d at %q", row.what, p.Status, p.Problem, row.want, row.place)
		}
	}
}
