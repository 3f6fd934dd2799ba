package scenarios

import (
	"strings"
	"testing"

	"hubsim/checker"
)

// TestCatalogue runs every scenario in virtual time under both profiles: the verdict is the expected
// one, and the same run again has the same digest.
//
// All of them together bring about every situation of the list.
func TestCatalogue(t *testing.T) {
	rare := &situations{seen: map[string]string{}}
	t.Cleanup(func() { rare.missing(t) }) // when all have run
	for _, name := range Names() {
		for _, profile := range Profiles {
			t.Run(name+"/"+profile, func(t *testing.T) {
				t.Parallel()
				s := load(t, name)
				first := simulate(t, s, Options{Profile: profile, Seed: 1, Delivery: true})
				if first.Judgement != checker.Pass {
					explain(t, &first)
				}
				look := rare.look(name + "/" + profile)
				if again := simulate(t, s, Options{Profile: profile, Seed: 1, Watch: look}); again.Digest != first.Digest {
					t.Errorf("two runs of one seed differ: %s and %s", first.Digest, again.Digest)
				}
				look.done()
				if first.Quota.Over[checker.Unexplained]+first.Quota.Under[checker.Unexplained] > 0 {
					t.Errorf("unexplained: %v", first.Quota.Unexplained)
				}
			})
		}
	}
}

// TestTwins runs every known-bad twin: the checks that it must fail do fail.
func TestTwins(t *testing.T) {
	for _, name := range Names() {
		s := load(t, name)
		if s.Twin == nil {
			t.Errorf("%s has no known-bad twin", name)
			continue
		}
		profiles := Profiles
		if s.Twin.Profile != "" {
			profiles = []string{s.Twin.Profile}
		}
		for _, profile := range profiles {
			t.Run(name+"/"+profile, func(t *testing.T) {
				t.Parallel()
				r := simulate(t, s, Options{Profile: profile, Seed: 1, Twin: true})
				if missing := s.TwinFailed(&r); len(missing) > 0 {
					t.Errorf("the twin does not fail %v", missing)
					explain(t, &r)
				}
			})
		}
	}
}

func load(t *testing.T, name string) *Scenario {
	t.Helper()
	s, err := Load(name)
	if err != nil {
		t.Fatal(err)
	}
	return s
}

func simulate(t *testing.T, s *Scenario, o Options) checker.Result {
	t.Helper()
	r, err := s.Simulate(o)
	if err != nil {
		t.Fatal(err)
	}
	return r
}

// converge runs a scenario whose check convergence should say this, and whose accounting nothing.
func converge(t *testing.T, text, profile, says string) checker.Result {
	t.Helper()
	s, err := Parse("x.yaml", []byte(text))
	if err != nil {
		t.Fatal(err)
	}
	r := simulate(t, s, Options{Profile: profile, Seed: 1})
	for _, o := range r.Outcomes {
		if said := strings.Join(o.Details, "\n"); o.Check == "convergence" && said != says {
			t.Errorf("%s: convergence says %q, want %q", profile, said, says)
		} else if o.Check == "accounting" && said != "" {
			t.Errorf("%s: accounting says %q", profile, said)
		}
	}
	return r
}

// refuse reads a scenario and prepares its run, one of which should fail with these words.
func refuse(t *testing.T, text, want string) {
	t.Helper()
	s, err := Parse("x.yaml", []byte(text))
	if err == nil {
		_, err = s.Prepare(Options{Profile: "wso2", Seed: 1})
	}
	if err == nil || !strings.Contains(err.Error(), want) {
		t.Errorf("%v, want %q", err, want)
	}
}

func explain(t *testing.T, r *checker.Result) {
	t.Helper()
	t.Errorf("%s: %v", r.Judgement, r.Reasons)
	for _, o := range r.Outcomes {
		t.Logf("%-17s %-14v exercised %-6d worst %s | bound %s", o.Check, o.Verdict, o.Exercised, o.Worst, o.Bound)
		for _, d := range o.Details {
			t.Logf("    %s", d)
		}
	}
	t.Logf("%s", r.Books)
}
