package spelling

import "testing"

func TestHint(t *testing.T) {
	for _, row := range []struct {
		why, given string
		names      []string
		want       string
	}{
		{"a slip", "lenght", []string{"name", "length"}, "did you mean length?"},
		{"a beginning", "over", []string{"under-admission", "over-admission"}, "did you mean over-admission?"},
		{"capitals", "pizza", []string{"Pizza"}, "did you mean Pizza?"},
		{"nothing like it", "zzzzzz", []string{"a", "b"}, "there are: a, b"},
		{"no names at all", "x", nil, "there are none here"},
		{"an empty name", "", []string{"pizza"}, "there are: pizza"},
	} {
		if got := Hint(row.given, row.names); got != row.want {
			t.Errorf("%s: %q, want %q", row.why, got, row.want)
		}
	}
}

func TestNearest(t *testing.T) {
	names := []string{"run", "report", "from", "for", "quickstart", "revoke-one-gateway", "revoke-during-partition"}
	for given, want := range map[string]string{
		"rnu": "run", "form": "from", "quickstrat": "quickstart", "revoke-one": "revoke-one-gateway", "xyzzy": "", "": "", "reprot": "report",
	} {
		if got := Nearest(given, names); got != want {
			t.Errorf("nearest to %q is %q, want %q", given, got, want)
		}
	}
}

func TestSlip(t *testing.T) {
	names := []string{"apim.event_hub.service_url", "apim.throttling.enable_policy_deploy", "Default", "tm-1"}
	for _, row := range []struct{ why, given, want string }{
		{"a letter too few", "apim.event_hub.servce_url", "apim.event_hub.service_url"},
		{"capitals", "default", "Default"},
		{"two letters swapped", "apim.event_hub.sevrice_url", "apim.event_hub.service_url"},
		{"a beginning is another key", "apim.throttling", ""},
		{"more than three edits in a long name", "apim.throttling.enable_policies", ""},
		{"a short name with another number", "tm-2", "tm-1"},
		{"half of a short name is different", "gw-2", ""},
	} {
		if got := Slip(row.given, names); got != row.want {
			t.Errorf("%s: %q, want %q", row.why, got, row.want)
		}
	}
}
