package scenarios

import (
	"fmt"
	"strconv"

	"hubsim/event"
)

// LogLevel says how much gateways log of an API's calls.
type LogLevel struct {
	API    string `yaml:"api"`
	Level  string `yaml:"level" jsonschema:"description=as the product names it: FULL"`
	Method string `yaml:"method,omitempty" jsonschema:"description=of one operation: its verb"`
	Path   string `yaml:"path,omitempty" jsonschema:"description=of one operation: its path"`
}

// APIKey says for whom an API key is, and where from it may be used.
type APIKey struct {
	App     string `yaml:"app"`
	API     string `yaml:"api"`
	IP      string `yaml:"ip,omitempty" jsonschema:"description=callers' addresses that may use it; any unless said"`
	Referer string `yaml:"referer,omitempty" jsonschema:"description=callers' pages that may use it; any unless said"`
	Bound   string `yaml:"bound,omitempty" jsonschema:"description=what it is bound to\\, as a text"`
	// Properties are the product's map of texts.
	Properties map[string]string `yaml:"properties,omitempty"`
}

// logLevel makes a step tell gateways how much to log. No row of it is kept here.
func (out *catalog) logLevel(do *event.Step, l *LogLevel) error {
	api, ok := out.find(l.API)
	if !ok {
		return out.noAPI(l.API)
	}
	if l.Level == "" {
		return fmt.Errorf("a log level has no name\nhint: level: FULL")
	}
	do.Announce = &event.Notification{Type: event.LogLevelUpdate, Thing: &event.Thing{Name: api.Context, Detail: l.Level,
		More: said("apiId", "0", "uuid", api.UUID, "resourceMethod", l.Method, "resourcePath", l.Path)}}
	return nil
}

// apiKey makes a step issue or delete the API key of an app for an API. It never expires; when it was made the
// control plane says. No row of it is kept here.
func (out *catalog) apiKey(do *event.Step, of event.Type, k *APIKey) error {
	api, ok := out.find(k.API)
	if !ok {
		return out.noAPI(k.API)
	}
	app := out.app(k.App)
	if app == nil {
		return out.noApp(k.App)
	}
	token := out.tokens[k.App]
	do.Announce = &event.Notification{Type: of, Thing: &event.Thing{ID: app.UUID, Name: "hash-" + k.App + "-" + k.API, Detail: token.KeyType,
		Map: entries(k.Properties), More: said("uuid", "apikey-"+k.App+"-"+k.API, "name", k.App+"-"+k.API, "status", activeKey, "bound", k.Bound, "apiId", strconv.Itoa(api.ID), "apiUUId", api.UUID, "applicationId", strconv.Itoa(app.ID), "user", token.User,
			"validityPeriod", "-1", "permittedIP", k.IP, "permittedReferer", k.Referer)}}
	return nil
}

// activeKey is the status of an API key that may be used; the word is not verified.
const activeKey = "ACTIVE"

// said are pairs of name and value whose value is not empty: the product's writer leaves out what is null.
func said(namesAndValues ...string) (all []event.Pair) {
	for i := 0; i+1 < len(namesAndValues); i += 2 {
		if namesAndValues[i+1] != "" {
			all = append(all, event.Pair{Name: namesAndValues[i], Value: namesAndValues[i+1]})
		}
	}
	return all
}
