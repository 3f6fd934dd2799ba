package storetest

import (
	"testing"

	"hubsim/live"
)

func TestModel(t *testing.T) {
	Run(t, "testdata", func(*testing.T) live.Databases { return Model() })
}

func TestModelIsItself(t *testing.T) { Same(t, Model()) }
