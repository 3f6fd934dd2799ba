package report

import (
	"strings"

	"hubsim/checker"
)

// palette paints words with ANSI escapes, or leaves them as they are.
type palette bool

// The escapes of a palette.
const (
	bold   = "\x1b[1m"
	faint  = "\x1b[2m"
	red    = "\x1b[31m"
	green  = "\x1b[32m"
	yellow = "\x1b[33m"
	plain  = "\x1b[0m"
)

func (p palette) paint(escape, text string) string {
	if !p || text == "" {
		return text
	}
	return escape + text + plain
}

// verdicts paints the first verdict in each line: a painted cell would count as wider than it looks,
// so a table is laid out first and painted afterwards.
func (p palette) verdicts(text string) string {
	if !p {
		return text
	}
	lines := strings.Split(text, "\n")
	for i, line := range lines {
		for _, of := range []struct{ word, escape string }{
			{checker.NotExercised.String(), yellow}, {checker.KnownGap.String(), yellow}, {checker.Violated.String(), red},
			{checker.Holds.String(), green}, {string(checker.Invalid), yellow}, {string(checker.Fail), red}, {string(checker.Pass), green},
		} {
			if at := strings.Index(line, of.word); at >= 0 {
				lines[i] = line[:at] + p.paint(of.escape, of.word) + line[at+len(of.word):]
				break
			}
		}
	}
	return strings.Join(lines, "\n")
}

// judgement paints a judgement.
func (p palette) judgement(j checker.Judgement) string { return p.verdicts(string(j)) }
