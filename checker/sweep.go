package checker

import "hubsim/event"

// Point is one setting of a sweep.
type Point struct {
	Quota    int64          `json:"quota"`
	Rate     float64        `json:"rate"`     // calls a second on the one key, over all gateways
	Gateways int            `json:"gateways"` // 0: as many as the deployment has
	Hop      event.Duration `json:"hop_ns"`   // added to every way between gateways and traffic managers, each way
}

// Cell is what came of one setting, over Windows windows of one key.
type Cell struct {
	Point
	Windows  int         `json:"windows"`
	Called   int64       `json:"called"`
	Admitted int64       `json:"admitted"`
	Over     int64       `json:"over"`
	Worst    int64       `json:"worst_over"` // in one window
	Causes   Causes      `json:"causes"`     // of those over
	Hops     []Quantiles `json:"decision_latency_by_hop"`
}

// Decision is how long a decision took from the call that used the quota up to a gateway's knowing.
func (c *Cell) Decision() Quantiles {
	if len(c.Hops) == 0 {
		return Quantiles{}
	}
	return c.Hops[len(c.Hops)-1]
}

// PerWindow is a number of calls of a cell, in the mean of its windows.
func (c *Cell) PerWindow(n int64) float64 { return float64(n) / float64(max(c.Windows, 1)) }

// OverShare is how many calls were admitted over the quota, as a share of it.
func (c *Cell) OverShare() float64 { return c.PerWindow(c.Over) / float64(max(c.Quota, 1)) }

// Sweep is a scenario's table of settings.
type Sweep struct {
	Window event.Duration `json:"window_ns"`
	Cells  []Cell         `json:"cells"`
	Public *Public        `json:"public,omitempty"`
}

// Public is what somebody published, beside what would explain it.
type Public struct {
	Source  string   `json:"source"`
	Note    string   `json:"note,omitempty"`
	Figures []Figure `json:"figures"`
}

// Figure is one published figure at one rate.
type Figure struct {
	Name     string  `json:"name"`
	Quota    int64   `json:"quota"`
	Admitted int64   `json:"admitted"` // in one window, as published
	Rate     float64 `json:"rate"`
	// Needs is the decision latency that it takes to admit as many at this rate: the calls over the quota
	// divided by the rate. 0 is that not as many calls come in a window.
	Needs event.Duration `json:"needs_ns"`
	// Found is a cell with that outcome, if there is one: its hops were made slower until it admitted as
	// many.
	Found *Cell `json:"found,omitempty"`
}

// Over is how many calls were admitted over the quota, as published.
func (f *Figure) Over() int64 { return f.Admitted - f.Quota }
