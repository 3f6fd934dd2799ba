package deployment

import (
	"slices"
	"strings"

	"hubsim/event"
	"hubsim/node"
)

// The roles of the 2.x layout besides traffic manager and gateway, by the names of the product's profiles.
const (
	KeyManager Role = "api-key-manager"
	Publisher  Role = "api-publisher"
	Storefront Role = "api-store"
)

// olderHub tells whether a node of the 2.x layout keeps what control planes keep: all share one database.
func (r Role) olderHub() bool { return r == KeyManager || r == Publisher || r == Storefront }

// Older is what an api-manager.xml of 2.x says that no deployment.toml does.
type Older struct {
	Environments []OlderEnvironment `json:"environments,omitempty"` // APIGateway.Environments
	KeyManager   URL                `json:"key_validator"`          // APIKeyValidator: whom a gateway asks about tokens
	Thrift       bool               `json:"thrift"`                 // KeyValidatorClientType is ThriftClient
	ThriftPort   int                `json:"thrift_port"`            // ThriftServerPort, 10397; the offset is added unless it is written
	Timeout      event.Duration     `json:"thrift_timeout"`
	Policies     URL                `json:"policy_deployer"` // ThrottlingConfigurations.PolicyDeployer.ServiceURL
	Revoke       URL                `json:"revoke_api"`      // OAuthConfigurations.RevokeAPIURL
	TokenCache   event.Duration     `json:"token_cache"`     // CacheConfigurations.TokenCacheExpiry; 0 where it is off
	Scan         event.Duration     `json:"scan"`            // carbon.xml, DeploymentUpdateInterval
}

// OlderEnvironment is a gateway environment with the address of its admin service.
type OlderEnvironment struct {
	Name string `json:"name"`
	URL  URL    `json:"url"`
}

// readOlder takes out of a file what only 2.x has; nil of a deployment.toml.
func readOlder(f *file) *Older {
	if f.own == nil {
		return nil
	}
	o := &Older{
		KeyManager: f.url("older.key_validator"), Thrift: f.text("older.client") == "ThriftClient", Timeout: f.duration("older.thrift_timeout", event.Millisecond),
		Policies: f.url("older.policies"), Revoke: f.url("older.revoke"), Scan: f.duration("older.scan", event.Second),
		ThriftPort: f.whole("older.thrift_server_port", 65535),
	}
	if o.ThriftPort == 0 {
		o.ThriftPort = thriftPort + f.whole("server.offset", maxOffset)
	}
	if o.Thrift {
		o.thriftURL(f)
	}
	if off := f.has("older.token_cache") && !f.flag("older.token_cache"); !off {
		o.TokenCache = f.duration("older.token_cache_expiry", event.Second)
	}
	if f.has("older.policy_deployer") && !f.flag("older.policy_deployer") {
		o.Policies = URL{}
	}
	for i := range f.counts["older.environment"] {
		path := elementOf("older.environment", i)
		o.Environments = append(o.Environments, OlderEnvironment{f.text(path + ".name"), f.url(path + ".serverurl")})
	}
	return o
}

// thriftPort is where a key manager takes validations over Thrift.
const thriftPort = 10397

// thriftURL puts the host that a Thrift client asks in the place of the web service's.
func (o *Older) thriftURL(f *file) {
	host := f.text("older.thrift_host")
	if host == "" {
		host = "localhost" // api-manager.xml
	}
	o.KeyManager = URL{Text: "thrift://" + host, Scheme: "thrift", Host: strings.ToLower(host), Port: f.whole("older.thrift_client_port", 65535), At: f.place("older.thrift_host")}
}

// guessOlder takes the role of a node of 2.x from what its file sets: the profile is an argument of the
// start script (-Dprofile) and in no file.
func guessOlder(f *file) Role {
	says := func(key string, value bool) bool { return f.has(key) && f.flag(key) == value }
	groups := f.counts["apim.throttling.url_group"] > 0
	const publishing, decisions = "apim.throttling.enable_data_publishing", "apim.throttling.enable_decision_connection"
	switch {
	case says(publishing, false) && says(decisions, false):
		return Storefront
	case says(publishing, false):
		return KeyManager
	case groups && says(decisions, false):
		return Publisher
	case groups:
		return Gateway
	}
	return TrafficManager
}

// olderRefs are the URLs of a node of 2.x, by what its role uses.
func (h *Host) olderRefs(add func(use, ...URL)) {
	o := h.Settings.Older
	switch h.Role {
	case Gateway:
		add(useValidate, o.KeyManager)
	case TrafficManager:
		add(useValidate, o.KeyManager)
	case Publisher:
		add(usePolicies, o.Policies)
	case Storefront:
		add(useRevoke, o.Revoke)
	}
	if h.Role == Publisher || h.Role == KeyManager {
		for _, e := range o.Environments {
			add(useDeploy, e.URL)
		}
	}
}

// FileStore is a directory repository/deployment/server: a node's own, or one that several have mounted.
type FileStore struct {
	ID     event.NodeID   `json:"id"`
	Region string         `json:"region"`
	Nodes  []event.NodeID `json:"nodes"`            // that use it
	Writer event.NodeID   `json:"writer,omitempty"` // the directory that rsync copies here; "" is none
	Every  event.Duration `json:"every,omitempty"`  // how often it does
}

// files gives every gateway and traffic manager of 2.x its directory.
func (in *inference) files() []FileStore {
	var all []FileStore
	for i := range in.hosts {
		h := &in.hosts[i]
		if h.Settings.Older == nil || h.Role != Gateway && h.Role != TrafficManager {
			continue
		}
		one := in.directory(h)
		h.Wiring.Files = one.ID
		if at := slices.IndexFunc(all, func(s FileStore) bool { return s.ID == one.ID }); at >= 0 {
			all[at].Nodes = append(all[at].Nodes, h.ID)
			continue
		}
		all = append(all, one)
	}
	return all
}

// directory is the one of a host: topology.yaml says which are shared or copied.
func (in *inference) directory(h *Host) FileStore {
	own := FileStore{ID: h.ID + ".files", Region: h.Region, Nodes: []event.NodeID{h.ID}}
	for _, name := range sortedKeys(in.topology.SharedFiles) {
		s := in.topology.SharedFiles[name]
		switch {
		case !slices.ContainsFunc(s.Nodes, func(n string) bool { return meant(n, h.ID) }):
		case s.RsyncFrom == "":
			own.ID = event.NodeID(name)
			return own
		case string(h.ID) != s.RsyncFrom:
			own.Writer, own.Every = event.NodeID(s.RsyncFrom)+".files", event.Duration(s.Every)
			if own.Every == 0 {
				own.Every = event.Minute
			}
			return own
		}
	}
	return own
}

// Target is where a publisher deploys APIs of a label.
type Target struct {
	Name   string         `json:"name"`
	To     []event.NodeID `json:"to"`               // gateways behind its address
	Copies []event.NodeID `json:"copies,omitempty"` // that get the files of one of those by rsync
}

// wireOlder wires a node of the 2.x layout.
func (in *inference) wireOlder(h *Host) {
	o, s, w := h.Settings.Older, &h.Settings, &h.Wiring
	switch h.Role {
	case Gateway:
		w.Feed = in.groups(h, s.Throttling.Groups)
		w.Decisions = in.brokers(h, in.or(h, s.Throttling.Decisions))
		w.Pull = in.olderTo(h, o.KeyManager, KeyManager)
	case TrafficManager:
		w.Decisions = []event.NodeID{Broker(h.ID)}
		w.Pull = in.olderTo(h, o.KeyManager, KeyManager)
	case Publisher:
		w.Policies = in.olderTo(h, o.Policies, TrafficManager)
		for _, g := range in.groups(h, s.Throttling.Groups) {
			for _, id := range g.To {
				w.Remote = append(w.Remote, Remote{Region: in.host(id).Region, To: []event.NodeID{Broker(id)}, Topics: []event.Topic{event.ThrottleData}})
			}
		}
	case Storefront:
		w.Revoke = in.olderTo(h, o.Revoke, Gateway)
	}
	if h.Role == Publisher || h.Role == KeyManager {
		for _, e := range o.Environments {
			w.Environments = append(w.Environments, Target{Name: e.Name, To: in.olderTo(h, e.URL, Gateway)})
		}
	}
}

// olderTo returns the hosts of a role that a URL leads to.
func (in *inference) olderTo(h *Host, u URL, role Role) []event.NodeID {
	var all []event.NodeID
	if u.Host == "" {
		return nil
	}
	for _, id := range in.to(h, u) {
		if to := in.host(id); to != nil && to.Role == role {
			all = append(all, id)
		}
	}
	return all
}

// copies says which gateways get the files of an environment's by rsync.
func (in *inference) copied(all []FileStore) {
	for i := range in.hosts {
		for k := range in.hosts[i].Wiring.Environments {
			e := &in.hosts[i].Wiring.Environments[k]
			for _, s := range all {
				if slices.ContainsFunc(e.To, func(g event.NodeID) bool { return s.Writer == g+".files" }) {
					e.Copies = append(e.Copies, s.Nodes...)
				}
			}
		}
	}
}

// olderMachines are those of a host of the 2.x layout: nobody but a traffic manager needs a broker.
func (h *Host) olderMachines() []Machine {
	switch h.Role {
	case Gateway:
		return []Machine{{h.ID, node.Gateway}}
	case TrafficManager:
		return []Machine{{Broker(h.ID), node.Broker}, {h.ID, node.TrafficManager}}
	}
	return []Machine{{h.ID, node.ControlPlane}}
}
