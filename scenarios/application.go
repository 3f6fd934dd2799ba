package scenarios

import (
	"cmp"

	"hubsim/event"
)

// AppTier says what becomes of an app.
type AppTier struct {
	App  string `yaml:"app"`
	Tier string `yaml:"tier,omitempty" jsonschema:"description=its application policy; the catalog's unless said"`
	// Attributes take the place of those that it has.
	Attributes map[string]string `yaml:"attributes,omitempty" jsonschema:"description=its attributes; the catalog's unless said"`
}

// keyManagerName is the product's name of the key manager beside a control plane.
const keyManagerName = "Resident Key Manager"

// lifeOfApp makes a step set an app, again if it went, or remove it; or give it its consumer key, or take it away.
// An app that is made again has no consumer key before it is given one.
func (out *catalog) lifeOfApp(do *event.Step, s *Step) error {
	name := cmp.Or(s.RemoveApp, s.MapKey, s.UnmapKey)
	if s.SetApp != nil {
		name = s.SetApp.App
	}
	app := out.app(name)
	if app == nil {
		return out.noApp(name)
	}
	if token := out.tokens[name]; s.MapKey != "" || s.UnmapKey != "" {
		do.KeyMapping = &event.KeyMapping{AppUUID: app.UUID, ConsumerKey: token.ConsumerKey, KeyType: token.KeyType, Manager: keyManagerName, Tenant: app.Tenant()}
		do.Delete = s.UnmapKey != ""
		return nil
	}
	of := *app
	of.ConsumerKeys = nil
	do.Application, do.Delete = &of, s.RemoveApp != ""
	if s.SetApp != nil && len(s.SetApp.Attributes) > 0 {
		of.Attributes = entries(s.SetApp.Attributes)
	}
	if s.SetApp != nil && s.SetApp.Tier != "" {
		of.Tier = s.SetApp.Tier
		return out.has(event.ApplicationLevel, of.Tier, of.Tenant())
	}
	return nil
}
