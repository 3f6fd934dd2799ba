package main

import (
	"io"
	"os"

	"golang.org/x/term"
)

// terminal tells whether somebody looks at what is written.
func terminal(w io.Writer) bool {
	f, ok := w.(*os.File)
	return ok && term.IsTerminal(int(f.Fd()))
}

// colored tells whether to paint: on a terminal that can, for a user who has not said no (no-color.org).
func colored(w io.Writer) bool {
	return terminal(w) && os.Getenv("NO_COLOR") == "" && os.Getenv("TERM") != "dumb"
}
