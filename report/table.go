package report

import (
	"strings"
	"text/tabwriter"
	"unicode/utf8"
)

// columns is the width of a report: a CI log shows it without wrapping.
const columns = 80

// gap is the space between two columns.
const gap = 2

// narrowest is what the last column of a table is wrapped to at least, however wide the others are.
const narrowest = 18

// table is rows of cells. Its last column is wrapped; a line break in it stays.
type table struct {
	head []string
	rows [][]string
}

func (t *table) add(cells ...string) { t.rows = append(t.rows, cells) }

// String lays the table out, indented; it ends in a line break.
func (t *table) String() string {
	last := len(t.head) - 1
	width := max(columns-gap-t.before(last), narrowest)
	var b strings.Builder
	w := tabwriter.NewWriter(&b, 0, 0, gap, ' ', 0)
	for _, row := range append([][]string{t.head}, t.rows...) {
		for _, line := range wrap(row[last], width) {
			_, _ = w.Write([]byte(strings.Repeat(" ", gap) + strings.Join(append(row[:last:last], line), "\t") + "\n"))
			row = make([]string, len(t.head))
		}
	}
	_ = w.Flush() // a strings.Builder takes everything
	return trimRight(b.String())
}

// before is how wide the columns before one are, with their gaps.
func (t *table) before(last int) (sum int) {
	for c := range last {
		widest := utf8.RuneCountInString(t.head[c])
		for _, row := range t.rows {
			widest = max(widest, utf8.RuneCountInString(row[c]))
		}
		sum += widest + gap
	}
	return sum
}

func trimRight(text string) string {
	lines := strings.Split(text, "\n")
	for i := range lines {
		lines[i] = strings.TrimRight(lines[i], " ")
	}
	return strings.Join(lines, "\n")
}

// wrap breaks a text at blanks into lines of at most width; a longer word stands alone. There is
// always one line.
func wrap(text string, width int) (lines []string) {
	for _, paragraph := range strings.Split(text, "\n") {
		line := ""
		for _, word := range strings.Fields(paragraph) {
			switch {
			case line == "":
				line = word
			case utf8.RuneCountInString(line)+1+utf8.RuneCountInString(word) <= width:
				line += " " + word
			default:
				lines, line = append(lines, line), word
			}
		}
		lines = append(lines, line)
	}
	return lines
}

// indented wraps a text and indents its lines, those after the first by two more.
func indented(text, indent string) string {
	return indent + strings.Join(wrap(text, columns-len(indent)-2), "\n"+indent+"  ") + "\n"
}
