package deployment

import (
	"reflect"
	"slices"
	"strings"

	"hubsim/event"
)

// mostRighted is how many keys are looked at one by one; what a file of more slips lacks is told of all of them
// together.
const mostRighted = 16

// unknown complains of a key that nobody reads. Where another was meant, that one is missed.
func (f *file) unknown(path, meant string) {
	if meant == "" {
		f.found.add("unknown-key", f.place(path), "the product does not know this key")
		return
	}
	f.found.add("misspelled-key", f.place(path), "the product does not know this key", "did you mean "+meant+"?")
	last := &f.found.all[len(f.found.all)-1]
	last.slip, last.meant = schemaOf(path), meant
}

// right gives the values of misspelled keys to those that were meant.
func (f *file) right(slips map[string]bool) {
	for _, path := range f.paths() {
		slip := schemaOf(path)
		if !slips[slip] {
			continue
		}
		from, to := splitPath(path), splitPath(meantBy(slip))
		if len(from) != len(to) {
			continue
		}
		was, is := "", ""
		for i := range from {
			name, index, indexed := strings.Cut(from[i], "[")
			if was, is = join(was, name), join(is, to[i]); indexed {
				f.counts[is] = max(f.counts[is], f.counts[was])
				was, is = was+"["+index, is+"["+index
			}
			f.at[is] = f.at[was]
		}
		if _, there := f.values[is]; !there {
			f.values[is] = f.values[path]
		}
		delete(f.values, path)
	}
}

// join puts a name as it is written behind a path.
func join(path, name string) string {
	if path == "" {
		return name
	}
	return path + "." + name
}

// righted are the same files with some keys spelled right, and what is found in them.
type righted struct {
	d     *Deployment
	found []Finding
}

func (r *reader) righted(slips map[string]bool) righted {
	again := reader{fsys: r.fsys, set: r.set, shown: r.shown, slips: slips}
	d, found, _ := again.read()
	return righted{d, found}
}

// missed says of each misspelled key which run shows that the one that was meant is not there: that of the
// worst finding that would not be there with it. d is nil where the files cannot be run as they are.
func (r *reader) missed(d *Deployment) {
	slips := map[string]bool{}
	for i := range r.found.all {
		if f := &r.found.all[i]; f.slip != "" {
			slips[f.slip] = true
		}
	}
	if len(slips) == 0 || r.slips != nil {
		return
	}
	all := r.righted(slips)
	each := map[string]righted{}
	for _, slip := range sortedKeys(slips) {
		each[slip] = all
		if len(slips) > 1 && len(slips) <= mostRighted {
			each[slip] = r.righted(map[string]bool{slip: true})
		}
	}
	for i := range r.found.all {
		if f := &r.found.all[i]; f.slip != "" {
			f.missing(r.found.all, each[f.slip], all, d)
		}
	}
}

// missing names the run that shows what a misspelled key lacks.
func (f *Finding) missing(as []Finding, one, all righted, d *Deployment) {
	of := gone(f, as, one.found)
	if of == nil {
		of = gone(f, as, all.found)
	}
	if f.Scenario, f.Mended = "", one.d; of != nil {
		f.Scenario = of.Scenario
	}
	switch {
	case d == nil || one.d == nil:
		f.Unproven("nothing can be run before the rest is mended")
	case alike(reflect.ValueOf(runs(d)), reflect.ValueOf(runs(one.d))):
		f.Severity, f.Scenario, f.Mended = Note, "", nil
		f.Unproven("with " + f.meant + " or without, a run goes as before")
	case of == nil:
		f.Unproven("a run goes on " + without(f.meant) + ", and no other rule misses it")
	}
}

// Unproven says of a finding that no run on its files shows it, and why.
func (f *Finding) Unproven(why string) { f.Shown, f.NotShown = false, why }

// Prove says of a finding that a scenario shows it on its own files.
func (f *Finding) Prove(scenario string) { f.Scenario, f.Shown, f.NotShown = scenario, true, "" }

// without is what holds where a key is missing.
func without(key string) string {
	if k, _ := keyOf(key); k.Default != "" {
		return "with the default " + k.Default
	}
	return "without it"
}

// gone is the worst finding shown by a run that righting a key took away, and first of all one about the same file.
func gone(f *Finding, as, righted []Finding) *Finding {
	var worst *Finding
	for i := range as {
		other := &as[i]
		if !other.Shown || other.slip != "" || slices.ContainsFunc(righted, func(g Finding) bool { return g.Rule == other.Rule && g.File == other.File && g.Text == other.Text }) {
			continue
		}
		if worst == nil || rank(f, other) > rank(f, worst) {
			worst = other
		}
	}
	return worst
}

// rank is how much a finding tells of a misspelled key: one about the key that was meant or its section most,
// then by severity, then one of the same file.
func rank(f, other *Finding) int {
	r := 2 * int(other.Severity)
	if of := schemaOf(other.Key); of == f.meant || of != "" && strings.HasPrefix(f.meant, of+".") {
		r += 2 * int(Error+1)
	}
	if other.File == f.File {
		r++
	}
	return r
}

// runnable is all of a deployment that a run as the product goes depends on.
type runnable struct {
	hosts     []runnableHost
	stores    []Store
	keyValues []KeyValue
	files     []FileStore
	balancers []Balancer
	links     Links
}

type runnableHost struct {
	id       event.NodeID
	region   string
	clock    Clock
	machines []Machine
	ports    Ports
	login    Login
	configs  configs
}

func runs(d *Deployment) runnable {
	r := runnable{stores: d.Stores, keyValues: d.KeyValues, files: d.Files, balancers: d.Balancers, links: d.Links}
	b := builder{d: d, base: wso2()}
	for i := range d.Hosts {
		h := &d.Hosts[i]
		r.hosts = append(r.hosts, runnableHost{h.ID, h.Region, h.Clock, h.Machines, h.Settings.Ports, h.Settings.Admin, b.configs(h)})
	}
	return r
}

// alike tells whether two readings are the same but for where things are written.
func alike(a, b reflect.Value) bool {
	if a.IsValid() != b.IsValid() || a.IsValid() && a.Type() != b.Type() {
		return false
	}
	switch {
	case !a.IsValid(), whereabouts[a.Type()]:
		return true
	}
	switch a.Kind() {
	case reflect.Pointer, reflect.Interface:
		return a.IsNil() == b.IsNil() && (a.IsNil() || alike(a.Elem(), b.Elem()))
	case reflect.Struct:
		for i := range a.NumField() {
			if !alike(a.Field(i), b.Field(i)) {
				return false
			}
		}
		return true
	case reflect.Slice, reflect.Array:
		if a.Len() != b.Len() {
			return false
		}
		for i := range a.Len() {
			if !alike(a.Index(i), b.Index(i)) {
				return false
			}
		}
		return true
	case reflect.Map:
		for _, k := range a.MapKeys() {
			if !alike(a.MapIndex(k), b.MapIndex(k)) {
				return false
			}
		}
		return a.Len() == b.Len()
	}
	return a.Equal(b)
}

// whereabouts are types that say where something is written, and nothing of what it says.
var whereabouts = map[reflect.Type]bool{reflect.TypeFor[Place](): true, reflect.TypeFor[*file](): true}
