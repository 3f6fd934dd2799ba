//go:build !race

package archtest

// buildFlags are those that the tests themselves are built with, so that nothing is compiled twice.
var buildFlags []string
