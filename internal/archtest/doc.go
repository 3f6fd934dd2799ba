// Package archtest holds the shape of the code as tests, with the Go tool alone: which package may
// import which (arrows_test.go), what the pure packages may not do (purity_test.go,
// maprange_test.go), what no package may do (house_test.go), and how large things may grow
// (size_test.go). Every rule carries its reason, every exception too, and planted_test.go breaks
// each rule once to prove that it can fail.
package archtest
