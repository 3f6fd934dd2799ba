package deployment

import "strings"

// describeOlder says whom a node of the 2.x layout calls.
func (h *Host) describeOlder(say func(what, whom string)) {
	w := &h.Wiring
	ids := strings.Join(idTexts(w.Pull), ", ")
	switch {
	case h.Role == Gateway && h.Settings.Older.KeyManager.Scheme == "thrift":
		say("asks about tokens over Thrift", ids)
	case h.Role == Gateway:
		say("asks about tokens over HTTPS", ids)
	default:
		say("pulls its policies from", ids)
	}
	what := "deploys APIs to"
	if h.Role == KeyManager {
		what = "clears caches of users at"
	}
	for _, e := range w.Environments {
		say(what, sprint("%s, environment %s", elided(e.To), e.Name))
	}
	say("deploys policies to", strings.Join(idTexts(w.Policies), " or "))
	say("revokes through", strings.Join(idTexts(w.Revoke), " or "))
	say("has its files in", string(w.Files))
}

// text says whose a directory is, and how it comes by its files.
func (s *FileStore) text() string {
	switch {
	case s.Writer != "":
		return sprint("of %s, a copy of %s by rsync every %v", elided(s.Nodes), s.Writer, s.Every)
	case len(s.Nodes) > 1:
		return "mounted by " + elided(s.Nodes)
	}
	return "of " + elided(s.Nodes) + " alone"
}
