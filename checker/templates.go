package checker

import (
	"slices"
	"strings"

	"hubsim/trace"
)

// templated follows which key templates a gateway has. They come with a list a while after its start, and by events;
// none is kept over a restart.
func (o *Oracle) templated(r *trace.Record) {
	g, ok := o.gateways[r.Node]
	text, is := strings.CutPrefix(r.Note.Detail, "template:")
	if !ok || !is {
		return
	}
	if o.keyed[g] == nil {
		o.keyed[g] = map[string]bool{}
	}
	o.keyed[g][text] = r.Note.On
}

// asks tells whether gateway g looks the key of a custom policy up.
func (o *Oracle) asks(g int, k *keyState) bool {
	return len(k.Templates) == 0 || slices.ContainsFunc(k.Templates, func(text string) bool { return o.keyed[g][text] })
}
