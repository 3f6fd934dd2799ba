package deployment

import (
	"strings"
	"testing"
)

// A control plane hears of revoked tokens by the last of several listeners, in a name that it has a handler for,
// and by a key manager's own installation.
func TestToldOfRevocations(t *testing.T) {
	const cp, before, header = "cp-1.toml", "[[event_listener]]", `'header.X-WSO2-KEY-MANAGER' = "default"`
	const other = "[[event_listener]]\nid = \"token_revocation\"\ntype = \"org.wso2.carbon.identity.core.handler.AbstractIdentityHandler\"\nname = \"org.wso2.is.notification.ApimOauthEventInterceptor\"\n\n"
	identity := func(listener string) edit {
		return edit{"is-1.toml", "", "[database.identity_db]\ntype = \"h2\"\n\n" + listener}
	}
	const endpoint = "[event_listener.properties]\nnotification_endpoint = \"https://cp-1:9443/internal/data/v1/notify\"\n"
	own := edit{cp, "[apim.key_manager]", "[apim.key_manager]\ntype = \"WSO2-IS\""}
	for _, row := range []struct {
		why   string
		edits []edit
		told  bool
	}{
		{"as the pattern has it", nil, true},
		{"one without an endpoint, and the pattern's behind it", []edit{{cp, before, other + before}}, true},
		{"one without an endpoint behind it", []edit{{cp, header, header + "\n\n" + other}}, false},
		{"another listener behind it", []edit{{cp, header, header + "\n\n[[event_listener]]\nid = \"user_mgt\"\nname = \"Users\"\n"}}, true},
		{"no listener of this kind", []edit{{cp, `id = "token_revocation"`, `id = "x"`}, {cp, "ApimOauthEventInterceptor", "Other"}}, false},
		{"its endpoint is a port on which nobody listens", []edit{{cp, "/internal/data/v1/notify", ":9999/internal/data/v1/notify"}}, false},
		{"in no name", []edit{{cp, header, ""}}, true},
		{"in WSO2 Identity Server's name", []edit{{cp, header, strings.Replace(header, "default", "WSO2-IS", 1)}}, true},
		{"in the name that older documentation has", []edit{{cp, header, strings.Replace(header, "default", "WSO2IS", 1)}}, false},
		{"tokens are another key manager's", []edit{own, {cp, `id = "token_revocation"`, `id = "x"`}, {cp, "ApimOauthEventInterceptor", "Other"}}, true},
		{"which tells of them", []edit{own, identity(other + endpoint)}, true},
		{"which tells nobody", []edit{own, identity(other)}, false},
		{"which tells in a strange name", []edit{own, identity(other + endpoint + strings.Replace(header, "default", "WSO2IS", 1))}, false},
	} {
		d, found, err := ReadFS(edited(t, "gw-cp", row.edits), "set")
		if err != nil {
			t.Fatal(err)
		}
		if got := d.told(d.Host("cp-1")); got != row.told {
			t.Errorf("%s: told %v, want %v: %v", row.why, got, row.told, found)
		}
	}
}
