package deployment

import (
	"embed"
	"fmt"
	"io/fs"
	"slices"

	"hubsim/internal/spelling"
)

//go:embed patterns
var embedded embed.FS

// Patterns returns the names of the deployment patterns that come with the simulator.
func Patterns() []string {
	entries, err := embedded.ReadDir("patterns")
	if err != nil {
		return nil
	}
	names := sortedKeys(shapes)
	for _, e := range entries {
		names = append(names, e.Name())
	}
	slices.Sort(names)
	return names
}

// Pattern returns the files of a deployment pattern, as ReadFS reads them.
func Pattern(name string) (fs.FS, error) {
	if Grows(name) {
		return Sized(name, Size{})
	}
	for _, p := range Patterns() {
		if p == name {
			return fs.Sub(embedded, "patterns/"+p)
		}
	}
	hint := "patterns are " + orList(Patterns(), "and")
	if s := spelling.Nearest(name, Patterns()); s != "" {
		hint = "did you mean " + s + "? " + hint
	}
	return nil, fmt.Errorf("there is no deployment pattern %q\nhint: %s", name, hint)
}
