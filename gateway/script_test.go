package gateway

import (
	"fmt"
	"testing"

	"hubsim/event"
	"hubsim/node"
	"hubsim/node/nodetest"
	"hubsim/session"
)

// TestScripts plays testdata/scripts/*.txt: gw-1 in front of tm-1, cp-1 and cp-2, as nodetest describes.
// "boot wso2" or "boot hardened" starts it; "Labels=EU" and the like change a field of its Config. "boot wso2
// older" is a gateway of the 2.x layout, with key manager km-1 and its files at nfs.
func TestScripts(t *testing.T) {
	nodetest.Run(t, "testdata/scripts", nodetest.Machine{
		New: func(words []string) (node.Node, error) {
			c, err := config(words)
			return New(c), err
		},
		State: func(n node.Node, now node.Clock) string { return n.(*Gateway).State(now).String() },
	})
}

func config(words []string) (Config, error) {
	if len(words) == 0 {
		return Config{}, fmt.Errorf("boot: say wso2 or hardened")
	}
	c, known := map[string]func() Config{"wso2": WSO2, "hardened": Hardened}[words[0]]
	if !known {
		return Config{}, fmt.Errorf("boot: no profile is called %s", words[0])
	}
	full := deployed(c())
	words = words[1:]
	if len(words) > 0 && words[0] == "older" {
		full.Files, full.KeyManagers, full.ControlPlanes, full.EventHubs = "nfs", []event.NodeID{"km-1"}, []event.NodeID{"km-1"}, nil
		words = words[1:]
	}
	return full, nodetest.Fill(&full, words)
}

// deployed puts a configuration into the deployment of the scripts.
func deployed(c Config) Config {
	c.ID = "gw-1"
	c.TrafficManagers = []event.NodeID{"tm-1.broker"}
	c.EventHubs = []event.NodeID{"cp-1.broker", "cp-2.broker"}
	c.ControlPlanes = []event.NodeID{"cp-1"}
	c.Groups = []session.Group{{Endpoints: []event.Endpoint{{Node: "tm-1", Service: event.Feed}}}}
	return c
}
