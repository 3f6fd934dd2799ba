package scenarios

import (
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"hubsim/event"
)

// written puts files into a directory of their own.
func written(t *testing.T, files map[string]string) string {
	t.Helper()
	dir := t.TempDir()
	for name, text := range files {
		if err := os.WriteFile(filepath.Join(dir, name), []byte(text), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	return dir
}

const (
	gold   = `{"list":[{"name":"Gold","stopOnQuotaReach":true,"defaultLimit":{"requestCount":{"timeUnit":"min","unitTime":1,"requestCount":7}}}]}`
	custom = `{"list":[{"name":"Admin","keyTemplate":"$userId","siddhiQuery":"FROM RequestStream SELECT userId, true AS isEligible, userId AS throttleKey INSERT INTO EligibilityStream; FROM EligibilityStream[isEligible==true]#throttler:timeBatch(1 min, 0) SELECT throttleKey, (count(userId) >= 5) AS isThrottled, expiryTimeStamp GROUP BY throttleKey INSERT ALL EVENTS INTO ResultStream;"}]}`
)

func TestReadPolicies(t *testing.T) {
	dir := written(t, map[string]string{"subscription-policies.json": gold, "prod-global-policies.json": custom})
	all, err := ReadPolicies(dir)
	if err != nil || len(all) != 2 || all[0].Level != event.CustomLevel || all[1].Name != "Gold" || all[1].Quota != 7 || all[1].Tenant != event.Super {
		t.Errorf("a directory: %+v, %v", all, err)
	}
	if all, err = ReadPolicies(filepath.Join(dir, "subscription-policies.json")); err != nil || len(all) != 1 {
		t.Errorf("a file: %+v, %v", all, err)
	}
}

func TestReadPoliciesRefuses(t *testing.T) {
	for _, c := range []struct {
		why   string
		files map[string]string
		want  string
	}{
		{"nothing", nil, "holds no *.json"},
		{"a file that is named after no list", map[string]string{"policies.json": gold}, "policies.json does not say which policies it holds"},
		{"no JSON", map[string]string{"api-policies.json": "{\n  \"list\": [}"}, "api-policies.json:2:12: invalid character '}'"},
		{"an array and no object around it", map[string]string{"api-policies.json": "[" + gold[9:len(gold)-2] + "]"},
			"api-policies.json:1:1: want an object {…}, found an array\nhint: put the array into an object, {\"list\": […]}: a control plane answers GET /internal/data/v1/api-policies with"},
		{"a text", map[string]string{"api-policies.json": ` "x"`}, "api-policies.json:1:2: want an object {…}, found a string\nhint: a control plane answers"},
		{"nothing in it", map[string]string{"api-policies.json": "\n"}, "api-policies.json:1:1: unexpected end of JSON input; the file is empty\nhint: "},
		{"an end in the middle", map[string]string{"api-policies.json": "{\n \"list\": ["}, "api-policies.json:2:10: unexpected end of JSON input\nhint: "},
		{"null", map[string]string{"api-policies.json": "null"}, "api-policies.json:1:1: list: an array was expected\nhint: "},
		{"an object for the list", map[string]string{"api-policies.json": `{"list": {"Gold": {}}}`}, "api-policies.json:1:10: list: want an array […], found an object\nhint: "},
		{"a number for a policy", map[string]string{"api-policies.json": `{"list": [12]}`}, "api-policies.json:1:11: list: want an object {…}, found a number\nhint: "},
		{"an array for a limit", map[string]string{"api-policies.json": `{"list": [{"defaultLimit": []}]}`}, "api-policies.json:1:28: list.defaultLimit: want an object {…}, found an array"},
		{"a number for a truth", map[string]string{"subscription-policies.json": `{"list": [{"stopOnQuotaReach": 1}]}`}, "subscription-policies.json:1:32: list.stopOnQuotaReach: want true or false, found a number"},
		{"a fraction", map[string]string{"api-policies.json": `{"list": [{"id": 1.5}]}`}, "api-policies.json:1:18: list.id: want a whole number, found the number 1.5"},
		{"no list", map[string]string{"api-policies.json": "{}"}, "api-policies.json:1:1: list: an array was expected"},
		{"a text for a number", map[string]string{"api-policies.json": "{\"list\": [\n {\"id\": \"x\"}]}"}, "api-policies.json:2:9: list.id: want a whole number, found a string"},
		{"an unknown unit, in the second row", map[string]string{"api-policies.json": "{\"list\": [\n " + gold[9:len(gold)-2] + ",\n {\"name\": \"P\", \"defaultLimit\": {\"requestCount\":\n   {\"unitTime\": 1, \"timeUnit\": \"moon\"}}}]}"},
			`api-policies.json:4:20: list[1].defaultLimit.requestCount.timeUnit: sec, min, hour`},
		{"what is not there stands where it should be", map[string]string{"api-policies.json": "{\"list\": [\n {\"name\": \"P\"}]}"}, "api-policies.json:2:2: list[0].defaultLimit: want a limit"},
		{"a query beyond the subset", map[string]string{"global-policies.json": strings.Replace(custom, "throttler:timeBatch", "window.time", 1)},
			"global-policies.json:1:50: list[0].siddhiQuery: siddhi query, line 1:148: #window.time is not supported"},
		{"a query whose key nobody looks up", map[string]string{"global-policies.json": strings.Replace(custom, `"keyTemplate":"$userId",`, "", 1)},
			"global-policies.json:1:10: list[0].keyTemplate: want a key template"},
		{"one policy in two files", map[string]string{"a-subscription-policies.json": gold, "b-subscription-policies.json": gold}, `the subscription policy "Gold" is given twice`},
	} {
		all, err := ReadPolicies(written(t, c.files))
		if err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%s: %+v, %v; want %s", c.why, all, err, c.want)
		}
	}
	if _, err := ReadPolicies("nowhere"); !errors.Is(err, os.ErrNotExist) {
		t.Errorf("nothing there: %v", err)
	}
}

// TestImportTakesThePlace: an imported policy is the one that a run counts by.
func TestImportTakesThePlace(t *testing.T) {
	s, err := Load("overshoot-curve")
	if err != nil {
		t.Fatal(err)
	}
	e, err := s.Prepare(Options{Seed: 1, Policies: []event.Policy{
		{Name: "Hundred", Level: event.SubscriptionLevel, Tenant: event.Super, Quota: 3, Window: event.Second},
		{Name: "Hundred", Level: event.ApplicationLevel, Tenant: event.Super, Quota: 4, Window: event.Second},
	}})
	if err != nil {
		t.Fatal(err)
	}
	if len(e.catalog.policies) != 2 || e.catalog.policies[0].Quota != 3 || e.catalog.policies[0].ID != 1 || e.catalog.policies[1].ID != 2 {
		t.Errorf("%+v", e.catalog.policies)
	}
}

// FuzzPosition: wherever a way leads in whatever text, it is a place in it.
func FuzzPosition(f *testing.F) {
	f.Add([]byte(gold), "list[0].defaultLimit.requestCount.timeUnit")
	f.Add([]byte(`{"list":[1,[2,{"a":3}]]}`), "list[1][1].a")
	f.Fuzz(func(t *testing.T, text []byte, way string) {
		if at := position(text, way); at < 1 || at > int64(len(text))+1 {
			t.Fatalf("%q in %q: %d", way, text, at)
		}
	})
}
