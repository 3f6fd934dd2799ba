package deployment

import "testing"

func TestPositions(t *testing.T) {
	at := positionsOf([]byte(`top = 1
[server]
hostname = "cp"
[transport.https]
properties.port = 9443
[[apim.gateway.environment]]
name = "Default"
[[apim.gateway.environment]]
name = "Other"
[[event_listener]]
id = "a"
[event_listener.properties]
'header.X' = "default"
[apim.event_hub]
urls = ["tcp://a:1",
        "tcp://b:2"]
inline = { a = { b = 1 } }
groups = [{ urls = ["x"] }, { urls = ["y"] }]
`))
	for _, c := range []struct {
		about, path string
		want        spot
	}{
		{"a key before any table", `top`, spot{1, 1}},
		{"a table", `server`, spot{2, 2}},
		{"a key of a table", `server.hostname`, spot{3, 1}},
		{"a dotted key", `transport.https.properties.port`, spot{5, 1}},
		{"the first of an array of tables", `apim.gateway.environment[0].name`, spot{7, 1}},
		{"the second of it", `apim.gateway.environment[1].name`, spot{9, 1}},
		{"a table inside the last of an array, and a key that holds a dot", `event_listener[0].properties."header.X"`, spot{13, 1}},
		{"an element of an array", `apim.event_hub.urls[0]`, spot{15, 9}},
		{"an element on the next line", `apim.event_hub.urls[1]`, spot{16, 9}},
		{"a key in an inline table", `apim.event_hub.inline.a.b`, spot{17, 18}},
		{"a key of an inline table of an array", `apim.event_hub.groups[1].urls`, spot{18, 31}},
		{"the array under its bare name", `apim.gateway.environment`, spot{6, 3}},
	} {
		if got := at[c.path]; got != c.want {
			t.Errorf("%s: %s is at %v, want %v", c.about, c.path, got, c.want)
		}
	}
}

func TestPositionsStopAtBadSyntax(t *testing.T) {
	at := positionsOf([]byte("a = 1\nb = = 2\nc = 3\n"))
	if at["a"] != (spot{1, 1}) || at["c"] != (spot{}) {
		t.Errorf("positions of a broken document: %v", at)
	}
}

func TestSchemaOf(t *testing.T) {
	for path, want := range map[string]string{
		`apim.throttling.url_group[12].type`:         `apim.throttling.url_group.type`,
		`event_listener[0].properties."a[b].c"`:      `event_listener.properties."a[b].c"`,
		`event_listener[0].properties."a\"[b].c"[1]`: `event_listener.properties."a\"[b].c"`,
		`a[`: `a`,
	} {
		if got := schemaOf(path); got != want {
			t.Errorf("schemaOf(%s) = %s, want %s", path, got, want)
		}
	}
}
