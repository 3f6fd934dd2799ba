// Package report tells what a run found: as text for a reader, as JSON for a program, as JUnit XML
// for a CI job. It adds nothing to a result and judges nothing; the checker has done both.
//
//	text, verdicts, events, latency, runs   80 columns, for a terminal or a CI log
//	json                                    checker.Result as a file, both ways
//	junit                                   a test suite a run, a test case a check
//	table, words, palette                   columns, plurals and durations, colours
package report
