package main

// windows are the rules of throttler:timeBatch.
func windows() []mutant {
	const file, test = "trafficmgr/window.go", "trafficmgr TestWindow"
	return []mutant{
		{"the window's end is still in it", file, "if now < w.end {", "if now <= w.end {", test},
		{"the timer finds nothing on the end itself", file, "w.open && now >= w.end", "w.open && now > w.end", test},
		{"an event ahead of the timer moves the window by two units", file, "w.end += w.unit\n\treturn Rolling", "w.end += 2 * w.unit\n\treturn Rolling", test},
		{"an event ahead of the timer catches all units up", file, "w.end += w.unit\n\treturn Rolling", "w.end += (now-w.end)/w.unit*w.unit + w.unit\n\treturn Rolling", test},
		{"a late timer moves the window by one unit", file, "units = int64((now-w.end)/w.unit) + 1", "units = 1", test},
		{"weeks begin on Mondays", file, "w.end -= now % w.unit", "w.end -= (now + 3*86_400_000) % w.unit", test},
		{"a window without a start is aligned all the same", file, "if !w.unaligned {", "if w.unit > 0 {", test},
		{"an event on the boundary belongs to the window that ends there", file, "w.end -= now % w.unit", "w.end -= (now-1)%w.unit + 1", test},
		{"an event of the window's first millisecond is late", file, "if at < w.end-w.unit-w.grace", "if at <= w.end-w.unit-w.grace", test},
		{"an event may open a window only if it is not late", file, "\t\tw.openAt(now)\n\t\treturn Admitted", "\t\tw.openAt(now)\n\t\tif at < w.end-w.unit {\n\t\t\treturn Late\n\t\t}\n\t\treturn Admitted", test},
		{"events are counted however late", file, "&& !w.lax {", "&& !w.lax && w.unaligned {", test},
		{"event counts know late events", file, "&& !w.lax {", "{", test},
		{"lateness is judged by the window that the event itself begins", file, "if at < w.end-w.unit-w.grace && !w.lax {", "if start := w.end - w.unit - w.grace; !w.lax && (at < start || now >= w.end && at < start+w.unit) {", test},
	}
}

// counting are the rules of sums, expired copies and state changes.
func counting() []mutant {
	const plan, change, ai = "trafficmgr/plan.go", "trafficmgr/statechange.go", "trafficmgr/aiquota.go"
	const golden, vectors, others, model = "trafficmgr TestGolden", "trafficmgr TestVectors", "trafficmgr TestVectorsOfOtherKinds", "trafficmgr TestPlanAgainstModel"
	return []mutant{
		{"a key is throttled past its quota, not at it", plan, "return k.sum >= p.quota.Limit }", "return k.sum > p.quota.Limit }", "trafficmgr TestWorkedExample"},
		{"an event count throttles at its quota", plan, "return k.sum > p.quota.Limit, true", "return k.sum >= p.quota.Limit, true", others},
		{"an event count says every true once", plan, "times = 2", "times = 1", others},
		{"an event count says false at the window's end", plan, "\t\tk.sum = 0\n\t\tid = k.leave()", "\t\tk.sum = 0\n\t\tif p.change.ended(k, false) {\n\t\t\tp.rows = append(p.rows, Row{k.text, false, p.window.end})\n\t\t}\n\t\tid = k.leave()", golden},
		{"each window starts from 0", plan, "k.sum = p.carries(id, k)", "k.sum = 0", others},
		{"a reset's own copy does not expire", "trafficmgr/carried.go", "if !p.broken {\n\t\tcopies += n", "if !p.broken && !reset {\n\t\tcopies += n", others},
		{"a subscription knows resets", plan, "resets: s.level == event.ApplicationLevel", "resets: s.level != event.CustomLevel", others},
		{"an event that rolls the window counts in it", plan, "case rolling:\n\t\to.Expired = p.rollWith(id, ok)", "case rolling:\n\t\to.Expired = p.rollWith(id, ok)\n\t\tk.sum++", vectors},
		{"a release says the end of the new window", plan, "row := Row{k.text, on, end}", "row := Row{k.text, on, p.window.end}", vectors},
		{"the key that rolled the window stands where it first appeared", plan, "p.keys.see(id, p.number, rolling)", "p.keys.see(id, p.number, false)", golden},
		{"an event without a size is one of size 0", plan, "!there && !p.rules.FreshWindows", "!there && !p.rules.FreshWindows && p.resets", model},
		{"copies behind one without a size expire", "trafficmgr/carried.go", "\tif !p.broken {\n\t\tcopies += n\n\t}", "\tcopies += n", model},
		{"a batch with a copy without a size is told", plan, "whole := !p.broken", "whole := true", golden},
		{"a key that was forgotten is counted where it was", "trafficmgr/keys.go", "\tt.forgotten++\n", "", "trafficmgr TestFreshAgainstModel"},
		{"a false is said again", change, "|| was&keyOn != 0", "|| was&keyKnown != 0", golden},
		{"a true is said once", change, "if on {\n\t\treturn true", "if on {\n\t\treturn was&keyOn == 0", vectors},
		{"a key's first false is not said", change, "was&keyKnown == 0 && !s.quiet || was&keyOn != 0", "was&keyOn != 0", "trafficmgr TestWorkedExample"},
		{"an AI quota sums all terms", ai, "limit == 0 || on && a.lazy", "limit == 0", golden},
		{"an AI quota asks its limits from the last", ai, "for i, limit := range a.limits {\n\t\tif limit == 0 || on", "for n := range a.limits {\n\t\ti := len(a.limits) - 1 - n\n\t\tlimit := a.limits[i]\n\t\tif limit == 0 || on", model},
		{"an AI quota throttles past its limit", ai, "sums[i] >= limit", "sums[i] > limit", golden},
	}
}

// policies are the rules of what a policy counts, and of its condition groups.
func policies() []mutant {
	const of, set, condition = "trafficmgr/policyof.go", "trafficmgr/planset.go", "trafficmgr/condition.go"
	const groups, conditions = "trafficmgr TestGroupsAgainstModel", "trafficmgr TestCondition"
	return []mutant{
		{"a gigabyte is one", of, `l.DataUnit == "GB" && !r.WholeGigabytes`, `l.DataUnit == "GB" && r.WholeGigabytes`, "trafficmgr TestPolicyOfListedGroups"},
		{"the default plan counts what a group counts", set, "if len(s.eligible) == 0 {", "if len(s.eligible) < len(s.groups)+1 {", groups},
		{"the first group that an event meets keeps it", set, "\t\t\ts.eligible = append(s.eligible, s.Plans[i])\n", "\t\t\ts.eligible = append(s.eligible, s.Plans[i])\n\t\t\tbreak\n", groups},
		{"one condition of a group is enough", set, "\t\tif !group[i].match(p) {\n\t\t\treturn false\n\t\t}\n\t}\n\treturn true", "\t\tif group[i].match(p) {\n\t\t\treturn true\n\t\t}\n\t}\n\treturn false", groups},
		{"what is missing does not meet an inverted condition", condition, "return (there && m.regex.MatchString(s)) != m.invert", "return there && m.regex.MatchString(s) != m.invert", conditions},
		{"an address that is missing does not meet an inverted condition", condition, "return (there && !ip.Less(m.from) && !m.to.Less(ip)) != m.invert", "return there && (!ip.Less(m.from) && !m.to.Less(ip)) != m.invert", conditions},
		{"the last address of a range is outside", condition, "!m.to.Less(ip)", "ip.Less(m.to)", conditions},
		{"an expression must match from the beginning", condition, "m.regex, err = event.Pattern(c.Value)\n\tcase QueryCondition, ClaimCondition:\n\t\tm.regex, err = event.Pattern(c.Value)", "m.regex, err = event.Pattern(c.Value)\n\tcase QueryCondition, ClaimCondition:\n\t\tm.regex, err = event.Pattern(\"^(?:\" + c.Value + \")\")", conditions},
		{"a header's name is compared as it is written", condition, "m.name = strings.ToLower(c.Name)", "m.name = strings.TrimSpace(c.Name)", conditions},
	}
}

// receivers are the rules of the workers that count batches.
func receivers() []mutant {
	const file, order, scripts = "trafficmgr/receiver.go", "trafficmgr TestWorkersAgainstModel", "trafficmgr TestScripts"
	return []mutant{
		{"a batch is begun when it comes, whoever is busy", file, "max(r.freed, b.at)", "b.at", order},
		{"of two events that are ready at once the later batch's goes first", file, "r.jobs[i].ready < r.jobs[first].ready", "r.jobs[i].ready <= r.jobs[first].ready", order},
		{"one worker does all", file, "if c.ServiceTime <= 0 && c.WorkerSpread <= 0 {", "if c.ServiceTime >= 0 {", scripts},
		{"a worker hands on its first event at once", file, "session.Part(r.cfg.WorkerSpread,", "session.Part(0,", scripts},
		{"a batch is answered though there is no room", file, "r.queue[:min(len(r.queue), r.limit())]", "r.queue", scripts},
	}
}
