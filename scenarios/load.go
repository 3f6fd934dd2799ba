package scenarios

import (
	"embed"
	"errors"
	"fmt"
	"os"
	"path"
	"reflect"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"go.yaml.in/yaml/v4"
)

//go:embed catalogue/*.yaml
var catalogue embed.FS

// Names lists the catalogue, sorted.
func Names() []string {
	entries, err := catalogue.ReadDir("catalogue")
	if err != nil {
		panic(err) // the directory is part of the binary
	}
	names := make([]string, len(entries))
	for i, e := range entries {
		names[i] = strings.TrimSuffix(e.Name(), ".yaml")
	}
	return names
}

// ErrUnknown is that the catalogue has no such scenario.
var ErrUnknown = errors.New("no such scenario")

// Load reads a scenario of the catalogue by its name, or a user's own by its path (anything with a
// dot or a slash in it).
func Load(name string) (*Scenario, error) {
	if strings.ContainsAny(name, "./") {
		text, err := os.ReadFile(name)
		if err != nil {
			return nil, fmt.Errorf("reading the scenario: %w", err)
		}
		return Parse(name, text)
	}
	text, err := catalogue.ReadFile(path.Join("catalogue", name+".yaml"))
	if err != nil {
		return nil, fmt.Errorf("%w: %q", ErrUnknown, name)
	}
	return Parse(path.Join("scenarios/catalogue", name+".yaml"), text)
}

// Parse reads a scenario. Its error is a *FileError that holds all complaints.
func Parse(file string, text []byte) (*Scenario, error) {
	s := &Scenario{source: source{file: file}}
	var root yaml.Node
	if err := yaml.Load(text, &root); err != nil {
		return nil, &FileError{file, syntax(string(text), err)}
	}
	s.source.lines, s.source.root = strings.Split(string(text), "\n"), root.Content[0]
	c := critic{source: &s.source}
	c.form(s.source.root, reflect.TypeFor[Scenario](), nil)
	if err := c.verdict(file); err != nil {
		return nil, err
	}
	if err := yaml.Load(text, s, yaml.WithKnownFields()); err != nil {
		return nil, &FileError{file, syntax(string(text), err)}
	}
	s.missing(&c)
	if err := c.verdict(file); err != nil {
		return nil, err
	}
	return s, nil
}

// syntax turns what the YAML library says into complaints with their places.
func syntax(text string, err error) (lines []string) {
	var all *yaml.LoadErrors
	if one := (*yaml.LoadError)(nil); !errors.As(err, &all) {
		if !errors.As(err, &one) {
			return []string{(&complaint{text: err.Error()}).String()}
		}
		all = &yaml.LoadErrors{Errors: []*yaml.LoadError{one}} // no YAML at all: the library stops at the first
	}
	for _, e := range all.Errors {
		c := complaint{spot: spot{e.Mark.Line, e.Mark.Column}, text: or(e.Message, e.Error())}
		switch {
		case strings.Contains(c.text, "no documents"):
			c.text = "the file is empty"
		case strings.Contains(c.text, "found multiple"):
			c.text = "the file holds several documents; a scenario is one"
		case c.line == 0:
			c.spot = unreadable(text)
		}
		lines = append(lines, c.String())
	}
	return lines
}

// unreadable is the first character that YAML does not allow, of which the library does not say where it
// stands.
func unreadable(text string) spot {
	for n, line := range strings.Split(text, "\n") {
		for col, r := range line {
			if r == utf8.RuneError || unicode.IsControl(r) && r != '\t' && r != '\r' && r != '\u0085' {
				return spot{n + 1, utf8.RuneCountInString(line[:col]) + 1}
			}
		}
	}
	return spot{}
}

// missing checks what must be there and what must agree, without looking at the deployment.
func (s *Scenario) missing(c *critic) {
	if s.Name == "" {
		c.say(way{"name"}, "sim run calls it by it, as name: my-scenario", "a scenario needs a name")
	}
	if s.Question == "" {
		c.say(way{"question"}, "one sentence that ends in a question mark", "a scenario asks something; say what")
	}
	if drivers := []string{"virtual", "live"}; s.Driver != "" && !slices.Contains(drivers, s.Driver) {
		c.none(way{"driver"}, "driver", s.Driver, drivers)
	}
	if s.Length <= 0 {
		c.say(way{"length"}, "for instance length: 60s", "how long does the run take?")
	}
	if len(s.Checks) == 0 {
		c.say(way{"checks"}, "sim docs checks lists them", "nothing would be checked")
	}
	for _, profile := range sortedKeys(s.Expect) {
		at := way{"expect", profile}
		if !slices.Contains(Profiles, profile) {
			c.none(at, "profile", profile, Profiles)
		}
		s.gaps(c, at.then("gaps"), s.Expect[profile].Gaps)
		s.gaps(c, at.then("sometimes"), s.Expect[profile].Sometimes)
		for _, check := range sortedKeys(s.Expect[profile].Sometimes) {
			if _, always := s.Expect[profile].Gaps[check]; always {
				c.say(at.then("sometimes", check), "a gap shows in every run, or with some seeds", "%q is among the gaps, too", check)
			}
		}
	}
	if s.Twin != nil {
		s.Twin.missing(c, s.Checks)
	}
}

// gaps checks that known gaps are of checks that the scenario asks for.
func (s *Scenario) gaps(c *critic, at way, gaps map[string]string) {
	for _, check := range sortedKeys(gaps) {
		if !slices.ContainsFunc(s.Checks, func(c Check) bool { return c.Check == check }) {
			c.say(at.then(check), "a gap is one of a check of this scenario", "%q is not among the checks", check)
		}
	}
}

// missing checks what a twin must say.
func (t *Twin) missing(c *critic, checks []Check) {
	at := way{"twin"}
	if t.Profile != "" && !slices.Contains(Profiles, t.Profile) {
		c.none(at.then("profile"), "profile", t.Profile, Profiles)
	}
	if len(t.Fails) == 0 {
		c.say(at.then("fails"), "name the checks that must notice the mistake", "a twin that need not fail shows nothing")
	}
	for i, name := range t.Fails {
		if !slices.ContainsFunc(checks, func(k Check) bool { return k.Check == name }) {
			c.say(at.then("fails", i), "a twin fails checks of its scenario", "%q is not among the checks", name)
		}
	}
}

// Profiles are the two ways in which every protocol rule exists.
var Profiles = []string{"wso2", "hardened"}
