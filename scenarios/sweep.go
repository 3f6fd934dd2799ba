package scenarios

import (
	"fmt"
	"strconv"
	"strings"

	"hubsim/checker"
	"hubsim/event"
)

// Sweep asks for a table besides the scenario's own run: one key, called through the scenario's
// deployment, at each quota, rate, number of gateways and latency.
type Sweep struct {
	Window   Duration    `yaml:"window" jsonschema:"description=the window of the quotas"`
	Windows  int         `yaml:"windows,omitempty" jsonschema:"minimum=1,description=how many windows each setting is run for; 1 unless said"`
	Quotas   []int64     `yaml:"quotas" jsonschema:"description=calls a window"`
	Rates    []float64   `yaml:"rates" jsonschema:"description=calls a second on the key\\, over all gateways"`
	Gateways []int       `yaml:"gateways,omitempty" jsonschema:"description=copies of the deployment's gateway; as many as there are unless said"`
	Hops     []Duration  `yaml:"hops,omitempty" jsonschema:"description=latency added to each way between gateways and traffic managers; the deployment's same_region link is the simulator's default meanwhile"`
	Public   *Publicized `yaml:"public,omitempty" jsonschema:"description=figures that were published\\, to be explained"`
}

// Publicized is what somebody published.
type Publicized struct {
	Source  string   `yaml:"source" jsonschema:"description=the public issue or page"`
	Note    string   `yaml:"note,omitempty" jsonschema:"description=what is to be known about the figures"`
	Figures []Figure `yaml:"figures"`
}

// Figure is a published number of calls that were admitted in one window.
type Figure struct {
	Name     string `yaml:"name"`
	Quota    int64  `yaml:"quota" jsonschema:"minimum=1"`
	Admitted int64  `yaml:"admitted" jsonschema:"minimum=1"`
}

// Axes are what a sweep can be told to go over, by name.
var Axes = []string{"quota", "rate", "gateways", "hop", "window", "windows"}

// With returns the sweep with other values of one axis: "10,20" of rate.
func (w *Sweep) With(axis, values string) (*Sweep, error) {
	out := *w
	list := strings.Split(values, ",")
	var err error
	switch axis {
	case "quota":
		out.Quotas, err = each(list, func(text string) (int64, error) { return strconv.ParseInt(text, 10, 64) })
	case "rate":
		out.Rates, err = each(list, func(text string) (float64, error) { return strconv.ParseFloat(text, 64) })
	case "gateways":
		out.Gateways, err = each(list, strconv.Atoi)
	case "hop":
		out.Hops, err = each(list, span)
	case "window":
		var one []Duration
		if one, err = each(list[:1], span); err == nil {
			out.Window = one[0]
		}
	case "windows":
		out.Windows, err = strconv.Atoi(values)
	default:
		return nil, fmt.Errorf("a sweep goes over no %q\nhint: its axes are %s", axis, strings.Join(Axes, ", "))
	}
	if err != nil {
		return nil, fmt.Errorf("%s: %q cannot be read\nhint: values stand behind commas, as quota=1000,2000 or hop=0s,20ms", axis, values)
	}
	c := critic{source: &source{}}
	if out.review(&c); len(c.all) > 0 {
		return nil, fmt.Errorf("%s\nhint: %s", c.all[0].text, c.all[0].hint)
	}
	return &out, nil
}

func span(text string) (d Duration, err error) { return d, d.UnmarshalText([]byte(text)) }

func each[T any](list []string, read func(string) (T, error)) (all []T, err error) {
	for _, text := range list {
		one, err := read(strings.TrimSpace(text))
		if err != nil {
			return nil, err
		}
		all = append(all, one)
	}
	return all, nil
}

// What a sweep may ask for at most.
const (
	mostCells    = 10_000
	mostSweep    = 200_000_000 // calls in all: about ten minutes of virtual time
	mostGateways = 1_000
)

// review finds what is wrong with a sweep.
func (w *Sweep) review(c *critic) {
	at := way{"sweep"}
	if w.Window < Duration(event.Millisecond) {
		c.say(at.then("window"), "for instance window: 1m", "a sweep needs the window of its quotas")
	}
	c.span(at.then("window"), w.Window, "a window")
	c.count(at.then("windows"), w.Windows, mostRepeats, "each takes its time")
	if len(w.Quotas) == 0 || len(w.Rates) == 0 {
		c.say(at, "for instance quotas: [1000, 5000] and rates: [100, 500]", "a sweep needs quotas and rates")
	}
	for i, q := range w.Quotas {
		if q < 1 {
			c.say(at.then("quotas", i), "quotas start from 1", "a quota of %d admits nothing", q)
		}
	}
	calls := 0.0
	for i, r := range w.Rates {
		c.rate(at.then("rates", i), r)
		if r == 0 {
			c.say(at.then("rates", i), rateHint, "nobody would call")
		}
		calls += r * event.Duration(w.Window).Seconds() * float64(max(w.Windows, 1))
	}
	for i, n := range w.Gateways {
		if n < 1 {
			c.say(at.then("gateways", i), "it starts from 1", "%d gateways serve nobody", n)
		}
		c.count(at.then("gateways", i), n, mostGateways, "each is a whole machine")
	}
	for i, h := range w.Hops {
		c.span(at.then("hops", i), h, "a hop")
	}
	rest := len(w.Quotas) * max(1, len(w.Gateways)) * max(1, len(w.Hops))
	if n := rest * len(w.Rates); n > mostCells {
		c.say(at, "leave some values out", "%d settings are more than %d", n, mostCells)
	} else if all := calls * float64(rest); all > mostSweep {
		c.say(at, "leave some values out, or take a shorter window", "%.0f calls in all are more than %d", all, mostSweep)
	}
	w.Public.review(c)
}

func (p *Publicized) review(c *critic) {
	if p == nil {
		return
	}
	at := way{"sweep", "public"}
	if p.Source == "" {
		c.say(at, "for instance source: wso2/product-apim#5935", "who published these figures?")
	}
	for i, f := range p.Figures {
		if f.Quota < 1 || f.Admitted <= f.Quota {
			c.say(at.then("figures", i), "only what was admitted over a quota can be explained", "%d admitted of a quota of %d", f.Admitted, f.Quota)
		}
	}
}

// points are all settings: by gateways, hop, quota and rate.
func (w *Sweep) points() (all []checker.Point) {
	gateways, hops := w.Gateways, w.Hops
	if len(gateways) == 0 {
		gateways = []int{0}
	}
	if len(hops) == 0 {
		hops = []Duration{0}
	}
	for _, g := range gateways {
		for _, h := range hops {
			for _, q := range w.Quotas {
				for _, r := range w.Rates {
					all = append(all, checker.Point{Quota: q, Rate: r, Gateways: g, Hop: event.Duration(h)})
				}
			}
		}
	}
	return all
}

// Reduced is the sweep for real time: every quota once, at the highest rate, with the first of all else.
func (w *Sweep) Reduced() *Sweep {
	out := *w
	out.Windows, out.Public = 1, nil
	for _, r := range w.Rates {
		out.Rates = []float64{max(r, out.Rates[0])}
	}
	out.Gateways, out.Hops = w.Gateways[:min(1, len(w.Gateways))], w.Hops[:min(1, len(w.Hops))]
	return &out
}
