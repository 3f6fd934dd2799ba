package scenarios

import (
	"errors"
	"fmt"
	"strings"

	"hubsim/internal/spelling"
)

// schemaHint is what to do where nothing better is known.
const schemaHint = "sim docs schema prints what may stand in a scenario"

// A FileError is what is wrong with a file, each complaint with its place.
type FileError struct {
	File       string
	Complaints []string // "12:3: workload[0].rate: …", and on a line of its own "hint: …"
}

// Error implements error.
func (e *FileError) Error() string {
	lines := make([]string, len(e.Complaints))
	for i, c := range e.Complaints {
		lines[i] = e.File + ":" + c
	}
	return strings.Join(lines, "\n")
}

// An UnfitError is that a scenario asks for somebody whom the user's deployment does not have.
type UnfitError struct {
	*FileError
	Needs string // what for, on one line
}

// Unwrap gives the complaints.
func (e *UnfitError) Unwrap() error { return e.FileError }

// complaint is one thing that is wrong.
type complaint struct {
	spot
	at         way
	text, hint string
	unfit      bool // nothing is wrong with the scenario: it asks for more than the deployment has
}

func (c *complaint) String() string {
	text := c.spot.String() + " "
	if len(c.at) > 0 {
		text += c.at.String() + ": "
	}
	return text + c.text + "\nhint: " + or(c.hint, schemaHint)
}

// critic gathers what is wrong with a scenario.
type critic struct {
	source    *source
	elsewhere bool // it is to run on the user's own deployment, which need not have everybody
	all       []complaint
}

// say complains of the value that a way leads to.
func (c *critic) say(at way, hint, format string, args ...any) {
	c.all = append(c.all, complaint{spot: c.source.at(at), at: at, text: fmt.Sprintf(format, args...), hint: hint})
}

// none complains of a name that is none of those known.
func (c *critic) none(at way, what, given string, names []string) {
	c.say(at, spelling.Hint(given, names), "there is no %s %q", what, given)
}

// blame complains with somebody's error, which may carry a hint of its own.
func (c *critic) blame(at way, err error) {
	if err == nil {
		return
	}
	text, hint, _ := strings.Cut(err.Error(), "\nhint: ")
	c.say(at, strings.ReplaceAll(hint, "\n", " "), "%s", text)
}

// nobody complains of a name that resolve did not know.
func (c *critic) nobody(at way, err error) {
	c.blame(at, err)
	if unknown := (*nameError)(nil); errors.As(err, &unknown) {
		c.all[len(c.all)-1].unfit = c.elsewhere
	}
}

// verdict is all complaints as one error, or nil. A scenario that no file holds goes by its name.
func (c *critic) verdict(name string) error {
	if len(c.all) == 0 {
		return nil
	}
	e := &FileError{File: or(c.source.file, "scenario "+name)}
	unfit := true
	for i := range c.all {
		e.Complaints = append(e.Complaints, c.all[i].String())
		unfit = unfit && c.all[i].unfit
	}
	if unfit {
		return &UnfitError{e, c.all[0].text}
	}
	return e
}
