package archtest

import (
	"maps"
	"slices"
	"strings"
	"testing"
)

// rules lists every rule with the sentence a reader gets when it is broken.
var rules = map[string]func(*pkg) []violation{
	"arrows":        checkArrows,
	"pure imports":  checkPureImports,
	"pure time":     checkPureTime,
	"pure syntax":   func(p *pkg) []violation { return append(checkPureSyntax(p), checkPointers(p)...) },
	"map order":     checkMapRange,
	"goroutines":    checkGoroutines,
	"init":          checkInit,
	"package state": checkState,
	"tests":         checkTests,
	"notes":         checkNotes,
	"size":          checkSize,
	"doc comments":  checkDoc,
}

// exceptions lists what a rule would report and is right all the same: "rule: the start of the violation's
// text" and the reason. One that matches nothing any more must go.
var exceptions = map[string]string{
	"map order: checker/accounting.go: sets what the last round decides, in a range over a map in unmatched": "the text it files under names the whole key, so no two rounds meet",
	"package state: wire/databridge/stream.go: package variable product is lent out by address":              "a stream's definition is not changed once it is in use",
}

func TestTree(t *testing.T) {
	all, err := load("../..")
	if err != nil {
		t.Fatal(err)
	}
	if len(all) < 20 {
		t.Fatalf("found %d packages: the tree was not read", len(all))
	}
	for _, p := range all {
		if p.build != nil {
			t.Errorf("%s does not build, so its rules are checked in part: %v", p.path, p.build)
		}
	}
	used := map[string]bool{}
	for _, name := range slices.Sorted(maps.Keys(rules)) {
		t.Run(strings.ReplaceAll(name, " ", "-"), func(t *testing.T) {
			for _, p := range all {
				for _, v := range rules[name](p) {
					if key := excepted(v); key != "" {
						used[key] = true
						continue
					}
					t.Error(v)
				}
			}
		})
	}
	for key := range exceptions {
		if !used[key] {
			t.Errorf("exception %q matches nothing any more: take it away", key)
		}
	}
}

func excepted(v violation) string {
	for key := range exceptions {
		rule, what, _ := strings.Cut(key, ": ")
		if v.rule == rule && strings.HasPrefix(stripLine(v.place)+": "+v.what, what) {
			return key
		}
	}
	return ""
}

// stripLine takes the line number off a place, so that an exception survives an edit above it.
func stripLine(place string) string {
	name, _, _ := strings.Cut(place, ".go:")
	if name != place {
		name += ".go"
	}
	return name
}

func TestArrowsPointDown(t *testing.T) {
	if way := cycle(); way != nil {
		t.Errorf("the table of arrows goes round: %s", strings.Join(way, " → "))
	}
	for name, a := range arrows {
		for _, to := range strings.Fields(a.to) {
			if _, known := arrows[to]; !known && to != "*" {
				t.Errorf("%s may import %s, which is not in the table", name, to)
			}
		}
		if a.why == "" {
			t.Errorf("%s: no reason", name)
		}
	}
	for _, driver := range []string{"virtual", "live"} {
		for _, machine := range []string{"gateway", "trafficmgr", "controlplane", "store", "keyvalue", "broker"} {
			if reaches(arrows[driver].to, machine) {
				t.Errorf("the table lets driver %s import machine %s", driver, machine)
			}
		}
	}
}
