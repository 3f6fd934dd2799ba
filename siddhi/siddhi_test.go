package siddhi_test

import (
	"errors"
	"fmt"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"hubsim/event"
	"hubsim/siddhi"
)

// sample is a whole rule; tests change one thing in it.
const sample = `FROM RequestStream
SELECT userId, (userId == 'admin@carbon.super' and apiContext == '/pizza/1.0.0') AS isEligible,
  str:concat(userId, ':', '/pizza/1.0.0') as throttleKey
INSERT INTO EligibilityStream;
FROM EligibilityStream[isEligible==true]#throttler:timeBatch(1 min)
SELECT throttleKey, (count(userId) >= 5) as isThrottled, expiryTimeStamp group by throttleKey
INSERT ALL EVENTS into ResultStream;`

func TestSample(t *testing.T) {
	r, err := siddhi.Parse(sample)
	if err != nil {
		t.Fatal(err)
	}
	if r.Unit != event.Minute || r.Aligned || r.Limit != 5 {
		t.Errorf("unit %v, aligned %t, limit %d", r.Unit, r.Aligned, r.Limit)
	}
	for _, c := range []struct {
		why  string
		a    event.Attributes
		want event.ThrottleKey
	}{
		{"the user and the API that it is about", event.Attributes{UserID: "admin@carbon.super", APIContext: "/pizza/1.0.0"}, "admin@carbon.super:/pizza/1.0.0"},
		{"another API", event.Attributes{UserID: "admin@carbon.super", APIContext: "/pasta/1.0.0"}, ""},
		{"nobody", event.Attributes{APIContext: "/pizza/1.0.0"}, ""},
	} {
		if got, ok := r.Key(&siddhi.Row{Attributes: &c.a}); got != c.want || ok != (c.want != "") {
			t.Errorf("%s: %q, %t; want %q", c.why, got, ok, c.want)
		}
	}
}

// rule is the sample with another eligibility and key.
func rule(eligible, key string) string {
	return "from RequestStream select (" + eligible + ") as isEligible, " + key + " as throttleKey insert into EligibilityStream; " +
		"from EligibilityStream[isEligible]#throttler:timeBatch(1 hour, 0) select throttleKey, count() >= 3 as isThrottled, expiryTimeStamp " +
		"group by throttleKey insert all events into ResultStream"
}

func TestExpressions(t *testing.T) {
	a := &event.Attributes{UserID: "bob", AppID: "7", APITenant: "a.com", AppTier: "Gold"}
	for _, c := range []struct {
		eligible, key, want string // "" is not concerned
	}{
		{"true", "userId", "bob"},
		{"false", "userId", ""},
		{"not false", "'all'", "all"},
		{"NOT (userId == 'bob') OR appId == \"7\"", "userId", "bob"},
		{"userId == 'bob' or true and false", "userId", "bob"},
		{"(userId == 'bob' or true) and false", "userId", ""},
		{"userId != 'eve'", "userId", "bob"},
		{"'bob' == userId", "userId", "bob"},
		{"apiName != 'x'", "userId", ""},     // null differs from nothing
		{"apiName == apiName", "userId", ""}, // and equals nothing, itself neither
		{"not (apiName == 'x')", "userId", "bob"},
		{"true", "apiName", ""}, // a null key
		{"true", "str:concat(apiName, userId, ':', str:concat('a', appId))", "bob:a7"},
		{"str:concat(userId, '!') == 'bob!'", "str:concat('x', '')", "x"},
		{"appTier == 'Gold' -- a comment\n and /* one\n more */ apiTenant == 'a.com'", "userId", "bob"},
		{"userId == 'b\u00f6b'", "userId", ""},
		{"map:get(propertiesMap, 'plan') == 'free'", "str:concat(userId, ':', cast(map:get(propertiesMap, 'plan'), 'string'))", "bob:free"},
		{"map:get(propertiesMap, 'other') != 'free'", "userId", ""}, // a null
	} {
		r, err := siddhi.Parse(rule(c.eligible, c.key))
		if err != nil {
			t.Errorf("%s, %s: %v", c.eligible, c.key, err)
			continue
		}
		plan := func(name string) (string, bool) { return "free", name == "plan" }
		if got, ok := r.Key(&siddhi.Row{Attributes: a, Property: plan}); string(got) != c.want || ok != (c.want != "") {
			t.Errorf("%s, %s: %q, want %q", c.eligible, c.key, got, c.want)
		}
		if !r.Aligned || r.Unit != event.Hour || r.Limit != 3 {
			t.Errorf("%s: %+v", c.eligible, r)
		}
	}
}

func TestUnits(t *testing.T) {
	for text, want := range map[string]event.Duration{
		"250 millisec": 250 * event.Millisecond, "1 sec": event.Second, "90 SECONDS": 90 * event.Second, "5 min": 5 * event.Minute,
		"2 hours": 2 * event.Hour, "1 day": 24 * event.Hour, "1 week": 168 * event.Hour, "1 month": 720 * event.Hour, "2 years": 17520 * event.Hour,
	} {
		r, err := siddhi.Parse(strings.Replace(sample, "1 min", text, 1))
		if err != nil || r.Unit != want {
			t.Errorf("%s: %v, %v; want %v", text, r, err, want)
		}
	}
}

// Each change of the sample is refused, at its line, by name.
func TestRefusals(t *testing.T) {
	for _, c := range []struct{ old, new, want string }{
		{"#throttler:timeBatch(1 min)", "#window.time(1 min)", "line 5:41: #window.time is not supported: want #throttler:timeBatch"},
		{"#throttler:timeBatch(1 min)", "#throttler:timeLength(1 min, 0, 5)", "line 5:41: #throttler:timeLength is not supported"},
		{"#throttler:timeBatch(1 min)", "", "line 6:1: SELECT is not supported: want #throttler:timeBatch"},
		{"1 min", "1 fortnight", "line 5:64: the unit fortnight is not supported"},
		{"1 min", "1 min 30 sec", "line 5:68: 30 in timeBatch is not supported: want one number with one unit"},
		{"1 min", "0 min", "line 5:62: want a length of at least 1"},
		{"1 min", "99999999999 years", "line 5:62: want a length of at least 1 and of at most 292 years"},
		{"1 min", "99999999999999999999 min", "line 5:62: want a whole number, found 99999999999999999999"},
		{"1 min", "1.5 min", "want a whole number, found 1.5"},
		{"1 min", "1 min, 30", "line 5:69: the start 30 is not supported: want 0, or no start"},
		{">= 5", "> 5", "line 6:36: count(…) > is not supported: want >="},
		{">= 5", ">= 0", "want a limit from 1"},
		{">= 5", ">= appId", "want a whole number, found appId"},
		{">= 5)", ">= 5 and true)", "line 6:41: and behind the count is not supported: want one comparison"},
		{"count(userId)", "sum(userId)", "line 6:22: sum is not supported: want count(throttleKey) >= N"},
		{"count(userId)", "throttler:count(userId, reset)", "line 6:22: throttler:count is not supported"},
		{"count(userId)", "count(messageID)", "count(messageID): EligibilityStream has no such attribute"},
		{", expiryTimeStamp", "", "line 6:57: want , expiryTimeStamp, which GlobalThrottleStream needs, found group"},
		{"group by throttleKey", "group by userId", "line 6:83: userId is not supported: want throttleKey here"},
		{"group by throttleKey", "", "want group, found INSERT"},
		{"group by throttleKey", "group by throttleKey having isThrottled", "having is not supported: want insert into ResultStream"},
		{"INSERT ALL EVENTS into", "INSERT INTO", "line 7:8: insert INTO is not supported: want insert all events into ResultStream"},
		{"ResultStream", "MyStream", "line 7:24: MyStream is not supported: want ResultStream here"},
		{"FROM RequestStream", "FROM RequestStream[userId == 'x']", "line 1:19: a filter is not supported: want select behind RequestStream"},
		{"FROM RequestStream", "FROM RequestStream#window.length(3)", "#window.length is not supported"},
		{"FROM RequestStream", "FROM RequestStream join Other", "line 1:20: join is not supported"},
		{"FROM RequestStream", "define stream X (a int); FROM RequestStream", "line 1:1: define is not supported: a custom policy is two queries"},
		{"FROM RequestStream", "@Plan:name('x') FROM RequestStream", "line 1:1: @Plan is not supported"},
		{"userId ==", "regex:find('a', userId) ==", "line 2:17: regex:find is not supported: the functions are str:concat, map:get(propertiesMap, 'name') and cast of that to 'string'"},
		{"userId ==", "cast(map:get(propertiesMap,'ip'),'Long') ==", "line 2:50: 'Long' is not supported: want 'string'"},
		{"userId ==", "cast(userId,'string') ==", "line 2:22: cast of userId is not supported"},
		{"userId ==", "map:get(propertiesMap, ip) ==", "line 2:40: ip is not supported: want the name of a property in quotes"},
		{"userId ==", "map:get(properties, 'ip') ==", "line 2:25:"},
		{"userId ==", "ip ==", "line 2:17: the attribute ip is not supported: in an expression stand appKey"},
		{"userId ==", "messageID ==", "the attribute messageID is not supported"},
		{"userId == 'admin", "userId > 'admin", "line 2:24: > is not supported: want == or !="},
		{"SELECT userId", "SELECT map:get(propertiesMap, 'ip') as ip", "line 2:8: map:get is not supported: select attributes of RequestStream"},
		{"SELECT userId", "SELECT userId, userId", "line 2:16: userId is selected twice"},
		{"as throttleKey", "as key", "line 3:3: str:concat is not supported: select attributes of RequestStream, isEligible and throttleKey"},
		{" AS isEligible", " AS eligible", "line 2:16: ( is not supported: select attributes"},
		{"'admin@carbon.super'", "'admin", "line 2:65: a text begins here and does not end on this line"},
		{"INSERT ALL", "/* INSERT ALL", "line 7:1: a comment begins here and does not end"},
		{"isEligible==true", "isEligible==false", "isEligible == false is not supported"},
		{"isEligible==true", "isEligible==true and true", "line 5:41: and in the filter is not supported"},
		{"ResultStream;", "ResultStream; from X select * insert into Y;", "line 7:43: X is not supported: want ResultStream here"},
		{sample, "", "line 1:1: want from, found the end of the query"},
		{sample, strings.Repeat(" ", 1<<17), "want at most 65536 bytes"},
		{sample, rule(strings.Repeat("(", 200)+"true"+strings.Repeat(")", 200), "'k'"), "want at most 100 brackets"},
		{sample, rule("true", strings.Repeat("str:concat(", 200)+"'k'"+strings.Repeat(")", 200)), "want at most 100 brackets"},
	} {
		_, err := siddhi.Parse(strings.Replace(sample, c.old, c.new, 1))
		var at *siddhi.Error
		if !errors.As(err, &at) || at.Line < 1 || at.Column < 1 || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%q for %q:\n%v, want\n%s", c.new, c.old, err, c.want)
		}
	}
}

// The template's own query may have been copied along.
func TestTemplateQuery(t *testing.T) {
	const own = `
from ResultStream#throttler:emitOnStateChange(throttleKey, isThrottled)
select *
insert into GlobalThrottleStream;`
	if _, err := siddhi.Parse(sample + own); err != nil {
		t.Error(err)
	}
	for change, want := range map[string]string{
		"select throttleKey": "want *, found throttleKey", "#throttler:other(": "#throttler:other is not supported", "insert into Elsewhere": "Elsewhere is not supported",
	} {
		old := map[string]string{"select throttleKey": "select *", "#throttler:other(": "#throttler:emitOnStateChange(", "insert into Elsewhere": "insert into GlobalThrottleStream"}[change]
		if _, err := siddhi.Parse(sample + strings.Replace(own, old, change, 1)); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%s: %v, want %s", change, err, want)
		}
	}
	if _, err := siddhi.Parse(sample + own + own); err == nil || !strings.Contains(err.Error(), "from is not supported: the rule is complete") {
		t.Errorf("twice: %v", err)
	}
}

// drawCondition makes a condition and its naive value for a request.
func drawCondition(t *rapid.T, a *event.Attributes, depth int) (text string, value bool) {
	kinds := []string{"equal", "differ", "constant"}
	if depth > 0 {
		kinds = append(kinds, "and", "or", "not")
	}
	switch kind := rapid.SampledFrom(kinds).Draw(t, "kind"); kind {
	case "constant":
		value = rapid.Bool().Draw(t, "constant")
		return fmt.Sprint(value), value
	case "not":
		text, value = drawCondition(t, a, depth-1)
		return "not (" + text + ")", !value
	case "and", "or":
		left, l := drawCondition(t, a, depth-1)
		right, r := drawCondition(t, a, depth-1)
		if kind == "and" {
			return "(" + left + ") and (" + right + ")", l && r
		}
		return "(" + left + ") or (" + right + ")", l || r
	default:
		attribute := rapid.SampledFrom([]string{"userId", "appId", "apiName"}).Draw(t, "attribute")
		have := map[string]string{"userId": a.UserID, "appId": a.AppID, "apiName": a.APIName}[attribute]
		want := rapid.SampledFrom([]string{"a", "b"}).Draw(t, "value")
		if kind == "equal" {
			return attribute + " == '" + want + "'", have == want
		}
		return attribute + " != '" + want + "'", have != "" && have != want
	}
}

func TestConditionsAgainstNaive(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		word := rapid.SampledFrom([]string{"", "a", "b", "c"})
		a := &event.Attributes{UserID: word.Draw(t, "user"), AppID: word.Draw(t, "app"), APIName: word.Draw(t, "api")}
		text, want := drawCondition(t, a, 4)
		r, err := siddhi.Parse(rule(text, "'k'"))
		if err != nil {
			t.Fatalf("%s: %v", text, err)
		}
		if _, got := r.Key(&siddhi.Row{Attributes: a}); got != want {
			t.Fatalf("%s for %+v: %t, want %t", text, a, got, want)
		}
	})
}

func FuzzParse(f *testing.F) {
	f.Add(sample)
	f.Add(rule("not (userId != 'x') or false", "str:concat(appId, ':')"))
	for _, cut := range []int{10, 60, 150, 250, 330} {
		f.Add(sample[:cut])
	}
	f.Fuzz(func(t *testing.T, text string) {
		r, err := siddhi.Parse(text)
		var at *siddhi.Error
		switch {
		case err == nil:
			r.Key(&siddhi.Row{Attributes: &event.Attributes{UserID: "u"}})
			if r.Unit <= 0 || r.Limit < 1 {
				t.Fatalf("%+v", r)
			}
		case !errors.As(err, &at) || at.Line < 1 || at.Line > 1+strings.Count(text, "\n"):
			t.Fatalf("%v", err)
		}
	})
}
