package brokertest

import (
	"testing"

	"hubsim/broker"
)

func TestModel(t *testing.T) {
	profiles := []struct {
		name    string
		config  broker.Config
		folders []string
	}{
		{"andes", broker.WSO2(), []string{"all", "long", "andes"}},
		{"hardened", broker.Hardened(), []string{"all", "long", "andes"}},
		{"nats", NATS(), []string{"all", "long", "exact"}},
		{"rabbit", Rabbit(), []string{"all", "exact"}},
		{"limited", broker.Config{MaxSessions: 3}, []string{"limits"}},
	}
	for _, p := range profiles {
		t.Run(p.name, func(t *testing.T) {
			for _, folder := range p.folders {
				Run(t, "testdata/"+folder, func(*testing.T) Body { return Model(p.config) })
			}
		})
	}
}

// TestModelIsItself runs random scripts on two profiles that differ only where these scripts do not go.
func TestModelIsItself(t *testing.T) {
	Same(t, broker.WSO2(), func() Body { return Model(NATS()) })
}
