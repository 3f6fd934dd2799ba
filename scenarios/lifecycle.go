package scenarios

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	"hubsim/event"
)

// APIStatus says which status an API gets.
type APIStatus struct {
	API    string `yaml:"api"`
	Status string `yaml:"status" jsonschema:"description=CREATED\\, PROTOTYPED\\, PUBLISHED\\, BLOCKED\\, DEPRECATED or RETIRED"`
}

// apiStatuses are those of the product's life cycle of an API.
var apiStatuses = []string{"CREATED", "PROTOTYPED", "PUBLISHED", "BLOCKED", "DEPRECATED", event.Retired}

// lifeOfAPI makes a step create an API, save it again, change its status or delete it.
func (out *catalog) lifeOfAPI(do *event.Step, s *Step) error {
	name := cmp.Or(s.CreateAPI, s.SaveAPI, s.DefaultVersion, s.DeleteAPI)
	if s.APIStatus != nil {
		name = s.APIStatus.API
	}
	api, ok := out.find(name)
	if !ok {
		return out.noAPI(name)
	}
	if s.APIStatus != nil {
		if !slices.Contains(apiStatuses, s.APIStatus.Status) {
			return fmt.Errorf("the status %q is none\nhint: it is %s", s.APIStatus.Status, strings.Join(apiStatuses, ", "))
		}
		do.Lifecycle = &event.Lifecycle{UUID: api.UUID, Status: s.APIStatus.Status}
		return nil
	}
	of := *api
	of.Default = s.DefaultVersion != "" || s.CreateAPI != "" && of.Default
	do.API, do.Delete = &of, s.DeleteAPI != ""
	if s.CreateAPI == "" {
		return nil
	}
	of.Status = "CREATED"
	if !slices.ContainsFunc(out.later, func(a event.API) bool { return a.UUID == of.UUID }) {
		return fmt.Errorf("api %q is there from the start\nhint: write later: true in the catalog, or save_api", name)
	}
	return nil
}
