package event

import (
	"cmp"
	"strings"
)

// The rows of the lists of APIs, applications and subscriptions.

type apiJSON struct {
	UUID       string          `json:"uuid"`
	ID         int             `json:"apiId"`
	Provider   string          `json:"provider"`
	Name       string          `json:"name"`
	Version    string          `json:"version"`
	Context    string          `json:"context"`
	Policy     *string         `json:"policy"` // null: no policy at API level
	Type       string          `json:"apiType"`
	Status     string          `json:"status"`
	IsDefault  bool            `json:"isDefaultVersion"`
	Operations []mappingJSON   `json:"urlMappings"`
	Labels     []string        `json:"gatewayLabels,omitempty"`    // ours
	Revision   int             `json:"revisionId,omitempty"`       // ours
	Free       bool            `json:"subscriptionless,omitempty"` // ours: the product tells by the API's tiers
	Subtype    string          `json:"subtype,omitempty"`          // the word is the product's; that this list has it was not verified
	HardLimits *hardLimitsJSON `json:"hardLimits,omitempty"`       // ours: the product writes them into the Synapse artifact
}

// hardLimitsJSON holds units in milliseconds, as the product's throttle handler does; the counts of tokens have
// the names of TokenBaseThrottlingCountHolder.java.
type hardLimitsJSON struct {
	ProductionMax        int   `json:"productionMaxCount"`
	ProductionUnit       int64 `json:"productionUnitTime"`
	SandboxMax           int   `json:"sandboxMaxCount"`
	SandboxUnit          int64 `json:"sandboxUnitTime"`
	ProductionPrompt     int64 `json:"productionMaxPromptTokenCount,omitempty"`
	ProductionCompletion int64 `json:"productionMaxCompletionTokenCount,omitempty"`
	ProductionTotal      int64 `json:"productionMaxTotalTokenCount,omitempty"`
	SandboxPrompt        int64 `json:"sandboxMaxPromptTokenCount,omitempty"`
	SandboxCompletion    int64 `json:"sandboxMaxCompletionTokenCount,omitempty"`
	SandboxTotal         int64 `json:"sandboxMaxTotalTokenCount,omitempty"`
}

func hardLimitsOf(a *API) *hardLimitsJSON {
	p, s := a.Production, a.Sandbox
	if !p.Limits() && !s.Limits() {
		return nil
	}
	return &hardLimitsJSON{p.Max, int64(p.Unit / Millisecond), s.Max, int64(s.Unit / Millisecond),
		p.Tokens.Prompt, p.Tokens.Completion, p.Tokens.Total, s.Tokens.Prompt, s.Tokens.Completion, s.Tokens.Total}
}

// productType is the apiType of an API product (APIConstants.java).
const productType = "APIProduct"

// typeOf reads an apiType: of a product, or of an API.
func typeOf(text string) (product bool, kind string) {
	if text == productType || text == httpType {
		return text == productType, ""
	}
	return false, text
}

// aiSubtype is the subtype of an AI API (APIConstants.java, API_SUBTYPE_AI_API).
const aiSubtype = "AIAPI"

// httpType is the apiType of an API of no type of its own.
const httpType = "HTTP"

func apiType(a *API) string {
	switch {
	case a.Product:
		return productType
	case a.Type != "":
		return a.Type
	}
	return httpType
}

// The authScheme of a resource that needs a token, and of one that needs none.
const anyAuth, noAuth = "Any", "None"

type mappingJSON struct {
	AuthScheme string   `json:"authScheme"`
	Tier       string   `json:"throttlingPolicy"`
	Verb       string   `json:"httpMethod"`
	Template   string   `json:"urlPattern"`
	Scopes     []string `json:"scopes"`
}

func apisJSON(all []API) []apiJSON {
	rows := make([]apiJSON, len(all))
	for i, a := range all {
		row := apiJSON{UUID: a.UUID, ID: a.ID, Provider: a.Provider, Name: a.Name, Version: a.Version, Context: a.Context,
			Type: apiType(&a), Status: a.Status, IsDefault: a.Default, Operations: make([]mappingJSON, len(a.Resources)), Labels: a.Labels, Revision: a.Revision,
			Free: a.Subscriptionless, HardLimits: hardLimitsOf(&a)}
		if a.Tier != "" {
			row.Policy = &a.Tier
		}
		if a.AI {
			row.Subtype = aiSubtype
		}
		for j, r := range a.Resources {
			if r.Tier == "" {
				r.Tier = Unlimited // a gateway expects a name
			}
			row.Operations[j] = mappingJSON{AuthScheme: anyAuth, Tier: r.Tier, Verb: r.Verb, Template: r.Template, Scopes: []string{}}
			if r.NoAuth {
				row.Operations[j].AuthScheme = noAuth
			}
		}
		rows[i] = row
	}
	return rows
}

func (a apiJSON) api() API {
	api := API{UUID: a.UUID, ID: a.ID, Name: a.Name, Version: a.Version, Context: a.Context, Provider: a.Provider,
		Status: a.Status, Labels: a.Labels, Revision: a.Revision, Resources: each(a.Operations, mappingJSON.resource),
		Subscriptionless: a.Free, AI: a.Subtype == aiSubtype, Default: a.IsDefault}
	api.Product, api.Type = typeOf(a.Type)
	if a.Policy != nil {
		api.Tier = *a.Policy
	}
	if h := a.HardLimits; h != nil {
		api.Production = HardLimit{h.ProductionMax, Duration(h.ProductionUnit) * Millisecond, Tokens{h.ProductionPrompt, h.ProductionCompletion, h.ProductionTotal}}
		api.Sandbox = HardLimit{h.SandboxMax, Duration(h.SandboxUnit) * Millisecond, Tokens{h.SandboxPrompt, h.SandboxCompletion, h.SandboxTotal}}
	}
	if len(api.Labels) == 0 {
		api.Labels = nil
	}
	return api
}

func (m mappingJSON) resource() Resource {
	return Resource{Template: m.Template, Verb: m.Verb, Tier: m.Tier, NoAuth: m.AuthScheme == noAuth}
}

// artifactList holds each API as JSON within a string, as the product does (SynapseArtifactListDTO.java,
// DBRetriever.java).
type artifactList struct {
	Count int      `json:"count"`
	List  []string `json:"list"`
}

func artifactsJSON(all []API) (artifactList, error) {
	list := artifactList{Count: len(all), List: make([]string, len(all))}
	for i, row := range apisJSON(all) {
		text, err := appendJSON(nil, row)
		if err != nil {
			return list, err
		}
		list.List[i] = string(text)
	}
	return list, nil
}

func parseArtifacts(b []byte) ([]API, error) {
	texts, err := parseList(PathArtifacts, b, func(text string) string { return text })
	if err != nil {
		return nil, err
	}
	var all []API
	for _, text := range texts {
		var row apiJSON
		if err := decode(PathArtifacts, []byte(text), &row); err != nil {
			return nil, err
		}
		all = append(all, row.api())
	}
	return all, nil
}

type applicationJSON struct {
	UUID         string      `json:"uuid"`
	ID           int         `json:"id"`
	Name         string      `json:"name"`
	Subscriber   string      `json:"subName"`
	Policy       string      `json:"policy"`
	TokenType    string      `json:"tokenType"`
	Groups       []shareJSON `json:"groupIds"`
	Attributes   pairsJSON   `json:"attributes"`
	Organization Tenant      `json:"organization"`
	ConsumerKeys []string    `json:"consumerKeys,omitempty"` // ours
}

// shareJSON is a group that shares an application.
type shareJSON struct {
	Group string `json:"groupId"`
	App   int    `json:"applicationId"`
}

func applicationsJSON(all []Application) []applicationJSON {
	rows := make([]applicationJSON, len(all))
	for i, a := range all {
		rows[i] = applicationJSON{UUID: a.UUID, ID: a.ID, Name: a.Name, Subscriber: a.Subscriber, Policy: a.Tier, TokenType: cmp.Or(a.TokenType, JWT),
			Groups: []shareJSON{}, Attributes: pairsJSON(a.Attributes), Organization: a.Tenant(), ConsumerKeys: a.ConsumerKeys}
		if a.Group != "" {
			rows[i].Groups = append(rows[i].Groups, shareJSON{a.Group, a.ID})
		}
	}
	return rows
}

func (a applicationJSON) application() Application {
	app := Application{UUID: a.UUID, ID: a.ID, Name: a.Name, Subscriber: a.Subscriber, Tier: a.Policy, TokenType: tokenType(a.TokenType),
		Attributes: a.Attributes}
	if len(a.Groups) > 0 {
		app.Group = a.Groups[0].Group
	}
	if len(a.ConsumerKeys) > 0 {
		app.ConsumerKeys = a.ConsumerKeys
	}
	return app
}

type keyMappingJSON struct {
	AppID       int    `json:"applicationId"`
	AppUUID     string `json:"applicationUUID"`
	ConsumerKey string `json:"consumerKey"`
	KeyType     string `json:"keyType"`
	KeyManager  string `json:"keyManager"`
}

// residentKeyManager issued every key of the simulator.
const residentKeyManager = "Resident Key Manager"

// keyMappingsJSON makes a row of each consumer key. The simulator's keys are production keys of the
// resident key manager.
func keyMappingsJSON(all []Application) []keyMappingJSON {
	rows := []keyMappingJSON{}
	for _, a := range all {
		for _, key := range a.ConsumerKeys {
			rows = append(rows, keyMappingJSON{AppID: a.ID, AppUUID: a.UUID, ConsumerKey: key, KeyType: "PRODUCTION", KeyManager: residentKeyManager})
		}
	}
	return rows
}

// parseKeyMappings gathers the keys by application, in the order in which applications first appear.
func parseKeyMappings(b []byte) ([]Application, error) {
	rows, err := parseList(PathKeyMappings, b, func(row keyMappingJSON) keyMappingJSON { return row })
	if err != nil {
		return nil, err
	}
	var all []Application
	at := map[int]int{} // application id → index in all
	for _, row := range rows {
		i, known := at[row.AppID]
		if !known {
			i = len(all)
			at[row.AppID] = i
			all = append(all, Application{UUID: row.AppUUID, ID: row.AppID})
		}
		all[i].ConsumerKeys = append(all[i].ConsumerKeys, row.ConsumerKey)
	}
	return all, nil
}

// subscriptionJSON leaves out what is not known, as the product's writer does with null.
type subscriptionJSON struct {
	UUID  string `json:"subscriptionUUID"`
	ID    int    `json:"subscriptionId"`
	Tier  string `json:"policyId"`
	APIID int    `json:"apiId"`
	AppID int    `json:"appId"`
	State string `json:"subscriptionState"`
	API   string `json:"apiUUID,omitempty"`
	App   string `json:"applicationUUID,omitempty"`
}

func subscriptionsJSON(all []Subscription) []subscriptionJSON {
	rows := make([]subscriptionJSON, len(all))
	for i, s := range all {
		rows[i] = subscriptionJSON{UUID: s.UUID, ID: s.ID, Tier: s.Tier, APIID: s.APIID, AppID: s.AppID, State: s.State, API: s.APIUUID, App: s.AppUUID}
	}
	return rows
}

func (s subscriptionJSON) subscription() Subscription {
	return Subscription{UUID: s.UUID, ID: s.ID, APIID: s.APIID, AppID: s.AppID, Tier: s.Tier, State: s.State, APIUUID: s.API, AppUUID: s.App}
}

// AppendAck appends the body with which a gateway tells the control plane what it serves: one element
// with a revision and the environments it serves in (PATCH /apis/deployed-revisions; the Go adapter's
// deployment_notifier.go). The product does not name the gateway; we do, in a last member.
func AppendAck(b []byte, r *PullRequest) ([]byte, error) {
	if r.Ack == nil {
		return b, &FormError{Doing: "write an acknowledgement", Kind: ErrNoForm, Detail: "the request holds none"}
	}
	row := ackJSON{API: r.Ack.API, Revision: r.Ack.Revision, Environments: make([]environmentJSON, len(r.Labels))}
	if r.Ack.Gateway != ofEnvironments(r.Labels) {
		row.Gateway = r.Ack.Gateway
	}
	for i, label := range r.Labels {
		row.Environments[i] = environmentJSON{Name: label, VHost: "localhost"}
	}
	return appendJSON(b, []ackJSON{row})
}

// ParseAcks reads such a body. Ours has one element; another gateway's may have more, and each becomes
// a request of its own.
func ParseAcks(b []byte) ([]*PullRequest, error) {
	return parseArray(PathDeployed, b, ackJSON.request)
}

type ackJSON struct {
	API          string            `json:"apiId"`
	Revision     int               `json:"revisionId"`
	Environments []environmentJSON `json:"envInfo"`
	Gateway      NodeID            `json:"gateway,omitempty"` // ours
}

type environmentJSON struct {
	Name  string `json:"name"`
	VHost string `json:"vhost"`
}

// request is the acknowledgement. One that names no gateway, as the product's do not, is its environments'.
func (a ackJSON) request() *PullRequest {
	labels := each(a.Environments, func(e environmentJSON) string { return e.Name })
	if a.Gateway == "" {
		a.Gateway = ofEnvironments(labels)
	}
	return &PullRequest{Path: PathDeployed, Labels: labels, Ack: &DeployAck{Gateway: a.Gateway, API: a.API, Revision: a.Revision}}
}

// ofEnvironments is who stands for a gateway that does not say its name.
func ofEnvironments(labels []string) NodeID { return NodeID(strings.Join(labels, ",")) }

// ParseUndeployed reads the body of POST /apis/undeployed-revision: an API that an environment serves no more
// (UnDeployedAPIRevisionDTO.java). Its revision is a uuid, which nothing here has.
func ParseUndeployed(b []byte) (*PullRequest, error) {
	var body struct {
		API         string `json:"apiUUID"`
		Environment string `json:"environment"`
	}
	if err := decode(PathUndeployed, b, &body); err != nil {
		return nil, err
	}
	if body.API == "" || body.Environment == "" {
		return nil, &FormError{Doing: "read the body of " + string(PathUndeployed), Kind: ErrMalformed, Detail: "apiUUID and environment were expected"}
	}
	return &PullRequest{Path: PathDeployed, Labels: []string{body.Environment},
		Ack: &DeployAck{Gateway: NodeID(body.Environment), API: body.API, Gone: true}}, nil
}
