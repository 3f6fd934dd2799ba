package bench

import (
	"os"
	"strconv"
	"strings"
	"syscall"
	"time"
)

// jiffy is the unit of /proc/stat: USER_HZ is 100 wherever Linux runs Go (proc(5)).
const jiffy = 10 * time.Millisecond

// readUsage reads getrusage(2) and /proc/stat. What cannot be read is 0.
func readUsage() usage {
	u := usage{at: time.Now()}
	var r syscall.Rusage
	if syscall.Getrusage(syscall.RUSAGE_SELF, &r) == nil {
		u.own = time.Duration(r.Utime.Nano() + r.Stime.Nano())
	}
	text, err := os.ReadFile("/proc/stat")
	if err != nil {
		return u
	}
	u.busy, u.steal = parseStat(string(text))
	return u
}

// parseStat reads the line of all processors: user nice system idle iowait irq softirq steal (proc(5)).
func parseStat(text string) (busy, steal time.Duration) {
	line, _, _ := strings.Cut(text, "\n")
	fields := strings.Fields(line)
	if len(fields) < 9 || fields[0] != "cpu" {
		return 0, 0
	}
	at := func(i int) time.Duration {
		n, _ := strconv.ParseInt(fields[i], 10, 64) // a field that is no number counts as none
		return time.Duration(n) * jiffy
	}
	return at(1) + at(2) + at(3) + at(6) + at(7), at(8)
}

// system says what the machine is: the processor's name and the kernel's.
func system() (cpu, kernel string) {
	text, _ := os.ReadFile("/proc/cpuinfo")
	for line := range strings.Lines(string(text)) {
		if name, value, ok := strings.Cut(line, ":"); ok && strings.TrimSpace(name) == "model name" {
			cpu = strings.TrimSpace(value)
			break
		}
	}
	release, _ := os.ReadFile("/proc/sys/kernel/osrelease")
	return cpu, strings.TrimSpace(string(release))
}
