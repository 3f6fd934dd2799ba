package controlplane

import "testing"

// The next revision number is the node's own region's, above what is known and what the clock says.
func TestNumbers(t *testing.T) {
	for _, row := range []struct {
		about      string
		of         numbers
		last, want int
	}{
		{"one for all: the next", numbers{of: 1}, 4, 5},
		{"one for all: the first", numbers{of: 1}, 0, 1},
		{"the first of three regions", numbers{3, 0, 0}, 4, 6},
		{"the last of three regions", numbers{3, 2, 0}, 4, 5},
		{"the very next is its own", numbers{3, 2, 0}, 1, 2},
		{"the clock is ahead of what is known", numbers{3, 1, 300}, 4, 301},
		{"what is known is ahead of the clock", numbers{3, 1, 300}, 400, 403},
	} {
		t.Run(row.about, func(t *testing.T) {
			if got := row.of.after(row.last); got != row.want {
				t.Errorf("after %d comes %d, want %d", row.last, got, row.want)
			}
		})
	}
}
