package archtest

import (
	"go/importer"
	"go/token"
	"strings"
	"testing"
)

// TestPlanted breaks every rule at least once and keeps close to each at least once. want is what the complaint
// must contain; empty means that the rule must be content.
func TestPlanted(t *testing.T) {
	for _, c := range planted {
		t.Run(strings.ReplaceAll(c.rule+" "+c.name, " ", "-"), func(t *testing.T) {
			found := rules[c.rule](plant(t, c.in, c.file, c.source))
			switch {
			case c.want == "" && len(found) > 0:
				t.Errorf("should be allowed, but: %v", found)
			case c.want != "" && len(found) == 0:
				t.Errorf("nothing was reported, want %q", c.want)
			case c.want != "" && !strings.Contains(found[0].String(), c.want):
				t.Errorf("reported %v\nwant something with %q", found[0], c.want)
			}
		})
	}
}

// TestPlantedAll keeps a rule from being added without a proof that it can fail.
func TestPlantedAll(t *testing.T) {
	proven := map[string]bool{}
	for _, c := range planted {
		if c.want != "" {
			proven[c.rule] = true
		}
	}
	for rule := range rules {
		if !proven[rule] {
			t.Errorf("no planted violation shows that %q can fail", rule)
		}
	}
}

func plant(t *testing.T, in, file, source string) *pkg {
	t.Helper()
	p := &pkg{path: in, fset: token.NewFileSet()}
	if file == "" {
		file = "planted.go"
	}
	if err := p.parse(in+"/"+file, []byte(source), true); err != nil {
		t.Fatal(err)
	}
	p.check(importer.Default())
	return p
}

// grown is a function of n lines.
func grown(n int) string {
	return "func Grown() {\n" + strings.Repeat("\t_ = 0\n", n-2) + "}\n"
}

var planted = []struct{ rule, name, in, file, source, want string }{
	{"arrows", "a machine imports another", "gateway", "", `package gateway
import _ "hubsim/broker"`, "gateway imports broker: a machine;"},
	{"arrows", "a driver imports a machine", "virtual", "", `package virtual
import _ "hubsim/gateway"`, "a driver knows node.Node"},
	{"arrows", "a test may not do what the code may not", "gateway", "planted_test.go", `package gateway
import _ "hubsim/trafficmgr"`, "a test of gateway imports trafficmgr"},
	{"arrows", "a package nobody placed", "util", "", `package util`, "not in the table"},
	{"arrows", "a command is imported", "bench", "", `package bench
import _ "hubsim/cmd/sim"`, "bench imports cmd/sim"},
	{"arrows", "down is fine", "gateway", "", `package gateway
import _ "hubsim/event"`, ""},

	{"pure imports", "a clock", "gateway", "", `package gateway
import "time"
var _ = time.Now`, "a machine owns no clock"},
	{"pure imports", "an atomic", "broker", "", `package broker
import "sync/atomic"
var n atomic.Int64`, "nothing to lock"},
	{"pure imports", "luck without a key", "session", "", `package session
import "math/rand/v2"
var _ = rand.Int`, "luck is keyed"},
	{"pure imports", "words may have lengths of time", "event", "", `package event
import "time"
type Duration = time.Duration`, ""},
	{"pure imports", "addresses are only text", "event", "", `package event
import "net/url"
var _ = url.Parse`, ""},
	{"pure imports", "a driver of real sockets may", "live", "", `package live
import "time"
var _ = time.Now`, ""},

	{"pure time", "words read a clock", "event", "", `package event
import "time"
func now() int64 { return time.Now().UnixMilli() }`, "event uses time.Now"},
	{"pure time", "words arm a timer", "event", "", `package event
import clock "time"
var t = clock.NewTimer`, "event uses time.NewTimer"},
	{"pure time", "units are fine", "event", "", `package event
import "time"
const Second = time.Second`, ""},

	{"pure syntax", "a goroutine", "trafficmgr", "", `package trafficmgr
func f() { go f() }`, "a go statement"},
	{"pure syntax", "a channel", "store", "", `package store
type s struct{ in chan int }`, "a channel"},
	{"pure syntax", "a select", "virtual", "", `package virtual
func f() { select {} }`, "a select"},
	{"pure syntax", "an address in print", "trace", "", `package trace
const format = "%p"`, "prints an address"},

	{"map order", "sends while it walks", "broker", "", `package broker
func f(m map[int]string, send func(string)) { for _, v := range m { send(v) } }`, "calls for effect"},
	{"map order", "the first it meets", "broker", "", `package broker
func f(m map[int]string) string { for _, v := range m { return v }; return "" }`, "returns what it met first"},
	{"map order", "one of two answers", "broker", "", `package broker
func f(m map[int]int) bool { for _, v := range m { if v > 1 { return true }; if v < 0 { return false } }; return false }`, "one of two answers"},
	{"map order", "the last wins", "broker", "", `package broker
func f(m map[int]int) (last int) { for _, v := range m { last = v }; return last }`, "what the last round decides"},
	{"map order", "one of two constants", "broker", "", `package broker
func f(m map[int]int) (n int) { for _, v := range m { if v > 1 { n = 1 } else { n = 2 } }; return n }`, "what the last round decides"},
	{"map order", "a slice nobody sorts", "broker", "", `package broker
func f(m map[int]int) (all []int) { for k := range m { all = append(all, k) }; return all }`, "what the last round decides"},
	{"map order", "sorted before it is filled", "broker", "", `package broker
import "slices"
func f(m map[int]int) (all []int) { slices.Sort(all); for k := range m { all = append(all, k) }; return all }`, "what the last round decides"},
	{"map order", "a sum of fractions", "checker", "", `package checker
func f(m map[int]float64) (sum float64) { for _, v := range m { sum += v }; return sum }`, "not a whole number"},
	{"map order", "entries under another key", "broker", "", `package broker
func f(m, to map[int]int) { for k, v := range m { to[v] = k } }`, "what the last round decides"},
	{"map order", "stops somewhere", "broker", "", `package broker
func f(m map[int]int) (n int) { for range m { n++; if n == 3 { break } }; return n }`, "breaks off"},
	{"map order", "keys that nobody sorts", "broker", "", `package broker
import ("maps"; "slices")
func f(m map[int]int) []int { return slices.Collect(maps.Keys(m)) }`, "maps.Keys is not sorted"},
	{"map order", "keys sorted where they stand", "broker", "", `package broker
import ("maps"; "slices")
func f(m map[int]int) []int { return slices.Sorted(maps.Keys(m)) }`, ""},
	{"map order", "gathered and then sorted", "broker", "", `package broker
import "slices"
func f(m map[int]int) (all []int) { for k := range m { if k > 0 { all = append(all, k) } }; slices.Sort(all); return all }`, ""},
	{"map order", "sums, least, greatest and existence", "broker", "", `package broker
func f(m map[int]int) (n, low int, any bool) {
	for _, v := range m { n += v; low = min(low, v); any = any || v == 7; if v > 9 { any = true } }
	return n, low, any
}`, ""},
	{"map order", "swept and copied", "broker", "", `package broker
type name string
func f(m map[string]int, to map[name]int) { for k, v := range m { if v == 0 { delete(m, k); continue }; to[name(k)] = v; m[k] = v + 1 } }`, ""},
	{"map order", "a slice has an order", "broker", "", `package broker
func f(s []int, send func(int)) { for _, v := range s { send(v) } }`, ""},

	{"goroutines", "started by a catalogue", "scenarios", "", `package scenarios
func f() { go f() }`, "scenarios starts a goroutine"},
	{"goroutines", "started by a driver", "live", "", `package live
func f() { go f() }`, ""},

	{"init", "runs on import", "report", "", `package report
func init() {}`, "an import must not do anything"},
	{"init", "imported to register", "report", "", `package report
import _ "image/png"`, "registries are explicit"},
	{"init", "imported without its name", "report", "", `package report
import . "strings"
var _ = ToUpper`, "without its name"},
	{"init", "files of the binary", "report", "", `package report
import _ "embed"`, ""},

	{"package state", "a counter", "report", "", `package report
var n int
func f() { n++ }`, "counted up"},
	{"package state", "a cache", "report", "", `package report
var seen = map[string]bool{}
func f(s string) { seen[s] = true }`, "assigned to"},
	{"package state", "a lock", "report", "", `package report
import "sync"
var mu sync.Mutex
func f() { mu.Lock() }`, "the receiver of Lock"},
	{"package state", "lent out", "report", "", `package report
var table [4]int
func f() *int { return &table[2] }`, "lent out by address"},
	{"package state", "a table that is read", "report", "", `package report
var names = map[int]string{1: "one"}
func f(n int) string { s := names[n]; return s }`, ""},

	{"tests", "waits for the wall clock", "report", "planted_test.go", `package report
import "time"
func f() { time.Sleep(time.Second) }`, "time.Sleep in a test"},
	{"tests", "does not run", "report", "planted_test.go", `package report
import "testing"
func TestF(t *testing.T) { t.Skip("later") }`, "looks like one that passed"},
	{"tests", "waits in a bubble", "report", "planted_test.go", `package report
import ("testing"; "testing/synctest"; "time")
func TestF(t *testing.T) { synctest.Test(t, func(t *testing.T) { time.Sleep(time.Hour) }) }`, ""},

	{"notes", "left for later", "report", "", "package report\n// TO" + "DO: all of it\n", "do it"},

	{"size", "a long function", "report", "", "package report\n" + grown(71), "71 lines"},
	{"size", "a function at the limit", "report", "", "package report\n" + grown(70), ""},
	{"size", "a long file", "report", "", "package report\n" + strings.Repeat("var _ = 0\n", 400), "401 lines"},
	{"size", "a long test file is shorter than its limit", "report", "planted_test.go", "package report\n" + strings.Repeat("var _ = 0\n", 400), ""},
	{"size", "five parameters", "report", "", "package report\nfunc f(a, b int, c string, d, e bool) {}", "two neighbouring bools"},
	{"size", "five of any kind", "report", "", "package report\nfunc f(a, b int, c string, d, e int) {}", "takes 5 parameters"},

	{"doc comments", "a type", "report", "", "// Package report tells.\npackage report\ntype Report struct{}", "Report has no comment"},
	{"doc comments", "a method", "report", "", "// Package report tells.\npackage report\n// T is.\ntype T int\nfunc (t *T) Do() {}", "Do has no comment"},
	{"doc comments", "a constant in a bare group", "report", "", "// Package report tells.\npackage report\nconst (\n\tA = 1\n)", "A has no comment"},
	{"doc comments", "the package", "report", "", "package report", "no package comment"},
	{"doc comments", "what nobody sees", "report", "", "// Package report tells.\npackage report\ntype t int\nfunc (t) Do() {}\n// The sizes.\nconst (\n\tA = 1\n)", ""},
}
