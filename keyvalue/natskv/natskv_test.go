package natskv

import (
	"testing"

	"go.uber.org/goleak"

	"hubsim/keyvalue/kvtest"
	"hubsim/live"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

func TestGolden(t *testing.T) {
	kvtest.Run(t, "../kvtest/testdata", func(*testing.T) live.Broker { return New() })
}
