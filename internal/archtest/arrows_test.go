package archtest

import (
	"maps"
	"slices"
	"strings"
)

// An arrow says what a package may import of ours, and why no more.
type arrow struct {
	to  string // packages separated by blanks; "*" is any
	why string
}

// arrows is the whole picture, shelf by shelf; a package that is not in it may not exist. They
// point down only, so a package can be read, tested and replaced with what stands below it.
var arrows = map[string]arrow{
	// The words.
	"event":         {"", "the vocabulary rests on nothing: whatever crosses a border can be named without anything else of ours"},
	"node":          {"event", "the contract of a state machine is made of words only"},
	"session":       {"event node", "parts that a machine embeds; they know neither the machine nor who drives it"},
	"node/nodetest": {"event node", "a script language for any machine must know none of them"},

	"siddhi": {"event", "a language is read without knowing who counts by it: the traffic manager deploys a rule, the oracle judges it"},

	// The machines: they share words and sessions, never each other, so that they agree only on what the wire can carry.
	"gateway":      {"event node session", "a machine; what it knows of the others came in a message"},
	"trafficmgr":   {"event node session siddhi", "a machine; what it knows of the others came in a message"},
	"controlplane": {"event node session", "a machine; what it knows of the others came in a message"},
	"store":        {"event node session", "a machine; what it knows of the others came in a message"},
	"keyvalue":     {"event node", "a machine; what it knows of the others came in a message"},
	"broker":       {"event node session", "a machine, so that a real broker can stand in its place"},

	"trafficmgr/conform": {"event trafficmgr", "plays recorded engine traces into the traffic manager's plans alone"},

	// What an experiment is made of.
	"internal/spelling": {"", "which name was probably meant; every hint asks it"},
	"internal/words":    {"event", "lengths of time and plurals are written in one way"},
	"internal/process":  {"", "a child and its signals; it knows nothing of what runs in it"},
	"internal/luck":     {"", "a draw is a function of seed and names, not of whoever draws"},
	"fault":             {"event internal/luck", "a fault is text made before the run; drivers give it effect"},
	"workload":          {"event internal/luck", "arrivals are a function of the seed; the clock stays with the driver"},
	"trace":             {"event node", "a record is what crossed a border, whoever drove it there"},
	"world":             {"event fault node trace workload", "what a driver runs, as data: it names no machine and no driver (docs/decisions/0003)"},

	// The drivers: they know node.Node and never a machine, so that no driver can favour one.
	"virtual":                 {"event fault internal/luck node trace workload world", "a driver knows node.Node, never a machine"},
	"live":                    {"event fault internal/luck internal/process node trace workload world wire/databridge", "a driver knows node.Node, never a machine"},
	"wire/databridge":         {"event", "bytes and values; it knows nothing of sessions"},
	"wire/amqp091":            {"", "frames and methods; it knows nothing of topics"},
	"broker/internal/port":    {"event live", "what the real brokers' adapters share towards the live driver"},
	"broker/natsbroker":       {"event node live broker broker/internal/port", "a real broker as the live driver's sessions"},
	"broker/amqpbroker":       {"event node live broker broker/internal/port wire/amqp091", "a real listener as the live driver's sessions"},
	"broker/amqp10broker":     {"event node live broker broker/internal/port", "a real broker as the live driver's sessions"},
	"keyvalue/internal/lanes": {"event live", "what the real stores' adapters share towards the live driver"},
	"keyvalue/natskv":         {"event live keyvalue/internal/lanes", "a real store as the live driver's sessions"},
	"keyvalue/rediskv":        {"event live keyvalue/internal/lanes", "a real store as the live driver's sessions"},
	"keyvalue/kvtest":         {"event node live keyvalue", "one suite for the modelled store and the real ones"},
	"store/sqlstore":          {"event node", "real databases under the stores: rows, and nothing of who asks for them"},
	"store/storetest":         {"event node live store", "one suite for the modelled tables and the real ones"},
	"broker/brokertest":       {"event node live broker", "one suite for the modelled broker and the real ones"},
	"deployment":              {"event node world session gateway trafficmgr controlplane store keyvalue broker internal/spelling", "the one place where the machines are put together"},
	"checker":                 {"event node trace internal/words", "a judgement is a fold over the trace and sees nothing that a record does not say"},
	"report":                  {"event node trace checker internal/words", "tells what the judgement found; it does not judge"},
	"scenarios":               {"event node fault workload trace world deployment checker virtual siddhi internal/spelling internal/words", "an experiment is data run in virtual time; only cmd/sim chooses real sockets"},
	"search":                  {"event fault workload world deployment checker scenarios virtual", "draws and shrinks experiments; it does not define them"},
	"bench":                   {"event node trafficmgr fault workload trace world deployment checker report scenarios virtual live broker/natsbroker broker/amqpbroker broker/amqp10broker wire/databridge", "load against what the drivers run, and against the plans that count, which no driver shows alone; it reaches into no machine"},
	"cmd/sim":                 {"*", "puts everything together"},
	"internal/archtest":       {"", "reads the code, runs none of it"},
	"internal/mutants":        {"", "reads the code and has it tested, spoilt; it knows rules by their text"},
}

// testArrows is what a package's tests may import besides: harnesses, and one thing above when the
// test is about the two fitting together.
var testArrows = map[string]arrow{
	"trafficmgr":          {"trafficmgr/conform", "the recorded engine traces"},
	"broker":              {"broker/brokertest", "the golden scripts, on the model"},
	"broker/natsbroker":   {"broker/brokertest", "the golden scripts, on a real broker"},
	"broker/amqpbroker":   {"broker/brokertest", "the golden scripts, on a real listener"},
	"broker/amqp10broker": {"broker/brokertest", "the golden scripts, on a real broker"},
	"keyvalue/natskv":     {"keyvalue/kvtest", "the golden scripts, on a real store"},
	"keyvalue/rediskv":    {"keyvalue/kvtest", "the golden scripts, on a real store"},
	"store/sqlstore":      {"live store/storetest", "the golden scripts, on real databases"},
	"deployment":          {"trace virtual workload", "what is built must also run"},
	"live":                {"broker/natsbroker keyvalue/natskv store/sqlstore checker deployment scenarios virtual", "a whole site over a real broker; virtual and live decide alike"},
}

// checkArrows reports imports that turn an arrow round. It sees test files too.
func checkArrows(p *pkg) []violation {
	const rule = "arrows"
	allowed, known := arrows[p.path]
	if !known {
		return []violation{{rule, p.path, "is not in the table of arrows: say what it may import, and why"}}
	}
	var found []violation
	for path, spec := range imports(p.production()) {
		if to, is := ours(path); is && !reaches(allowed.to, to) {
			found = append(found, p.at(spec, rule, "%s imports %s: %s", p.path, to, allowed.why))
		}
	}
	tests := slices.DeleteFunc(slices.Clone(p.files), func(f *file) bool { return !f.test })
	for path, spec := range imports(tests) {
		to, is := ours(path)
		if !is || to == p.path || to == "node/nodetest" || reaches(allowed.to, to) || reaches(testArrows[p.path].to, to) {
			continue
		}
		found = append(found, p.at(spec, rule, "a test of %s imports %s: %s", p.path, to, allowed.why))
	}
	return found
}

func reaches(list, to string) bool {
	return to != "cmd/sim" && (list == "*" || slices.Contains(strings.Fields(list), to))
}

// shelf gives the order of the arrows: it fails when two packages may import each other, by whatever way.
func cycle() []string {
	state := map[string]int{}
	var walk func(name string, way []string) []string
	walk = func(name string, way []string) []string {
		way = append(way, name)
		if state[name] == 1 {
			return way
		}
		if state[name] == 2 {
			return nil
		}
		state[name] = 1
		if arrows[name].to != "*" {
			for _, to := range strings.Fields(arrows[name].to) {
				if found := walk(to, way); found != nil {
					return found
				}
			}
		}
		state[name] = 2
		return nil
	}
	for _, name := range slices.Sorted(maps.Keys(arrows)) {
		if found := walk(name, nil); found != nil {
			return found
		}
	}
	return nil
}
