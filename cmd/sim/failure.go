package main

import (
	"errors"
	"fmt"
	"io"
	"io/fs"
	"strings"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"hubsim/scenarios"
)

// failure is an error with its exit code and what to do about it.
type failure struct {
	code int
	err  error
	hint string // "" when the error carries its own, or there is none
}

// Error implements error.
func (f *failure) Error() string { return f.err.Error() }

// Unwrap gives the cause.
func (f *failure) Unwrap() error { return f.err }

// wrong is the user's to mend: wrong use, or bad configuration.
func wrong(err error, hint string) error { return &failure{exitWrong, err, hint} }

// broken is the simulator's own failure, or its environment's.
func broken(err error, hint string) error { return &failure{exitInternal, err, hint} }

// verdict is an exit code without a complaint: what there is to say was said.
type verdict int

// Error implements error.
func (v verdict) Error() string { return fmt.Sprintf("exit code %d", int(v)) }

// judged makes a verdict of an exit code.
func judged(code int) error {
	if code == exitPass {
		return nil
	}
	return verdict(code)
}

// explain prints what went wrong, once, and returns the exit code.
func explain(w io.Writer, err error) int {
	if err == nil {
		return exitPass
	}
	if v := verdict(0); errors.As(err, &v) {
		return int(v)
	}
	f := &failure{code: exitInternal, err: err}
	_ = errors.As(err, &f)
	if bad := (*scenarios.FileError)(nil); errors.As(f.err, &bad) && bad.Error() == f.Error() {
		for _, c := range bad.Complaints {
			tell(w, bad.File+":"+c, "")
		}
		return f.code
	}
	tell(w, f.Error(), f.hint)
	return f.code
}

// tell prints one complaint, and a hint in place of its own.
func tell(w io.Writer, text, instead string) {
	what, hint := hinted(text)
	if instead != "" {
		hint = instead
	}
	fmt.Fprintf(w, "sim: %s\n", strings.ReplaceAll(what, "\n", "\n     "))
	if hint != "" {
		fmt.Fprintf(w, "hint: %s\n", hint)
	}
}

// hinted takes the hint out of a message that carries one: in brackets or on a line of its own.
func hinted(text string) (what, hint string) {
	if what, hint, found := strings.Cut(text, "\nhint: "); found {
		return what, strings.ReplaceAll(hint, "\n", " ")
	}
	if at := strings.LastIndex(text, " (hint: "); at >= 0 && strings.HasSuffix(text, ")") {
		return text[:at], text[at+len(" (hint: ") : len(text)-1]
	}
	return text, ""
}

// wrongFlag says what is wrong with a flag in our words.
func wrongFlag(cmd *cobra.Command, err error) error {
	hint := cmd.CommandPath() + " --help lists the flags"
	unknown, value, missing := (*pflag.NotExistError)(nil), (*pflag.InvalidValueError)(nil), (*pflag.ValueRequiredError)(nil)
	switch {
	case errors.As(err, &unknown):
		var names []string
		cmd.Flags().VisitAll(func(f *pflag.Flag) { names = append(names, "--"+f.Name) })
		name := "--" + unknown.GetSpecifiedName()
		if unknown.GetSpecifiedShortnames() != "" {
			name = "-" + unknown.GetSpecifiedName()
		}
		return wrong(fmt.Errorf("%s has no flag %s", cmd.CommandPath(), name), didYouMean(name, names, hint))
	case errors.As(err, &value):
		return wrongValue(value, hint)
	case errors.As(err, &missing):
		return wrong(fmt.Errorf("the flag --%s needs a value", missing.GetFlag().Name), hint)
	}
	return wrong(err, hint)
}

// valueForms say how values of a flag's type are written.
var valueForms = map[string]string{
	"uint64": "a whole number from 0", "int": "a whole number", "duration": "a duration such as 90s or 2m", "bool": "true or false",
}

func wrongValue(e *pflag.InvalidValueError, hint string) error {
	f := e.GetFlag()
	if c, ok := f.Value.(*choice); ok {
		return wrong(fmt.Errorf("--%s cannot be %q", f.Name, e.GetValue()), didYouMean(e.GetValue(), c.allowed, "it is one of "+strings.Join(c.allowed, ", ")))
	}
	form := valueForms[f.Value.Type()]
	if form == "" {
		return wrong(fmt.Errorf("--%s: %w", f.Name, e), hint)
	}
	return wrong(fmt.Errorf("--%s: %q is not %s", f.Name, e.GetValue(), form), hint)
}

// reason is a file error's cause without the path, which the message names already.
func reason(err error) error {
	if p := (*fs.PathError)(nil); errors.As(err, &p) {
		return p.Err
	}
	return err
}
