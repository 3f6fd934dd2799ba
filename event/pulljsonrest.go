package event

import "encoding/json"

// Key managers, revoked tokens and blocking conditions.

type keyManagerJSON struct {
	Name          string    `json:"name"`
	Type          string    `json:"type"`
	Enabled       bool      `json:"enabled"`
	Tenant        Tenant    `json:"tenantDomain"`
	Configuration pairsJSON `json:"configuration"`
	TokenType     string    `json:"tokenType"`
}

func keyManagersJSON(all []KeyManager) []keyManagerJSON {
	rows := make([]keyManagerJSON, len(all))
	for i, k := range all {
		rows[i] = keyManagerJSON{k.Name, k.Type, k.Enabled, k.Tenant, pairsJSON(k.Properties), k.tokenType()}
	}
	return rows
}

func (k keyManagerJSON) keyManager() KeyManager {
	m := KeyManager{Name: k.Name, Type: k.Type, Enabled: k.Enabled, Tenant: k.Tenant, Properties: k.Configuration}
	m.setTokenType(k.TokenType)
	return m
}

// pairsJSON are the members of an object, in their order.
type pairsJSON []Pair

// MarshalJSON implements json.Marshaler.
func (p pairsJSON) MarshalJSON() ([]byte, error) { return appendPairs(nil, "", p), nil }

// UnmarshalJSON implements json.Unmarshaler.
func (p *pairsJSON) UnmarshalJSON(b []byte) error {
	r := jsonReader{b: b}
	*p = r.pairs()
	return r.err("read an object")
}

type revokedTokenJSON struct {
	Token  TokenID `json:"jwt_signature"` // the jti, whatever the name says
	Expiry Wall    `json:"expiry_time"`
}

func revokedJSON(all []RevokedToken) []revokedTokenJSON {
	rows := make([]revokedTokenJSON, len(all))
	for i, t := range all {
		rows[i] = revokedTokenJSON{t.Token, t.Expiry}
	}
	return rows
}

func (t revokedTokenJSON) token() RevokedToken { return RevokedToken{Token: t.Token, Expiry: t.Expiry} }

// blockListsJSON is the answer of /block: values by kind. Only an IP condition keeps its id and tenant.
type blockListsJSON struct {
	API          []string      `json:"api"`
	Application  []string      `json:"application"`
	IP           []ipBlockJSON `json:"ip"`
	User         []string      `json:"user"`
	Custom       []string      `json:"custom"`
	Subscription []string      `json:"subscription"`
}

type ipBlockJSON struct {
	Type   string `json:"type"`
	Fixed  string `json:"fixedIp,omitempty"`
	First  string `json:"startingIp,omitempty"`
	Last   string `json:"endingIp,omitempty"`
	Invert bool   `json:"invert"`
	Tenant Tenant `json:"tenantDomain"`
	ID     int    `json:"id"`
}

// ipValueJSON is the value of a condition on an IP address or a range: JSON within the event's text.
type ipValueJSON struct {
	Fixed  string `json:"fixedIp,omitempty"`
	First  string `json:"startingIp,omitempty"`
	Last   string `json:"endingIp,omitempty"`
	Invert bool   `json:"invert"`
}

// The kinds of blocking conditions (APIProviderImpl.java writes them).
const (
	blockAPI          = "API"
	blockApplication  = "APPLICATION"
	blockUser         = "USER"
	blockSubscription = "SUBSCRIPTION"
	blockIP           = "IP"
	blockIPRange      = "IPRANGE"
)

// blocksJSON lists the conditions that are on.
func blocksJSON(all []BlockingCondition) (blockListsJSON, error) {
	lists := blockListsJSON{API: []string{}, Application: []string{}, IP: []ipBlockJSON{}, User: []string{}, Custom: []string{}, Subscription: []string{}}
	for _, c := range all {
		if !c.On {
			continue
		}
		switch c.Kind {
		case blockAPI:
			lists.API = append(lists.API, c.Value)
		case blockApplication:
			lists.Application = append(lists.Application, c.Value)
		case blockUser:
			lists.User = append(lists.User, c.Value)
		case blockSubscription:
			lists.Subscription = append(lists.Subscription, c.Value)
		case blockIP, blockIPRange:
			var v ipValueJSON
			if err := json.Unmarshal([]byte(c.Value), &v); err != nil {
				return lists, &FormError{Doing: "write a blocking condition on an IP address", Kind: ErrNoForm, Detail: "its value should be JSON: " + err.Error()}
			}
			lists.IP = append(lists.IP, ipBlockJSON{c.Kind, v.Fixed, v.First, v.Last, v.Invert, c.Tenant, c.ID})
		default:
			return lists, &FormError{Doing: "write a blocking condition", Kind: ErrNoForm,
				Detail: "API, APPLICATION, USER, SUBSCRIPTION, IP or IPRANGE was expected, not " + c.Kind}
		}
	}
	return lists, nil
}

// parseBlocks reads all lists but custom, which holds conditions that no gateway evaluates. What the
// product loses on this way (the ids, but those of IP conditions) is lost.
func parseBlocks(b []byte) ([]BlockingCondition, error) {
	var lists blockListsJSON
	if err := decode(PathBlock, b, &lists); err != nil {
		return nil, err
	}
	var all []BlockingCondition
	add := func(kind string, values []string) {
		for _, v := range values {
			all = append(all, BlockingCondition{Kind: kind, Value: v, On: true})
		}
	}
	add(blockAPI, lists.API)
	add(blockApplication, lists.Application)
	for _, c := range lists.IP {
		value, err := appendJSON(nil, ipValueJSON{c.Fixed, c.First, c.Last, c.Invert})
		if err != nil {
			return nil, err
		}
		all = append(all, BlockingCondition{ID: c.ID, Kind: c.Type, Value: string(value), On: true, Tenant: c.Tenant})
	}
	add(blockUser, lists.User)
	add(blockSubscription, lists.Subscription)
	return all, nil
}
