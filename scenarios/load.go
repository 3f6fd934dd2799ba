package scenarios

import (
	"embed"
	"errors"
	"fmt"
	"os"
	"path"
	"slices"
	"strings"

	"go.yaml.in/yaml/v4"
)

//go:embed catalogue/*.yaml
var catalogue embed.FS

// A FileError is what is wrong with a scenario file, each complaint with its place.
type FileError struct {
	File       string
	Complaints []string // "12:3: …"
}

// Error implements error.
func (e *FileError) Error() string {
	lines := make([]string, len(e.Complaints))
	for i, c := range e.Complaints {
		lines[i] = e.File + ":" + c
	}
	return strings.Join(lines, "\n")
}

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
	return Parse(name+".yaml", text)
}

// Parse reads a scenario. Its error is a *FileError that holds all complaints.
func Parse(file string, text []byte) (*Scenario, error) {
	var s Scenario
	if err := yaml.Load(text, &s, yaml.WithKnownFields()); err != nil {
		return nil, &FileError{file, complaints(err)}
	}
	if missing := s.missing(); len(missing) > 0 {
		return nil, &FileError{file, missing}
	}
	return &s, nil
}

// complaints turns what the YAML library says into one line each, with its place.
func complaints(err error) []string {
	var all *yaml.LoadErrors
	if one := (*yaml.LoadError)(nil); !errors.As(err, &all) {
		if !errors.As(err, &one) {
			return []string{" " + err.Error()}
		}
		all = &yaml.LoadErrors{Errors: []*yaml.LoadError{one}} // no YAML at all: the library stops at the first
	}
	var out []string
	for _, e := range all.Errors {
		place := ""
		if e.Mark.Line > 0 {
			place = fmt.Sprintf("%d:%d:", e.Mark.Line, e.Mark.Column)
		}
		out = append(out, place+" "+plain(e.Message))
	}
	return out
}

// plain takes the library's type names out of a message.
func plain(text string) string {
	if i := strings.Index(text, " in type scenarios."); i >= 0 {
		text = strings.TrimSuffix(text[:i], " not found") + " is not known here"
	}
	return text
}

// missing checks what must be there and what must agree, without looking at the deployment.
func (s *Scenario) missing() (all []string) {
	complain := func(key, format string, args ...any) {
		all = append(all, fmt.Sprintf(" %s: %s", key, fmt.Sprintf(format, args...)))
	}
	if s.Name == "" {
		complain("name", "a scenario needs a name")
	}
	if s.Question == "" {
		complain("question", "a scenario asks something; say what")
	}
	if !slices.Contains([]string{"", "virtual", "live"}, s.Driver) {
		complain("driver", "%q is no driver (they are: virtual, live)", s.Driver)
	}
	if s.Length <= 0 {
		complain("length", "how long does the run take? For instance 60s")
	}
	if len(s.Checks) == 0 {
		complain("checks", "nothing would be checked; see sim docs checks")
	}
	for i, c := range s.Checks {
		if _, err := c.spec(); err != nil {
			complain(fmt.Sprintf("checks[%d]", i), "%v", err)
		}
	}
	for _, profile := range sortedKeys(s.Expect) {
		if !slices.Contains(Profiles, profile) {
			complain("expect", "%q is no profile (they are: %s)", profile, strings.Join(Profiles, ", "))
		}
		for _, check := range sortedKeys(s.Expect[profile].Gaps) {
			if !slices.ContainsFunc(s.Checks, func(c Check) bool { return c.Check == check }) {
				complain("expect", "profile %s has a gap in %q, which is not among the checks", profile, check)
			}
		}
	}
	return all
}

// Profiles are the two ways in which every protocol rule exists.
var Profiles = []string{"wso2", "hardened"}
