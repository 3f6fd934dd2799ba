package checker

import "hubsim/event"

// Boots is a scenario's table of orders of start.
type Boots struct {
	Wait  event.Duration `json:"wait_ns"` // how long was waited for the last
	Cells []Boot         `json:"cells"`
}

// Boot is how long it took until everybody had what it needs, counted from the last start.
type Boot struct {
	Order []string       `json:"order"`    // who started, first to last
	Apart event.Duration `json:"apart_ns"` // each so long behind the one before
	Took  event.Duration `json:"took_ns"`  // or, if Never, how long was waited
	Never bool           `json:"never,omitempty"`
	Last  event.NodeID   `json:"last,omitempty"` // who had to wait so long, for What
	What  string         `json:"what,omitempty"`
}
