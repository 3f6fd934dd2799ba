package scenarios

import (
	"errors"
	"slices"

	"hubsim/checker"
	"hubsim/deployment"
)

// A Prover looks for the run that shows what is wrong with files, by running scenarios on them and on the same
// files mended. It runs each scenario once on the files as they are.
type Prover struct {
	files *deployment.Deployment
	ran   map[string]*checker.Result // on the files; nil where they cannot run it
	own   map[string]*checker.Result // on those that a scenario is written for
}

// NewProver returns a Prover for files.
func NewProver(files *deployment.Deployment) *Prover {
	return &Prover{files: files, ran: map[string]*checker.Result{}, own: map[string]*checker.Result{}}
}

// Shows returns the first of some scenarios that says worse of the files than of the mended ones, and "" where
// none does. Scenarios that either cannot run are passed over.
func (p *Prover) Shows(mended *deployment.Deployment, names []string) (string, error) {
	for _, name := range names {
		bad, err := once(p.ran, name, p.files)
		if err != nil {
			return "", err
		}
		if bad == nil {
			continue
		}
		good, err := outcome(name, mended)
		if err != nil {
			return "", err
		}
		if good != nil && worse(bad, good) {
			return name, nil
		}
	}
	return "", nil
}

// Breaks tells whether a scenario says worse of the files than of those that it is written for. Where those have the
// mistake themselves that the scenario is there to show, it is enough that a check does not hold of the files either.
func (p *Prover) Breaks(name string) (bool, error) {
	bad, err := once(p.ran, name, p.files)
	if err != nil || bad == nil {
		return false, err
	}
	own, err := once(p.own, name, nil)
	if err != nil || own == nil {
		return false, err
	}
	flawed, err := mistaken(name)
	return worse(bad, own) || flawed && slices.ContainsFunc(bad.Outcomes, func(o checker.Outcome) bool { return o.Verdict != checker.Holds }), err
}

// mistaken tells whether the files that a scenario is written for have a mistake that it is to show.
func mistaken(name string) (bool, error) {
	s, err := Load(name)
	if err != nil {
		return false, err
	}
	files, err := s.Deployment.files()
	if err != nil {
		return false, err
	}
	_, found, err := deployment.ReadFS(files, name)
	return slices.ContainsFunc(found, func(f deployment.Finding) bool { return f.Scenario == name }), err
}

// once is the outcome of a scenario, which is run if it was not yet.
func once(ran map[string]*checker.Result, name string, files *deployment.Deployment) (*checker.Result, error) {
	r, known := ran[name]
	if known {
		return r, nil
	}
	r, err := outcome(name, files)
	if err == nil {
		ran[name] = r
	}
	return r, err
}

// outcome is what a scenario says of files, nil being those it is written for, or nil if they cannot run it.
func outcome(name string, files *deployment.Deployment) (*checker.Result, error) {
	s, err := Load(name)
	if err != nil {
		return nil, err
	}
	r, err := s.Simulate(Options{Deployment: files, Seed: 1})
	if bad := (*UnfitError)(nil); errors.As(err, &bad) {
		return nil, nil
	}
	if err != nil {
		return nil, err
	}
	return &r, nil
}

// worse tells whether a check does not hold in the first that holds in the second: it is broken, or
// nothing came as far as where it looks.
func worse(bad, good *checker.Result) bool {
	return slices.ContainsFunc(bad.Outcomes, func(b checker.Outcome) bool {
		return b.Verdict != checker.Holds && !slices.ContainsFunc(good.Outcomes, func(g checker.Outcome) bool { return g.Check == b.Check && g.Verdict == b.Verdict })
	})
}
