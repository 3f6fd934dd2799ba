package deployment

import "slices"

// missedBy are the rules that tell what comes of a file without one of these keys. A run of such a rule's
// scenario shows it.
var missedBy = map[string][]string{
	"apim.event_hub.service_url":                     {"no-pull", "pull-from-one"},
	"apim.event_hub.event_listening_endpoints":       {"no-event-hub", "manager-without-hub"},
	"apim.event_hub.event_duplicate_url":             {"duplicate-missing", "duplicate-one-sided", "duplicate-leaves-out"},
	"apim.event_hub.publish.url_group.urls":          {"publish-missing"},
	"apim.throttling.throttle_decision_endpoints":    {"no-decisions", "one-manager-heard"},
	"apim.throttling.url_group.traffic_manager_urls": {"not-counting", "counted-apart", "uncounted-manager"},
	"apim.distributed_throttling.enable":             {"shared-counter-on-some", "load-balanced-counting"},
	"qpid.heartbeat.delay":                           {"heartbeat-off"},
}

// unknown complains of a key that nobody reads. Where another was meant, that one is missed.
func (f *file) unknown(path, meant string) {
	if meant == "" {
		f.found.add("unknown-key", f.place(path), "the product does not know this key")
		return
	}
	f.found.add("misspelled-key", f.place(path), "the product does not know this key", "did you mean "+meant+"?")
	f.found.all[len(f.found.all)-1].meant = meant
}

// missed says of each misspelled key which run shows that the one that was meant is not there: that of the rule
// by which it is missed.
func (fs *findings) missed() {
	for i := range fs.all {
		f := &fs.all[i]
		if f.meant == "" {
			continue
		}
		at := slices.IndexFunc(fs.all, func(other Finding) bool { return other.Shown && slices.Contains(missedBy[f.meant], other.Rule) })
		if at < 0 {
			f.Shown, f.NotShown = false, "a run goes on without the key, as the product does, and no other rule misses "+f.meant
			continue
		}
		f.Scenario = fs.all[at].Scenario
	}
}
