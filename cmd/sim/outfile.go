package main

import (
	"bufio"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"math/rand/v2"
	"os"
	"path/filepath"

	"hubsim/checker"
	"hubsim/report"
)

// outFile is a file that appears only when it is complete: what is written goes to a file beside it,
// which takes its place at the end. A device or a pipe is written directly.
type outFile struct {
	path string
	temp string // "" for a device
	file *os.File
}

// newOutFile makes sure that a file can be written, before the work for it begins.
func newOutFile(path string) (*outFile, error) {
	info, err := os.Stat(path)
	switch {
	case err == nil && info.IsDir():
		return nil, wrong(fmt.Errorf("write %s: this is a directory", path), "name a file in it")
	case err == nil && !info.Mode().IsRegular():
		return opened(path, "", os.O_WRONLY)
	case err == nil:
		return beside(path, info.Mode().Perm())
	case errors.Is(err, fs.ErrNotExist):
		return beside(path, 0)
	}
	return nil, unwritable(path, err)
}

// beside opens the file that will take another's place. One that is there must be writable itself,
// and a link stays a link.
func beside(path string, perm fs.FileMode) (*outFile, error) {
	target := path
	if perm != 0 {
		f, err := os.OpenFile(path, os.O_WRONLY, 0)
		if err != nil {
			return nil, unwritable(path, err)
		}
		if err := f.Close(); err != nil {
			return nil, unwritable(path, err)
		}
		if target, err = filepath.EvalSymlinks(path); err != nil {
			return nil, unwritable(path, err)
		}
	}
	temp := filepath.Join(filepath.Dir(target), fmt.Sprintf(".%s.%x.part", filepath.Base(target), rand.Uint64()))
	o, err := opened(target, temp, os.O_WRONLY|os.O_CREATE|os.O_EXCL)
	if err != nil || perm == 0 {
		return o, err
	}
	if err := o.file.Chmod(perm); err != nil {
		o.discard()
		return nil, unwritable(path, err)
	}
	return o, nil
}

func opened(path, temp string, flags int) (*outFile, error) {
	name := temp
	if temp == "" {
		name = path
	}
	f, err := os.OpenFile(name, flags, 0o644)
	if err != nil {
		return nil, unwritable(path, err)
	}
	return &outFile{path, temp, f}, nil
}

// unwritable is the user's mistake when there is no such directory, and the environment's failure when
// the system does not let us.
func unwritable(path string, err error) error {
	what := fmt.Errorf("write %s: %w", path, reason(err))
	if errors.Is(err, fs.ErrPermission) || !missingDirectory(path) {
		return broken(what, "choose a place that can be written")
	}
	return wrong(what, "make the directory first, or choose another place")
}

func missingDirectory(path string) bool {
	info, err := os.Stat(filepath.Dir(path))
	return err != nil || !info.IsDir()
}

// write fills the file and puts it in its place.
func (o *outFile) write(fill func(io.Writer) error) error {
	b := bufio.NewWriter(o.file)
	err := errors.Join(fill(b), b.Flush(), o.file.Close())
	if err == nil && o.temp != "" {
		err = os.Rename(o.temp, o.path)
	}
	if err != nil {
		return broken(fmt.Errorf("write %s: %w", o.path, reason(err)), "the file is as it was before")
	}
	o.temp = ""
	return nil
}

// discard takes away what is not complete.
func (o *outFile) discard() {
	if o.temp != "" {
		_ = o.file.Close()
		_ = os.Remove(o.temp) // nothing else can be done about it
	}
}

// replace makes a file of a text, or leaves the one that is there.
func replace(path, text string) error {
	o, err := newOutFile(path)
	if err != nil {
		return err
	}
	defer o.discard()
	return o.write(func(w io.Writer) error {
		_, err := io.WriteString(w, text)
		return err
	})
}

// form is how results are written to a file.
type form func(io.Writer, []checker.Result) error

// pending is a file that waits for its results.
type pending struct {
	*outFile
	form form
}

// outFiles are the files of a run.
type outFiles []pending

// files opens the files that the flags ask for.
func (f *runFlags) files() (all outFiles, err error) {
	for _, want := range []struct {
		path string
		form form
	}{{f.json, report.WriteJSON}, {f.junit, report.WriteJUnit}, {f.csv, report.WriteCSV}} {
		if want.path == "" || want.path == "-" {
			continue
		}
		o, err := newOutFile(want.path)
		if err != nil {
			all.discard()
			return nil, err
		}
		all = append(all, pending{o, want.form})
	}
	return all, nil
}

func (all outFiles) write(results []checker.Result) error {
	for _, o := range all {
		if err := o.write(func(w io.Writer) error { return o.form(w, results) }); err != nil {
			return err
		}
	}
	return nil
}

func (all outFiles) discard() {
	for _, o := range all {
		o.discard()
	}
}
