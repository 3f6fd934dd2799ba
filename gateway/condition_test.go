package gateway

import (
	"encoding/base64"
	"strings"
	"testing"

	"hubsim/event"
)

func text64(json string) string { return base64.StdEncoding.EncodeToString([]byte(json)) }

// TestEvaluatedConditions matches one call against conditions as decisions carry them.
func TestEvaluatedConditions(t *testing.T) {
	r := &event.Request{
		ClientIP: "10.0.0.2",
		Headers:  []event.Pair{{Name: "User-Agent", Value: "bot 7"}},
		Query:    []event.Pair{{Name: "q", Value: "no"}, {Name: "q", Value: "abc"}},
		Claims:   []event.Pair{{Name: "role", Value: "admin"}},
	}
	all := flags{true, true, true}
	for _, c := range []struct {
		why, json string
		flags     flags
		want      bool
	}{
		{"an address as a number", `[{"ipspecific":{"specificIp":167772162,"invert":false}}]`, flags{}, true},
		{"an address as text", `[{"ipspecific":{"specificIp":"10.0.0.2","invert":false}}]`, flags{}, true},
		{"another address", `[{"ipspecific":{"specificIp":167772163,"invert":false}}]`, flags{}, false},
		{"another address, inverted", `[{"ipspecific":{"specificIp":167772163,"invert":true}}]`, flags{}, true},
		{"the first of a range", `[{"iprange":{"startingIp":167772162,"endingIp":167772170,"invert":false}}]`, flags{}, true},
		{"the last of a range", `[{"iprange":{"startingIp":167772160,"endingIp":167772162,"invert":false}}]`, flags{}, true},
		{"an address of the other kind", `[{"iprange":{"startingIp":"::1","endingIp":"ffff::","invert":false}}]`, flags{}, false},
		{"a header's name has no case, and the text is searched", `[{"header":{"values":{"USER-agent":"[0-9]"},"invert":false}}]`, all, true},
		{"the text has", `[{"header":{"values":{"user-agent":"BOT"},"invert":false}}]`, all, false},
		{"without its flag a header is not looked at", `[{"header":{"values":{"user-agent":"bot"},"invert":false}}]`, flags{query: true, claim: true}, false},
		{"and what else the object asks decides", `[{"header":{"values":{"user-agent":"x"}},"ipspecific":{"specificIp":167772162}}]`, flags{}, true},
		{"of two parameters the later counts", `[{"queryparametertype":{"values":{"q":"^a"},"invert":false}}]`, all, true},
		{"a parameter's name has case", `[{"queryparametertype":{"values":{"Q":"^a"},"invert":false}}]`, all, false},
		{"a claim", `[{"jwtclaims":{"values":{"role":"admin"},"invert":false}}]`, all, true},
		{"all values of a condition", `[{"jwtclaims":{"values":{"role":"admin","x":""},"invert":false}}]`, all, false},
		{"what is missing matches the inverted", `[{"jwtclaims":{"values":{"x":""},"invert":true}}]`, all, true},
		{"all conditions of an object", `[{"jwtclaims":{"values":{"role":"admin"}},"ipspecific":{"specificIp":1}}]`, all, false},
		{"any object of the array", `[{"ipspecific":{"specificIp":1}},{"jwtclaims":{"values":{"role":"admin"}}}]`, all, true},
		{"no object", `[]`, all, false},
		{"an empty object", `[{}]`, all, false},
		{"an expression that is none matches nothing", `[{"header":{"values":{"user-agent":"("},"invert":false}}]`, all, false},
		{"not even inverted", `[{"header":{"values":{"user-agent":"("},"invert":true}}]`, all, false},
		{"a type nobody knows neither", `[{"moon":{"invert":true}}]`, all, false},
	} {
		var l library
		e, _ := l.read(text64(c.json))
		if got := e.match(&call{Request: r}, c.flags); got != c.want {
			t.Errorf("%s: %v, want %v", c.why, got, c.want)
		}
	}
}

// TestEvaluatedFaults reads what nobody should publish.
func TestEvaluatedFaults(t *testing.T) {
	for _, c := range []struct{ why, text, says string }{
		{"no base64", "*", "base64"},
		{"no JSON", text64("hello"), "invalid character"},
		{"no array", text64("{}"), "cannot unmarshal"},
		{"no address", text64(`[{"ipspecific":{}}]`), "neither an address"},
		{"an address beyond 128 bits", text64(`[{"ipspecific":{"specificIp":` + strings.Repeat("9", 40) + `}}]`), "neither an address"},
		{"a range of two kinds", text64(`[{"iprange":{"startingIp":1,"endingIp":"::1"}}]`), "one kind"},
		{"no expression", text64(`[{"header":{"values":{"a":"("}}}]`), "missing closing"},
		{"a type nobody knows", text64(`[{"moon":{}}]`), `"moon"`},
	} {
		var l library
		_, err := l.read(c.text)
		if err == nil || !strings.Contains(err.Error(), c.says) {
			t.Errorf("%s: %v, want %q", c.why, err, c.says)
		}
		if _, again := l.read(c.text); again != err {
			t.Errorf("%s: read twice: %v, then %v", c.why, err, again)
		}
	}
	var l library
	for i := range maxEvaluated + 10 {
		l.read(text64(event.Mono(i).String()))
	}
	if len(l.known) > maxEvaluated {
		t.Errorf("%d texts are kept", len(l.known))
	}
}

// TestAddresses reads addresses as conditions hold them and writes them as events do.
func TestAddresses(t *testing.T) {
	for _, c := range []struct{ text, number string }{
		{"10.0.0.1", "167772161"}, {"167772161", "167772161"}, {"255.255.255.255", "4294967295"},
		{"::ffff:10.0.0.1", "167772161"}, {"::1:0:0", "4294967296"}, {"4294967296", "4294967296"},
	} {
		a, err := parseAddress(c.text)
		if got := string(appendNumber(nil, a)); err != nil || got != c.number {
			t.Errorf("%s: %v %s, want %s", c.text, err, got, c.number)
		}
	}
	for _, text := range []string{"", "x", "-1", "10.0.0", "10.0.0.1.2", ":", "1e9"} {
		if a, err := parseAddress(text); err == nil {
			t.Errorf("%q is read as %v", text, a)
		}
	}
	proxied := &event.Request{ClientIP: "192.0.2.1", Headers: []event.Pair{{Name: "X-Forwarded-For", Value: " 10.0.0.9 , 192.0.2.7"}}}
	if got := callerIP(proxied); got != "10.0.0.9" {
		t.Errorf("behind a proxy the caller is %q, want the first element", got)
	}
}

// TestProperties builds events' properties.
func TestProperties(t *testing.T) {
	const tokens = `"TOTAL_TOKENS":0,"PROMPT_TOKENS":0,"COMPLETION_TOKENS":0}`
	r := event.Request{ClientIP: "10.0.0.1", Size: 512,
		Headers: []event.Pair{{Name: "X-Tier", Value: `go"ld`}},
		Query:   []event.Pair{{Name: "ip", Value: "mine"}},
		Claims:  []event.Pair{{Name: "messageSize", Value: "small"}}}
	all := flags{true, true, true}
	large := route{bytes: true, application: "Mobile", subscriptionType: "API"}
	for _, c := range []struct {
		why   string
		route route
		flags flags
		ip    string
		want  string
	}{
		{"nobody looks", route{}, flags{}, "10.0.0.1", ""},
		{"a group asks for addresses", route{addresses: true}, flags{}, "10.0.0.1", `{"ip":167772161,"ipv6":0,` + tokens},
		{"of the other kind", route{addresses: true}, flags{}, "::1:0:0:0", `{"ip":0,"ipv6":281474976710656,` + tokens},
		{"an address that is none", route{addresses: true}, flags{}, "x", `{` + tokens},
		{"a custom rule exists", route{rules: []rule{{}}}, flags{}, "10.0.0.1", `{"ip":167772161,"ipv6":0,` + tokens},
		{"a header, its name in lower case", route{}, flags{header: true}, "10.0.0.1", `{"ip":167772161,"ipv6":0,"x-tier":"go\"ld",` + tokens},
		{"a parameter overwrites the address", route{}, flags{query: true}, "10.0.0.1", `{"ip":"mine","ipv6":0,` + tokens},
		{"the message's size overwrites a claim", large, all, "10.0.0.1",
			`{"ip":"mine","ipv6":0,"x-tier":"go\"ld","messageSize":512,"applicationName":"Mobile","subscriptionType":"API",` + tokens},
	} {
		g := New(WSO2())
		g.flags = c.flags
		r := r
		r.ClientIP = c.ip
		if got := g.properties(&c.route, &call{Request: &r}); got != c.want {
			t.Errorf("%s:\n%s, want\n%s", c.why, got, c.want)
		}
	}
}

// What a mediator set goes with the event whatever the flags, behind headers and before all else.
func TestCustomPropertiesOfAnEvent(t *testing.T) {
	r := event.Request{Headers: []event.Pair{{Name: "Plan", Value: "of the header"}}, Query: []event.Pair{{Name: "zone", Value: "of the query"}},
		Custom: []event.Pair{{Name: "plan", Value: "free"}, {Name: "zone", Value: "eu"}, {Name: "TOTAL_TOKENS", Value: "many"}}}
	for _, c := range []struct {
		flags flags
		want  string
	}{
		{flags{}, `{"plan":"free","zone":"eu","TOTAL_TOKENS":0,"PROMPT_TOKENS":0,"COMPLETION_TOKENS":0}`},
		{flags{true, true, true}, `{"plan":"free","zone":"of the query","TOTAL_TOKENS":0,"PROMPT_TOKENS":0,"COMPLETION_TOKENS":0}`},
	} {
		g := New(WSO2())
		g.flags = c.flags
		if got := g.properties(&route{}, &call{Request: &r}); got != c.want {
			t.Errorf("%s, want\n%s", got, c.want)
		}
	}
}

// A template's variables are spelt for each call.
func TestRulesAreSpeltForEachCall(t *testing.T) {
	a := &event.Attributes{UserID: "bob", AppID: "7"}
	all := templates{known: map[string]bool{"$userId:$customProperty.plan:$clientIp": true}}
	rule := &all.rulesOf(a, "")[0]
	for _, c := range []struct {
		ip     string
		custom []event.Pair
		want   string
	}{
		{"10.0.0.1", []event.Pair{{Name: "plan", Value: "free"}}, "bob:free:167772161"},
		{"10.0.0.1", nil, "bob:$customProperty.plan:167772161"},
		{"", []event.Pair{{Name: "plan", Value: "free"}}, ""},
	} {
		g := New(WSO2())
		there := g.spell(rule, &call{Request: &event.Request{ClientIP: c.ip, Custom: c.custom}})
		if there != (c.want != "") || there && string(g.scratch) != c.want {
			t.Errorf("%q, want %q", g.scratch, c.want)
		}
	}
}
