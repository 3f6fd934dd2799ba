package scenarios

import (
	"hubsim/checker"
	"hubsim/event"
)

// How closely a published figure is looked for.
const (
	mostTries  = 18
	closeShare = 0.005 // of the calls over the quota; at least two calls
)

// Figures are the published figures of the sweep at each of its rates, not yet explained.
func (s *Scenario) Figures() []checker.Figure {
	var all []checker.Figure
	for _, f := range s.Sweep.Public.Figures {
		for _, rate := range s.Sweep.Rates {
			one := checker.Figure{Name: f.Name, Quota: f.Quota, Admitted: f.Admitted, Rate: rate}
			if rate*event.Duration(s.Sweep.Window).Seconds() > float64(f.Admitted) {
				one.Needs = event.Duration(float64(one.Over()) / rate * float64(event.Second))
			}
			all = append(all, one)
		}
	}
	return all
}

// Explain looks for hops so slow that as many calls are admitted as a figure says, in virtual time, by
// halves: the slower the hops, the more calls. It leaves Found nil where no hops do.
func (s *Scenario) Explain(o Options, f *checker.Figure) error {
	if f.Needs == 0 {
		return nil
	}
	near, far := event.Duration(0), f.Needs // the whole way is longer than one hop
	once, sweep := *s, *s.Sweep
	sweep.Windows, once.Sweep = 1, &sweep
	at := checker.Point{Quota: f.Quota, Rate: f.Rate, Gateways: sweep.points()[0].Gateways}
	for range mostTries {
		at.Hop = (near + far) / 2
		c, err := once.cell(o, at)
		if err != nil {
			return err
		}
		got, err := c.Run()
		if err != nil {
			return err
		}
		off := got.PerWindow(got.Over) - float64(f.Over())
		if max(off, -off) <= max(2, closeShare*float64(f.Over())) {
			f.Found = &got
			return nil
		}
		if off > 0 {
			far = at.Hop
		} else {
			near = at.Hop
		}
	}
	return nil
}
