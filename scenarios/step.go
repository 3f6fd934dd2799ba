package scenarios

import (
	"fmt"

	"hubsim/event"
	"hubsim/world"
)

// Step is what an administrator does. Exactly one of the deeds is said.
type Step struct {
	At    Duration `yaml:"at"`
	Every Duration `yaml:"every,omitempty" jsonschema:"description=again each time this has passed"`
	Times int      `yaml:"times,omitempty" jsonschema:"description=how often; once unless said"`
	ID    string   `yaml:"id,omitempty" jsonschema:"description=the event's id\\, to follow it by"`
	To    string   `yaml:"to,omitempty" jsonschema:"description=the control plane that gets it; unless said the load balancer chooses"`

	Revoke     string   `yaml:"revoke,omitempty" jsonschema:"description=the token of this application; repeated\\, of NAME-1\\, NAME-2 …"`
	Deploy     string   `yaml:"deploy,omitempty" jsonschema:"description=this API\\, a further revision each time"`
	Labels     []string `yaml:"labels,omitempty" jsonschema:"description=deploy: to these gateway environments; the API's own unless said"`
	Undeploy   string   `yaml:"undeploy,omitempty"`
	Policy     *Policy  `yaml:"policy,omitempty" jsonschema:"description=create or change this policy"`
	KeyManager string   `yaml:"key_manager,omitempty" jsonschema:"description=add this key manager"`
	Block      string   `yaml:"block,omitempty" jsonschema:"description=block this user"`
}

// steps makes out all steps, in order of time.
func (e *Experiment) steps() error {
	for i, s := range e.Scenario.Steps {
		to, err := e.controlPlanes(s.To)
		if err != nil {
			return fmt.Errorf("step %d: %w", i+1, err)
		}
		for n := range max(s.Times, 1) {
			do, err := e.deed(&s, i, n)
			if err != nil {
				return fmt.Errorf("step %d: %w", i+1, err)
			}
			at := event.Duration(s.At) + event.Duration(n)*event.Duration(s.Every)
			if at >= event.Duration(e.Scenario.Length) {
				return fmt.Errorf("step %d: it comes at %v, when the run of %v is over", i+1, at, event.Duration(e.Scenario.Length))
			}
			e.World.Steps = append(e.World.Steps, world.Step{At: at, To: to, Do: do})
		}
	}
	sortSteps(e.World.Steps)
	return nil
}

// deed makes out the n-th repetition of a step.
func (e *Experiment) deed(s *Step, index, n int) (*event.Step, error) {
	do := &event.Step{ID: s.ID}
	if do.ID == "" {
		do.ID = fmt.Sprintf("step-%d", index+1)
	}
	if s.Times > 1 {
		do.ID = fmt.Sprintf("%s.%d", do.ID, n+1)
	}
	c := e.catalog
	switch {
	case s.Revoke != "":
		name := s.Revoke
		if group := c.groups[name]; s.Times > 1 || len(group) > 1 {
			if n >= len(group) {
				return nil, fmt.Errorf("revoke: app %q has %d tokens, the step wants the %d-th", name, len(group), n+1)
			}
			name = group[n]
		}
		token := c.tokens[name]
		if token == nil {
			return nil, fmt.Errorf("revoke: app %q is not in the catalog", name)
		}
		do.Revoke = &event.RevokedToken{Token: token.ID, Expiry: token.Expires}
	case s.Deploy != "":
		return do, e.deploy(do, s)
	case s.Undeploy != "":
		api, ok := c.find(s.Undeploy)
		if !ok {
			return nil, fmt.Errorf("undeploy: api %q is not in the catalog", s.Undeploy)
		}
		do.Undeploy = api.UUID
	case s.Policy != nil:
		var one catalog
		if err := one.addPolicies([]Policy{*s.Policy}); err != nil {
			return nil, err
		}
		do.Policy = &one.policies[0]
	case s.KeyManager != "":
		do.KeyManager = &event.KeyManager{Name: s.KeyManager, Type: s.KeyManager, Enabled: true, Tenant: event.Super}
	case s.Block != "":
		do.Block = &event.BlockingCondition{ID: index + 1, Kind: "USER", Value: s.Block + "@" + string(event.Super), On: true, Tenant: event.Super}
	default:
		return nil, fmt.Errorf("it says nothing to do: revoke, deploy, undeploy, policy, key_manager or block")
	}
	return do, nil
}

func (e *Experiment) deploy(do *event.Step, s *Step) error {
	api, ok := e.catalog.find(s.Deploy)
	if !ok {
		return fmt.Errorf("deploy: api %q is not in the catalog", s.Deploy)
	}
	e.revisions[api.UUID]++
	next := *api
	next.Revision = api.Revision + e.revisions[api.UUID]
	if len(s.Labels) > 0 {
		next.Labels = s.Labels
	}
	do.Deploy = &next
	return nil
}
