package kvtest

import (
	"testing"

	"hubsim/keyvalue"
	"hubsim/live"
)

func TestModel(t *testing.T) {
	Run(t, "testdata", func(*testing.T) live.Broker { return Model(keyvalue.WSO2()) })
}
