package fault

import (
	"fmt"
	"slices"
	"strings"

	"hubsim/event"
)

// mostChaos is how many faults chaos may draw: each is a line of the result.
const mostChaos = 1000

// lasting are the kinds that need a length.
var lasting = []Kind{Pause, Freeze, Stall, Loss, Bandwidth, Slow, Starve, Rolling, Swizzle, Split, Strobe, Chaos}

// check refuses what can be written but not be meant.
func (f *Fault) check() error {
	switch {
	case f.At < 0:
		return fmt.Errorf("the instant %v is before the run", f.At)
	case f.For < 0:
		return fmt.Errorf("the length %v is negative", f.For)
	case f.Kind.Macro() && f.Mark != "":
		return fmt.Errorf("%v stands for several lines, and only one can be pinned to a mark", f.Kind)
	case f.Kind != Chaos && f.Kind != Heal && !f.Kind.OnLink() && (f.Node == "" || strings.Contains(f.Node, ">")):
		return fmt.Errorf("%v needs a node, not %q", f.Kind, f.Node)
	case slices.Contains(lasting, f.Kind) && f.For == 0:
		return fmt.Errorf("a %v needs its length: for 5s", f.Kind)
	case f.Kind == Reset && f.For != 0:
		return fmt.Errorf("a reset has no length; refuse keeps a link closed")
	case f.Kind == Promote && f.For != 0:
		return fmt.Errorf("a promotion has no length; store.standby says how much is lost")
	}
	return f.checkHow()
}

// checkHow refuses figures without an effect, and ones that would take for ever.
func (f *Fault) checkHow() error {
	switch {
	case f.Kind == Delay && f.By <= 0:
		return fmt.Errorf("a delay of %v delays nothing", f.By)
	case f.Kind == Delay && f.Shape != 0 && (f.Shape < 0.5 || f.Shape > 100):
		return fmt.Errorf("a shape of %s is not between 0.5 and 100; 1.5 has a long tail", number(f.Shape))
	case f.Kind == SlowAccept && f.By <= 0:
		return fmt.Errorf("sessions that come up %v later are not late", f.By)
	case f.Kind == Repeat && (f.Rate <= 0 || f.Rate > 100):
		return fmt.Errorf("%s%% sent twice is not between 0 and 100%%", number(f.Rate))
	case f.Kind == Starve && (f.Rate <= 1 || f.Rate > 100):
		return fmt.Errorf("%sx slower is not between 1 and 100; pause stops all", number(f.Rate))
	case f.Kind == Slow && f.By <= 0:
		return fmt.Errorf("a message that takes %v is not slow", f.By)
	case f.Kind == Loss && (f.Rate <= 0 || f.Rate > 90):
		return fmt.Errorf("loss of %s%% is not between 0 and 90%%; freeze loses all", number(f.Rate))
	case f.Kind == Bandwidth && f.Rate < 1:
		return fmt.Errorf("a bandwidth of %skbit is less than 1kbit; freeze lets nothing pass", number(f.Rate))
	case f.Kind == Drift && (f.Rate == 0 || f.Rate < -100_000 || f.Rate > 100_000 || f.Rate != float64(int64(f.Rate))):
		return fmt.Errorf("a drift of %sppm is not a whole number within 100000, or none", number(f.Rate))
	case f.Kind == Rolling && f.Every < 0:
		return fmt.Errorf("the crashes are %v apart; 0s is all at once", f.Every)
	case f.Kind == Strobe && f.Every < 10*event.Millisecond:
		return fmt.Errorf("a clock that moves every %v; at least 10ms", f.Every)
	case f.Kind == Strobe && f.For/f.Every > mostChaos:
		return fmt.Errorf("a clock that moves %d times; at most %d", f.For/f.Every, mostChaos)
	case f.Kind == Chaos && f.Every != 0 && f.Every < f.For:
		return fmt.Errorf("chaos of %v that comes again after %v does not end in between", f.For, f.Every)
	case f.Kind == Chaos && (f.Count < 1 || f.Count > mostChaos):
		return fmt.Errorf("%d faults; chaos draws 1 to %d", f.Count, mostChaos)
	}
	return nil
}
