package bench

import (
	"runtime"
	"runtime/debug"
)

// Machine is where and with what a result was measured.
type Machine struct {
	CPU      string `json:"cpu"`
	Cores    int    `json:"cores"`
	Kernel   string `json:"kernel"`
	Platform string `json:"platform"`
	Go       string `json:"go"`
	Commit   string `json:"commit"`             // "" when the build does not know it
	Modified bool   `json:"modified,omitempty"` // the tree differed from the commit
}

// ThisMachine reads the figures of the machine and of the program's build.
func ThisMachine() Machine {
	m := Machine{Cores: runtime.NumCPU(), Platform: runtime.GOOS + "/" + runtime.GOARCH, Go: runtime.Version()}
	m.CPU, m.Kernel = system()
	info, ok := debug.ReadBuildInfo()
	if !ok {
		return m
	}
	for _, s := range info.Settings {
		switch s.Key {
		case "vcs.revision":
			m.Commit = s.Value
		case "vcs.modified":
			m.Modified = s.Value == "true"
		}
	}
	return m
}
