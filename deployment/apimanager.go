package deployment

import (
	"encoding/xml"
	"errors"
	"io"
	"strconv"
	"strings"
)

// older is the name of the configuration file of 2.x, which stands where later versions have
// deployment.toml, and carbonFile what stands beside it.
const (
	olderFile  = "api-manager.xml"
	carbonFile = "carbon.xml"
)

// sameElements are the elements of api-manager.xml that a key of deployment.toml is made into by the
// product's own template (api-manager.xml.j2): here the way goes back.
var sameElements = map[string]string{
	"ThrottlingConfigurations/DataPublisher/Enabled":          "apim.throttling.enable_data_publishing",
	"ThrottlingConfigurations/DataPublisher/Username":         "apim.throttling.username",
	"ThrottlingConfigurations/DataPublisher/Password":         "apim.throttling.password",
	"ThrottlingConfigurations/JMSConnectionDetails/Enabled":   "apim.throttling.enable_decision_connection",
	"ThrottlingConfigurations/BlockCondition/Enabled":         "apim.throttling.enable_blacklist_condition",
	"ThrottlingConfigurations/EnableHeaderConditions":         "apim.throttling.enable_header_based_throttling",
	"ThrottlingConfigurations/EnableQueryParamConditions":     "apim.throttling.enable_query_param_based_throttling",
	"ThrottlingConfigurations/EnableJWTClaimConditions":       "apim.throttling.enable_jwt_claim_based_throttling",
	"APIKeyValidator/ServerURL":                               "older.key_validator",
	"APIKeyValidator/KeyValidatorClientType":                  "older.client",
	"APIKeyValidator/ThriftServerHost":                        "older.thrift_host",
	"APIKeyValidator/ThriftClientPort":                        "older.thrift_client_port",
	"APIKeyValidator/ThriftServerPort":                        "older.thrift_server_port",
	"APIKeyValidator/ThriftClientConnectionTimeOut":           "older.thrift_timeout",
	"APIKeyValidator/EnableThriftServer":                      "older.thrift_server",
	"OAuthConfigurations/RevokeAPIURL":                        "older.revoke",
	"CacheConfigurations/EnableGatewayTokenCache":             "older.token_cache",
	"CacheConfigurations/TokenCacheExpiry":                    "older.token_cache_expiry",
	"ThrottlingConfigurations/PolicyDeployer/Enabled":         "older.policy_deployer",
	"ThrottlingConfigurations/PolicyDeployer/ServiceURL":      "older.policies",
	"carbon/Ports/Offset":                                     "server.offset",
	"carbon/HostName":                                         "server.hostname",
	"carbon/Axis2Config/DeploymentUpdateInterval":             "older.scan",
	"ThrottlingConfigurations/DataPublisher/ReceiverUrlGroup": "", // several: groupsOf
}

// element is an element without elements in it: its path below the root, its text and where it begins.
type element struct {
	path, text string
	at         spot
}

// readOlderFile reads an api-manager.xml, with the carbon.xml of the same node if there is one, as if it were
// the deployment.toml that the product would make it of. False means that it is no XML.
func readOlderFile(name string, data, carbon []byte, found *findings) (*file, bool) {
	f := &file{
		name: name, values: map[string]any{}, counts: map[string]int{}, gaps: map[string][]string{}, at: positions{}, own: map[string]string{}, found: found,
	}
	all, at, err := elementsOf(data)
	if err != nil {
		found.add("syntax", Place{File: name, Line: at.line, Col: at.col}, "this is not XML: "+err.Error())
		return nil, false
	}
	for _, e := range all {
		f.element(e)
	}
	if beside, _, err := elementsOf(carbon); err == nil {
		for _, e := range beside {
			e.path = "carbon/" + e.path
			f.element(e)
		}
	}
	f.resolve()
	f.checkOlder()
	return f, true
}

// checkOlder finds values of the wrong type.
func (f *file) checkOlder() {
	for _, path := range f.paths() {
		kind := Any
		switch {
		case strings.HasSuffix(path, "_port"), path == "older.thrift_timeout", path == "older.token_cache_expiry", path == "older.scan", path == "server.offset":
			kind = Number
		case strings.Contains(path, ".enable_"), path == "older.token_cache", path == "older.policy_deployer", path == "older.thrift_server":
			kind = Flag
		}
		if kind != Any {
			f.checkType(path, Key{Name: path, Type: kind})
		}
	}
}

// inOlderWords puts the elements of api-manager.xml in the place of the keys that a hint names.
var inOlderWords = strings.NewReplacer(
	"[[apim.throttling.url_group]]", "group of DataPublisher.ReceiverUrlGroup",
	"apim.throttling.throttle_decision_endpoints", "brokers in JMSConnectionParameters, connectionfactory.TopicConnectionFactory",
)

// deepestElement is how deep elements may be nested: the product's own files have seven levels.
const deepestElement = 64

// elementsOf lists the elements of a document that have a text.
func elementsOf(data []byte) (all []element, at spot, err error) {
	d := newXMLDecoder(data)
	d.Strict = true
	var path []string
	var open element
	rooted := false
	counts := map[string]int{}
	for {
		token, err := d.Token()
		at.line, at.col = d.InputPos()
		if errors.Is(err, io.EOF) && !rooted {
			return all, at, errors.New("there is no element")
		}
		if errors.Is(err, io.EOF) {
			return all, at, nil
		}
		if err != nil {
			return all, at, errors.New(strings.TrimPrefix(err.Error(), "XML syntax error on line "))
		}
		switch t := token.(type) {
		case xml.StartElement:
			rooted = true
			name := t.Name.Local
			if name == "Environment" {
				n := counts[name]
				counts[name]++
				name += "[" + strconv.Itoa(n) + "]"
			}
			if path = append(path, name); len(path) > deepestElement {
				return all, at, errors.New("elements are nested too deeply")
			}
			open = element{path: strings.Join(path[1:], "/"), at: spot{at.line, max(at.col-len(t.Name.Local)-2, 1)}}
		case xml.CharData:
			open.text += string(t)
		case xml.EndElement:
			if text := strings.TrimSpace(open.text); text != "" {
				open.text = text
				all = append(all, open)
			}
			open = element{}
			path = path[:len(path)-1]
		}
	}
}

// element takes what an element says under the key that stands for it.
func (f *file) element(e element) {
	const receivers, logins = "ThrottlingConfigurations/DataPublisher/ReceiverUrlGroup", "ThrottlingConfigurations/DataPublisher/AuthUrlGroup"
	const factory = "ThrottlingConfigurations/JMSConnectionDetails/JMSConnectionParameters/connectionfactory.TopicConnectionFactory"
	const environment = "APIGateway/Environments/Environment["
	key := sameElements[e.path]
	switch rest, is := strings.CutPrefix(e.path, environment); {
	case e.path == receivers:
		f.urlGroups(e, "traffic_manager_urls")
	case e.path == logins:
		f.urlGroups(e, "traffic_manager_auth_urls")
	case e.path == factory:
		const brokers = "apim.throttling.throttle_decision_endpoints"
		f.put(brokers, e, brokerURL.FindAllString(e.text, -1))
	case is:
		number, member, _ := strings.Cut(rest, "]/")
		n, err := strconv.Atoi(number)
		if err == nil && (member == "Name" || member == "ServerURL") {
			f.counts["older.environment"] = max(f.counts["older.environment"], n+1)
			f.put(elementOf("older.environment", n)+"."+strings.ToLower(member), e, e.text)
		}
	case key != "":
		f.put(key, e, e.text)
	}
}

// put keeps a value with where it stands.
func (f *file) put(key string, e element, value any) {
	f.values[key], f.own[key] = value, strings.ReplaceAll(e.path, "/", ".")
	f.at[key] = e.at
	if list, is := value.([]string); is {
		for i := range list {
			f.at[elementOf(key, i)] = e.at
		}
	}
}

// urlGroups takes groups of receivers apart: {tcp://a:9611|tcp://b:9611},{tcp://c:9611} are two, the first
// with a spare; a comma within a group spreads the events (data bridge agent, DataPublisher).
func (f *file) urlGroups(e element, member string) {
	const table = "apim.throttling.url_group"
	groups := strings.FieldsFunc(e.text, func(r rune) bool { return r == '{' || r == '}' })
	n := 0
	for _, text := range groups {
		text = strings.Trim(text, ", \t\r\n")
		if text == "" {
			continue
		}
		path := elementOf(table, n)
		n++
		urls := strings.FieldsFunc(text, func(r rune) bool { return strings.ContainsRune(",| \t\r\n", r) })
		f.put(path+"."+member, e, urls)
		f.at[path] = e.at
		if strings.Contains(text, ",") {
			f.put(path+".type", e, "loadbalance")
		}
	}
	f.counts[table] = max(f.counts[table], n)
	f.at["apim.throttling"], f.own["apim.throttling"] = e.at, "ThrottlingConfigurations"
}
