package conform

import (
	"encoding/json"
	"fmt"
	"maps"
	"math/big"
	"net/netip"
	"slices"
	"strconv"
	"strings"

	"hubsim/event"
	"hubsim/trafficmgr"
)

// Replay hands the trace's events to fresh plans and returns the decisions they make.
func Replay(t *Trace) ([]Decision, error) {
	sets, err := deploy(&t.Plan)
	if err != nil {
		return nil, fmt.Errorf("trace %s: %w", t.Name, err)
	}
	r := replay{trace: t, sets: sets}
	for i := range t.Events {
		r.timers(t.Events[i].At)
		if err := r.event(i); err != nil {
			return nil, fmt.Errorf("trace %s, event %d: %w", t.Name, i, err)
		}
	}
	r.timers(t.Until)
	return r.made, nil
}

type replay struct {
	trace *Trace
	sets  []*deployed
	made  []Decision
}

func (r *replay) wall(ms int64) event.Wall { return event.Wall(r.trace.Origin + ms) }

// timers runs the window timers that are due until an instant, earliest first.
func (r *replay) timers(until int64) {
	for {
		set, plan, at := r.next()
		if plan == nil || at > until {
			return
		}
		plan.Fire(r.wall(at))
		r.take(set, plan, at, nil)
	}
}

// next is the plan whose timer runs first, and when.
func (r *replay) next() (in *deployed, next *trafficmgr.ExecutionPlan, at int64) {
	for _, set := range r.sets {
		for _, plan := range set.Plans {
			end := plan.Window().End()
			if end == 0 {
				continue
			}
			if due := r.held(int64(end) - r.trace.Origin); next == nil || due < at {
				in, next, at = set, plan, due
			}
		}
	}
	return in, next, at
}

// held puts an instant within a stall off until its end, which may lie in the next one.
func (r *replay) held(at int64) int64 {
	for {
		i := slices.IndexFunc(r.trace.Stalls, func(s Stall) bool { return s.From <= at && at < s.Until })
		if i < 0 {
			return at
		}
		at = r.trace.Stalls[i].Until
	}
}

func (r *replay) event(i int) error {
	e := &r.trace.Events[i]
	if e.Eligible != nil && !*e.Eligible {
		return nil
	}
	props, err := e.properties()
	if err != nil {
		return err
	}
	for _, set := range r.sets {
		key := e.keyOf(set)
		if key == "" || e.Reset && set.Policy.Level != event.ApplicationLevel {
			continue
		}
		for _, plan := range set.Eligible(props) {
			plan.Count(r.wall(e.At), &trafficmgr.Arrival{Key: event.ThrottleKey(key), At: r.wall(e.Stamp), Properties: props})
			r.take(set, plan, e.At, &i)
		}
	}
	return nil
}

func (r *replay) take(set *deployed, plan *trafficmgr.ExecutionPlan, at int64, cause *int) {
	for _, row := range plan.Rows() {
		d := Decision{
			At: at, Event: cause, Plan: set.names[plan], Key: string(row.Key), On: row.On,
			Expiry: int64(row.Expiry) - r.trace.Origin,
		}
		if set.Policy.Level == event.APILevel { // whose stream alone has the attribute
			d.Evaluated = plan.Evaluated
		}
		r.made = append(r.made, d)
	}
}

func (e *Event) keyOf(set *deployed) string {
	if e.Keys != nil {
		return e.Keys[set.level]
	}
	return e.Key
}

// properties writes the event's properties as a gateway does, later ones over earlier ones
// (DataProcessAndPublishingAgent.java), and reads them as the traffic manager does.
func (e *Event) properties() (*trafficmgr.Properties, error) {
	all := map[string]any{}
	if e.IP != "" {
		ip, err := netip.ParseAddr(e.IP)
		if err != nil {
			return nil, fmt.Errorf("ip %q: want an address, as in 10.0.0.1", e.IP)
		}
		number := new(big.Int).SetBytes(ip.AsSlice())
		if all["ip"] = number; !ip.Is4() {
			all["ip"], all["ipv6"] = 0, number
		}
	}
	for _, name := range slices.Sorted(maps.Keys(e.Headers)) { // two names may differ in case alone
		all[strings.ToLower(name)] = e.Headers[name]
	}
	for name, value := range e.Query {
		all[name] = value
	}
	for name, value := range e.Claims {
		all[name] = value
	}
	number := func(name string, n *int64) {
		if n != nil {
			all[name] = *n
		}
	}
	number("messageSize", e.Bytes)
	if e.Tokens != nil {
		number("PROMPT_TOKENS", e.Tokens.Prompt)
		number("COMPLETION_TOKENS", e.Tokens.Completion)
		number("TOTAL_TOKENS", e.Tokens.Total)
	}
	if e.Reset {
		all["reset"] = true
	}
	text, err := json.Marshal(all)
	if err != nil {
		return nil, err
	}
	return trafficmgr.ParseProperties(string(text))
}

// tolerance is how much later than its cause a recorded decision may stand, in milliseconds.
const tolerance = 50

// Compare replays a trace and returns the first difference, or "" if there is none.
func Compare(t *Trace) (string, error) {
	made, err := Replay(t)
	if err != nil {
		return "", err
	}
	want, got := byPlan(t.Decisions), byPlan(made)
	if t.onePlan() {
		want, got = map[string][]Decision{"": t.Decisions}, map[string][]Decision{"": made}
	}
	for _, plan := range slices.Sorted(maps.Keys(want)) {
		if d := compareList(want[plan], got[plan]); d != "" {
			return d, nil
		}
	}
	for _, plan := range slices.Sorted(maps.Keys(got)) {
		if len(want[plan]) == 0 && len(got[plan]) > 0 {
			return "recorded: none of plan " + plan + "; ours: " + got[plan][0].String(), nil
		}
	}
	return "", nil
}

func (t *Trace) onePlan() bool { return t.Plan.Kind != "multi" && t.Plan.Kind != "api-condition" }

func byPlan(all []Decision) map[string][]Decision {
	m := map[string][]Decision{}
	for _, d := range all {
		m[d.Plan] = append(m[d.Plan], d)
	}
	return m
}

func compareList(want, got []Decision) string {
	for i := range max(len(want), len(got)) {
		switch {
		case i >= len(got):
			return fmt.Sprintf("decision %d: recorded: %v; ours: none", i, want[i])
		case i >= len(want):
			return fmt.Sprintf("decision %d: recorded: none; ours: %v", i, got[i])
		case !want[i].equals(got[i]):
			return fmt.Sprintf("decision %d: recorded: %v; ours: %v", i, want[i], got[i]) + want[i].conditions(got[i])
		}
	}
	return ""
}

// equals tells whether a recorded decision is matched by ours, which stands at the instant of its cause.
func (d Decision) equals(ours Decision) bool {
	late := d.At - ours.At
	return d.Plan == ours.Plan && d.Key == ours.Key && d.On == ours.On && d.Expiry == ours.Expiry &&
		d.Evaluated == ours.Evaluated && d.cause() == ours.cause() && 0 <= late && late <= tolerance
}

// conditions is the difference in what is not printed otherwise, for it is long.
func (d Decision) conditions(ours Decision) string {
	if d.Evaluated == ours.Evaluated {
		return ""
	}
	return fmt.Sprintf("; evaluatedConditions recorded: %q; ours: %q", d.Evaluated, ours.Evaluated)
}

func (d Decision) cause() string {
	if d.Event == nil {
		return "window"
	}
	return "event " + strconv.Itoa(*d.Event)
}

// String prints the decision on one line.
func (d Decision) String() string {
	return fmt.Sprintf("%dms %s %s %t expiry %d by %s", d.At, d.Plan, d.Key, d.On, d.Expiry, d.cause())
}
