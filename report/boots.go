package report

import (
	"encoding/csv"
	"fmt"
	"io"
	"strings"

	"hubsim/checker"
	"hubsim/event"
	"hubsim/internal/words"
)

// boots tells a scenario's table of orders of start: a row an order, a column how far apart they started.
func (p *page) boots() {
	b := p.r.Boots
	if b == nil {
		return
	}
	p.section("Orders of start")
	p.say("how long after the last start until everybody has its policies, lists and APIs, by how far apart they start; never is not within %s", words.Duration(b.Wait))
	head, rows := BootTable(b)
	t := table{head: head}
	for _, row := range rows {
		t.add(row...)
	}
	p.WriteString(t.String())
	if worst := longest(b.Cells); worst != nil && worst.What != "" {
		p.say("the longest: %s, %s apart: %s waits for %s", strings.Join(worst.Order, ", "), words.Duration(worst.Apart), worst.Last, worst.What)
	}
}

// BootTable is the table's head and rows.
func BootTable(b *checker.Boots) (head []string, rows [][]string) {
	head = []string{"who starts, first to last"}
	apart := apartOf(b.Cells)
	for _, d := range apart {
		head = append(head, words.Duration(d))
	}
	for i := range b.Cells {
		c := &b.Cells[i]
		if i%len(apart) == 0 {
			rows = append(rows, []string{strings.Join(c.Order, ", ")})
		}
		last := len(rows) - 1
		rows[last] = append(rows[last], waitOf(c))
	}
	return head, rows
}

// apartOf are the columns: what the cells of the first order say.
func apartOf(cells []checker.Boot) (all []event.Duration) {
	for i := range cells {
		if i > 0 && cells[i].Apart == cells[0].Apart {
			break
		}
		all = append(all, cells[i].Apart)
	}
	return all
}

func waitOf(c *checker.Boot) string {
	if c.Never {
		return "never"
	}
	return words.Duration(c.Took)
}

// longest is the first of the cells that took longest.
func longest(cells []checker.Boot) (worst *checker.Boot) {
	for i := range cells {
		c := &cells[i]
		if worst == nil || c.Never && !worst.Never || c.Never == worst.Never && c.Took > worst.Took {
			worst = c
		}
	}
	return worst
}

// writeBoots writes the tables of orders of results, a line a cell; times are in milliseconds.
func writeBoots(w io.Writer, results []checker.Result) error {
	c := csv.NewWriter(w)
	named := false
	for i := range results {
		r := &results[i]
		if r.Boots == nil {
			continue
		}
		if !named {
			named = true
			_ = c.Write([]string{"scenario", "profile", "seed", "order", "apart_ms", "ready_after_ms", "never", "last", "what"}) // Error tells
		}
		for j := range r.Boots.Cells {
			b := &r.Boots.Cells[j]
			_ = c.Write([]string{r.Scenario, r.Profile, fmt.Sprint(r.Seed), strings.Join(b.Order, " "), millis(b.Apart), millis(b.Took),
				fmt.Sprint(b.Never), string(b.Last), b.What}) // Error tells
		}
	}
	c.Flush()
	return c.Error()
}
