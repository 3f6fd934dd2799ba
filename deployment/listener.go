package deployment

import (
	"slices"
	"strings"
)

// listener is one [[event_listener]]. The product keeps them by type and name (carbon-identity-framework,
// IdentityConfigParser.java), so that of several the last one counts.
type listener struct {
	path     string
	id, name string // the name with its type; "" where no name is given
	endpoint string // of its properties; the interceptor of revocations is on only with one (ApimOauthEventInterceptor.java)
	off      bool
}

func readListeners(f *file) []listener {
	const table = "event_listener"
	var all []listener
	for i := range f.counts[table] {
		path := elementOf(table, i)
		l := listener{path: path, id: f.text(path + ".id"), endpoint: f.text(path + ".properties.notification_endpoint")}
		if name := f.text(path + ".name"); name != "" {
			l.name = f.text(path+".type") + " " + name
		}
		l.off = f.has(path+".enable") && !f.flag(path+".enable")
		all = append(all, l)
	}
	return all
}

// same tells whether one takes the place of the other. One without a name goes by its id.
func (l *listener) same(other *listener) bool {
	if l.name == "" || other.name == "" {
		return l.id == other.id
	}
	return l.name == other.name
}

func (l *listener) revokes() bool {
	return l.id == "token_revocation" || strings.HasSuffix(l.name, ".ApimOauthEventInterceptor")
}

// tells tells whether it is on and has an endpoint to tell.
func (l *listener) tells() bool { return l.endpoint != "" && !l.off }

// replaced tells whether a later listener takes the place of one.
func replaced(all []listener, at int) bool {
	return slices.ContainsFunc(all[at+1:], func(later listener) bool { return later.same(&all[at]) })
}

// revocationListener is the event listener that tells of revocations; "" is none.
func revocationListener(f *file) string {
	all := readListeners(f)
	for i := range all {
		if all[i].revokes() && all[i].tells() && !replaced(all, i) {
			return all[i].path
		}
	}
	return ""
}

// readNotify returns the endpoints of the listeners that count, and complains of the others.
func readNotify(f *file) []URL {
	var notify []URL
	all := readListeners(f)
	for i := range all {
		l := &all[i]
		if slices.ContainsFunc(all[:i], func(before listener) bool { return before.same(l) }) && !replaced(all, i) {
			f.twice(l)
		}
		if u := f.url(l.path + ".properties.notification_endpoint"); u.Host != "" && !replaced(all, i) {
			notify = append(notify, u)
		}
	}
	return notify
}

// twice complains of a listener that took the place of another. Where it tells of revocations, none is lost.
func (f *file) twice(l *listener) {
	f.found.add("duplicate-listener", f.place(l.path+".id"), "there are two event listeners "+l.id)
	switch {
	case !l.revokes():
		f.found.harmless("the listener has no part in the simulation")
	case l.tells():
		f.found.harmless("the last one has an endpoint, and the control plane is told of revocations")
	}
}

// handlers are the names in which a control plane takes revocations: its own, which an event without a name has too, and
// that of the connector for WSO2 Identity Server, which comes with the product (DefaultKeyManagerEventHandlerImpl.java;
// wso2-extensions/apim-km-wso2is, WSO2ISNotificationEventHandler.java).
var handlers = []string{"", "default", "WSO2-IS"}

// header is the path of the name in which the listener tells of revocations.
func (r *Revocation) header() string { return r.Listener + `.properties."header.X-WSO2-KEY-MANAGER"` }

// strange is the name in which the listener tells of revocations where no handler has it, else "".
func (r *Revocation) strange(f *file) string {
	if name := f.text(r.header()); r.Listener != "" && !slices.Contains(handlers, name) {
		return name
	}
	return ""
}
