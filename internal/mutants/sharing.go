package main

// sharing are the rules of counters that traffic managers share.
func sharing() []mutant {
	const counters, tally = "trafficmgr/counters.go", "trafficmgr/sharing.go"
	const together, scripts = "trafficmgr TestCountsComeTogether", "trafficmgr TestScripts"
	return []mutant{
		{"what was brought to the store is brought again", counters, "\t\t\tt.unsynced = 0\n", "", together},
		{"a reply is added to the own count", counters, "\t\tk.sum = a.N\n", "\t\tk.sum += a.N\n", together},
		{"what a broken connection carried is not brought again", counters, "c.asked[i].tally.unsynced += c.asked[i].delta", "_ = c.asked[i].delta", "trafficmgr TestADeltaIsPutBack"},
		{"an answer of the old window counts in the new one", counters, "q.window == t.window && q.window == t.plan.window.end", "q.window == t.window", scripts},
		{"what the store forgot is forgotten", counters, "max(t.others[q.peer], a.N)", "a.N", scripts},
		{"the window's copies stay in the store", tally, "t.unsynced -= t.copies", "_ = t.unsynced", scripts},
		{"nobody waits for the store", counters, "if t.ready {", "if c.cfg.Pool > 0 {", scripts},
		{"everybody waits for the store", "trafficmgr/count.go", "if !m.cfg.Sharing.FirstWaits {", "if m.cfg.Sharing.Pool == 0 {", scripts},
		{"a silent store is waited for", counters, "\tif c.cfg.Timeout > 0 {\n", "\tif c.cfg.Timeout > event.Hour {\n", scripts},
		{"a restarted manager does not ask what it had counted", tally, "t.known = t.window != 0", "t.known = true", "trafficmgr TestAManagerAsksForItsOwnCount"},
	}
}
