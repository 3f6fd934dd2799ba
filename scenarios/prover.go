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
}

// NewProver returns a Prover for files.
func NewProver(files *deployment.Deployment) *Prover {
	return &Prover{files: files, ran: map[string]*checker.Result{}}
}

// Shows returns the first of some scenarios that says worse of the files than of the mended ones, and "" where
// none does. Scenarios that either cannot run are passed over.
func (p *Prover) Shows(mended *deployment.Deployment, names []string) (string, error) {
	for _, name := range names {
		bad, known := p.ran[name]
		if !known {
			var err error
			if bad, err = outcome(name, p.files); err != nil {
				return "", err
			}
			p.ran[name] = bad
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

// outcome is what a scenario says of files, or nil if they cannot run it.
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
