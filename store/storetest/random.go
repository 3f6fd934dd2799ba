package storetest

import (
	"context"
	"fmt"
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"hubsim/event"
	"hubsim/live"
	"hubsim/node"
)

// Same puts random rows, all fields of all tables in use, into tables and into the model's, and expects
// the same of both whatever is asked. It closes the databases.
func Same(t *testing.T, d live.Databases) {
	defer closed(t, d)
	run := 0
	rapid.Check(t, func(t *rapid.T) {
		run++ // each on empty tables
		name := event.NodeID(fmt.Sprintf("random-%d", run%4))
		ctx, cancel := context.WithTimeout(context.Background(), patience)
		defer cancel()
		real, err := d.Open(ctx, name)
		if err != nil {
			t.Fatal(err)
		}
		base, _, err := real.Versions()
		if err != nil {
			t.Fatal(err)
		}
		p := pair{real: real, model: newDisk(), base: base, version: base}
		t.Repeat(map[string]func(*rapid.T){
			"put":    p.put,
			"read":   func(t *rapid.T) { p.read(t, rapid.IntRange(1, int(event.LastTable)).Draw(t, "table")) },
			"reopen": func(t *rapid.T) { p.reopen(t, d, name) },
			"next": func(t *rapid.T) {
				sequence := fmt.Sprint(run, rapid.SampledFrom([]string{"a", "b"}).Draw(t, "sequence"))
				first, by := rapid.IntRange(1, 100).Draw(t, "first"), rapid.IntRange(1, 8).Draw(t, "by")
				p.both(t, func(x node.Tables) (any, error) { return x.Next(sequence, first, by) })
			},
			"holder": p.holder,
			"release": func(t *rapid.T) {
				p.both(t, func(x node.Tables) (any, error) { return nil, x.Release(p.version) })
				p.both(t, func(x node.Tables) (any, error) { _, released, err := x.Versions(); return released, err })
			},
		})
		p.both(t, func(x node.Tables) (any, error) { return x.Between(base, ^uint64(0)) })
	})
}

// pair is real tables beside the model's. Real ones begin with the rows of earlier runs, below base.
type pair struct {
	real, model   node.Tables
	base, version uint64
}

func (p *pair) both(t *rapid.T, ask func(node.Tables) (any, error)) {
	want, err := ask(p.model)
	if err != nil {
		t.Fatal(err)
	}
	got, err := ask(p.real)
	if err != nil {
		t.Fatal(err)
	}
	if rows, is := want.([]event.Row); is && len(rows) == 0 && len(got.([]event.Row)) == 0 {
		return
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Fatalf("not as the model (-model +real):\n%s", diff)
	}
}

func (p *pair) put(t *rapid.T) {
	rows := make([]event.Row, rapid.IntRange(1, 4).Draw(t, "rows"))
	for i := range rows {
		rows[i] = draw(t, p.base)
		rows[i] = rows[i].WithID(int(p.base)*8 + rapid.IntRange(0, 7).Draw(t, "integer id")) // none of an earlier run
		p.version++
		rows[i].Version = p.version
		if i > 0 && rapid.Bool().Draw(t, "late") {
			rows[i].Version, rows[i-1].Version = rows[i-1].Version, rows[i].Version
		}
	}
	p.both(t, func(x node.Tables) (any, error) { return nil, x.Put(rows) })
}

func (p *pair) read(t *rapid.T, table int) {
	// Keys of this run begin with its base, so that earlier rows are told apart.
	prefix := fmt.Sprint(p.base, ":")
	p.both(t, func(x node.Tables) (any, error) {
		all, err := x.Read(event.Table(table), "")
		var own []event.Row
		for _, r := range all {
			if len(r.Key) >= len(prefix) && r.Key[:len(prefix)] == prefix {
				own = append(own, r)
			}
		}
		return own, err
	})
}

// holder asks who has the id of a row that was put, for a row of another key or for itself.
func (p *pair) holder(t *rapid.T) {
	all, err := p.model.Between(p.base, ^uint64(0))
	if err != nil || len(all) == 0 {
		return
	}
	r := rapid.SampledFrom(all).Draw(t, "row")
	if rapid.Bool().Draw(t, "other") {
		r.Key += "+"
	}
	p.both(t, func(x node.Tables) (any, error) { return x.Holder(&r) })
}

func (p *pair) reopen(t *rapid.T, d live.Databases, name event.NodeID) {
	ctx, cancel := context.WithTimeout(context.Background(), patience)
	defer cancel()
	if rapid.IntRange(0, 3).Draw(t, "crash") > 0 {
		return // to open takes its time
	}
	var err error
	if p.real, err = d.Open(ctx, name); err != nil {
		t.Fatal(err)
	}
}
