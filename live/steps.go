package live

import (
	"fmt"

	"hubsim/event"
	"hubsim/world"
)

// plan puts an administrator's step on the agenda.
func (r *run) plan(i int) error {
	step := &r.w.Steps[i]
	for _, to := range step.To {
		if r.byID[to] == nil {
			return fmt.Errorf("live run: step %d goes to %q, which is not deployed", i+1, to)
		}
	}
	if len(step.To) > 0 {
		r.faults.agenda.at(event.Mono(step.At), func() error {
			r.take(step, i)
			return nil
		})
	}
	return nil
}

// take hands a step to the first of its control planes that runs; where the list starts turns with
// each step, as a load balancer does. If none runs, the last one tried answers by not being there.
func (r *run) take(step *world.Step, i int) {
	var to *site
	for k := range step.To {
		if to = r.byID[step.To[(step.First(i)+k)%len(step.To)]]; to.running() {
			break
		}
	}
	r.hand(r.newCall(to, step.Do, event.Mono(step.At)))
}
