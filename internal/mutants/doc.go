// Mutants proves that the tests of the throttling rules are worth something: it spoils one rule at a
// time in a copy of the source, and the test that stands for the rule must then fail.
//
// A mutant is a text of one file and what takes its place. The go command is given the spoilt file as an
// overlay (go help build, -overlay), so that the tree is never touched. It fails if a mutant survives,
// if one does not compile, or if a named test fails without any mutant; make mutants runs it. That each
// text still occurs in its file, and each test exists, is an ordinary test of this package.
package main
