package main

// sessions are the rules of rings, batches, back-off and failover.
func sessions() []mutant {
	const feed, endpoint, backoff, client, pull = "session/feed.go", "session/endpoint.go", "session/backoff.go", "session/client.go", "session/pull.go"
	const tables, accounts, scripts = "session TestBackoffTables", "session TestFeedAccounts", "session TestScripts"
	const ring = "session TestRingAgainstModel"
	return []mutant{
		{"a full ring drops the oldest", feed, "\t\t\tnoteDrop(m, g.name(), event.BufferFull, out)\n\t\t\tcontinue", "\t\t\tnoteDrop(g.events.pop(), g.name(), event.BufferFull, out)\n\t\t\tg.events.push(m)\n\t\t\tcontinue", ring},
		{"a ring holds one event more", feed, "g.events.len() >= f.cfg.Ring", "g.events.len() > f.cfg.Ring", ring},
		{"a ring drops without a word", feed, "\t\t\tnoteDrop(m, g.name(), event.BufferFull, out)\n\t\t\tcontinue", "\t\t\tcontinue", accounts},
		{"a second batch leaves before the first is answered", endpoint, "e.state == active && e.batch == nil }", "e.state == active }", accounts},
		{"a batch holds one event more", endpoint, "min(g.events.len(), max(f.cfg.Batch, 1))", "min(g.events.len(), max(f.cfg.Batch, 1)+1)", ring},
		{"a group fails over to its last endpoint", endpoint, "\tfor i := range g.endpoints {\n\t\tswitch e := &g.endpoints[i]; {", "\tfor i := range g.endpoints {\n\t\tswitch e := &g.endpoints[len(g.endpoints)-1-i]; {", scripts},
		{"what was not answered is lost", endpoint, "\tif batch != nil {\n\t\tf.rescue", "\tif batch != nil && g.balance {\n\t\tf.rescue", accounts},
		{"a balanced group sends all to one", endpoint, "\t\tg.turn++\n", "", "session TestFeedBalance"},
		{"a wait has no bound", backoff, "\tif c.Max > 0 {\n\t\twait = min(wait, c.Max)\n\t}\n", "", tables},
		{"the first wait is doubled already", backoff, "for range attempt - 1 {", "for range attempt {", tables},
		{"waits do not grow", backoff, "wait *= event.Duration(c.Factor)", "wait = max(wait, c.First)", tables},
		{"a client that lost its broker starts at the first again", client, "if k.cfg.FromBeginning && k.hub > 0 {", "if k.hub > 0 {", "session TestFromBeginning"},
		{"a client tries its brokers once more", client, "k.cycle >= k.cfg.Cycles", "k.cycle > k.cfg.Cycles", "session TestFailoverAttempts"},
		{"a pull is tried once less", pull, "if a.failed > retry.Times {", "if a.failed >= retry.Times {", "session TestPullRetries"},
	}
}

// sites are rules whose breach a scenario shows.
func sites() []mutant {
	return []mutant{
		{"a true is said once", "trafficmgr/statechange.go", "if on {\n\t\treturn true", "if on {\n\t\treturn was&keyOn == 0", "scenarios TestCatalogue/decision-storm/wso2"},
		{"events are counted however late", "trafficmgr/window.go", "&& !w.lax {", "&& !w.lax && w.unaligned {", "scenarios TestCatalogue/tm-restart-early/wso2"},
		{"a key is throttled past its quota, not at it", "trafficmgr/plan.go", "return k.sum >= p.quota.Limit }", "return k.sum > p.quota.Limit }", "scenarios TestCatalogue/baseline-single/wso2"},
		{"a key's first false is not said", "trafficmgr/statechange.go", "was&keyKnown == 0 && !s.quiet || was&keyOn != 0", "was&keyOn != 0", "scenarios TestAFirstFalseLiftsABlock"},
		{"a decision is not sent to the duplicate", "trafficmgr/count.go", "\t\tif len(m.cfg.Duplicate) > 0 {\n\t\t\tm.duplicate.Publish", "\t\tif len(m.cfg.Duplicate) > 1 {\n\t\t\tm.duplicate.Publish", "trafficmgr TestScripts"},
		{"a wait has no bound", "session/backoff.go", "\tif c.Max > 0 {\n\t\twait = min(wait, c.Max)\n\t}\n", "", "scenarios TestCatalogue/broker-outage-deaf/hardened"},
		{"consumers stay where they failed over to", "session/topic.go", "if t.cfg.FailBack > 0 && t.client.hub > 0 && ", "if t.cfg.FailBack > 0 && t.client.hub > 9 && ", "scenarios TestCatalogue/region-sticky-failover/hardened"},
		{"a consumer that moves keeps the connection that it leaves", "session/failback.go", "\t\tout.Close(old)\n", "\t\t_ = old\n", "scenarios TestCatalogue/tm-kill-midwindow/hardened"},
		{"all spread their waits alike", "session/backoff.go", "return d - event.Duration(mix(key)%uint64(part+1))", "return d - part", "scenarios TestCatalogue/hub-reconnect-herd/hardened"},
		{"a late timer moves a window by one unit", "trafficmgr/window.go", "\tw.end += w.unit * event.Wall(units)\n", "\tw.end += w.unit\n", "scenarios TestCatalogue/manager-pause/hardened"},
		{"a first false is said again", "trafficmgr/statechange.go", "was&keyKnown == 0 && !s.quiet ||", "was&keyKnown == 0 ||", "scenarios TestCatalogue/tm-return-lifts-blocks/hardened"},
		{"one revoked token refuses all", "gateway/revoked.go", "\treturn ok\n", "\treturn ok || len(r.tokens) > 0\n", "scenarios TestCatalogue/revoke-one-gateway/wso2"},
	}
}
