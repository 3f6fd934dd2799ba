package main

import (
	"errors"
	"fmt"
	"strconv"
	"strings"
	"unicode"

	"github.com/spf13/cobra"

	"hubsim/deployment"
	"hubsim/event"
	"hubsim/scenarios"
)

// job is one run to make.
type job struct {
	scenario *scenarios.Scenario
	options  scenarios.Options
	driver   string
	replay   string         // the command that makes the run again; "" for a live one
	sweep    bool           // the scenario's table is wanted too
	shares   bool           // it has a store of shared counters
	apart    []event.NodeID // who runs in a process of its own
}

// driverOf is how a scenario is run unless the user says.
func driverOf(s *scenarios.Scenario) string {
	if s.Driver == "" {
		return "virtual"
	}
	return s.Driver
}

func lengthOf(s *scenarios.Scenario) event.Duration { return event.Duration(s.Length) }

// plan turns arguments and flags into runs, and finds what is wrong with them before anything runs.
func (f *runFlags) plan(cmd *cobra.Command, args []string) ([]job, error) {
	if err := f.agree(cmd, args); err != nil {
		return nil, err
	}
	first, last, err := f.seedRange()
	if err != nil {
		return nil, err
	}
	site, err := f.site(cmd)
	if err != nil {
		return nil, err
	}
	breaks, err := f.schedule()
	if err != nil {
		return nil, err
	}
	policies, err := f.imported()
	if err != nil {
		return nil, err
	}
	if f.all {
		args = scenarios.Names()
		f.twins = f.twins || f.asItIs(cmd)
	}
	var jobs []job
	var unfit []string
	for _, name := range args {
		s, err := load(name)
		if err == nil {
			s, err = f.swept(s)
		}
		if err != nil {
			return nil, err
		}
		j := job{scenario: s, driver: f.driverFor(s), sweep: (s.Sweep != nil || s.Orders != nil) && !f.all && f.seeds == "", options: scenarios.Options{
			Seed: first, Length: f.duration, Deployment: site, Policies: policies, Strict: f.strict,
			Faults: breaks,
		}}
		j.options.Delivery = j.driver == "live"
		variants, err := f.variants(name, j)
		if bad := (*scenarios.UnfitError)(nil); errors.As(err, &bad) {
			if f.all {
				unfit = append(unfit, fmt.Sprintf("%s: %s; it is written for %s", name, bad.Needs, s.Deployment.Pattern))
				continue
			}
			return nil, f.unfit(s, bad)
		}
		if err != nil {
			return nil, err
		}
		if region := s.Region(site); region != "" && !f.all && !f.quiet {
			fmt.Fprintf(cmd.ErrOrStderr(), "sim: %s is run in region %s alone: traffic managers count for their own region\n", name, region)
		}
		jobs = append(jobs, variants...)
	}
	if err := f.leftOut(cmd, unfit, len(jobs)); err != nil {
		return nil, err
	}
	if len(jobs) == 0 {
		return nil, wrong(errors.New("none of these scenarios has a known-bad twin"), "run them without --twin")
	}
	if err := f.live(jobs); err != nil {
		return nil, err
	}
	return seeded(jobs, first, last), nil
}

// unfit is that the user's deployment has not who the scenario asks for.
func (f *runFlags) unfit(s *scenarios.Scenario, bad *scenarios.UnfitError) error {
	return wrong(fmt.Errorf("%s does not fit %s: %s", s.Name, f.deployment, bad.Needs),
		fmt.Sprintf("sim list --deployment %s shows which scenarios fit; this one is written for files as those of sim init %s", quoted(f.deployment), s.Deployment.Pattern))
}

// leftOut tells which scenarios of --all the user's deployment cannot run, and why.
func (f *runFlags) leftOut(cmd *cobra.Command, unfit []string, left int) error {
	if len(unfit) == 0 {
		return nil
	}
	list := strings.Join(unfit, "\n")
	if left == 0 {
		return wrong(fmt.Errorf("no scenario fits %s:\n%s", f.deployment, list), "sim check "+f.deployment+" prints who is there")
	}
	fmt.Fprintf(cmd.ErrOrStderr(), "sim: %s not fit %s, left out:\n     %s\n", doNot(len(unfit)), f.deployment, strings.ReplaceAll(list, "\n", "\n     "))
	return nil
}

func doNot(n int) string {
	if n == 1 {
		return "1 scenario does"
	}
	return fmt.Sprintf("%d scenarios do", n)
}

// agree refuses flags and arguments that contradict each other.
func (f *runFlags) agree(cmd *cobra.Command, args []string) error {
	given := cmd.Flags().Changed
	const hint = "sim run --help shows how it is used"
	switch {
	case f.all && len(args) > 0:
		return wrong(fmt.Errorf("run --all runs every scenario, %q is too much", args[0]), "name scenarios, or say --all")
	case !f.all && len(args) == 0:
		return wrong(errors.New("sim run needs a scenario"), "sim list shows them; --all runs them all")
	case f.twin && f.twins:
		return wrong(errors.New("--twin runs the twins alone, --twins both"), hint)
	case given("seed") && given("seeds"):
		return wrong(errors.New("--seed is one run, --seeds are many"), "say one of them")
	case given("seeds") && f.driver.value == "live":
		return wrong(errors.New("--seeds needs virtual time: a live run does not depend on its seed alone"), "leave out --driver live")
	case given("duration") && f.duration <= 0:
		return wrong(fmt.Errorf("--duration %v is no length of a run", f.duration), "it is more than 0s")
	case given("output") && f.json == "-":
		return wrong(errors.New("--json - already says what goes to standard output"), "leave out --output")
	case f.junit == "-":
		return wrong(errors.New("--junit needs a file of its own: standard output has the report"), "name a file")
	case f.json != "" && f.json == f.junit:
		return wrong(fmt.Errorf("--json and --junit both write %s", f.json), "name two files")
	case f.csv != "" && (f.csv == f.json || f.csv == f.junit):
		return wrong(fmt.Errorf("--csv and another flag both write %s", f.csv), "name two files")
	}
	return f.agreeOnSweep()
}

// seedRange reads --seed and --seeds.
func (f *runFlags) seedRange() (first, last uint64, err error) {
	if f.seeds == "" {
		return f.seed, f.seed, nil
	}
	from, to, _ := strings.Cut(f.seeds, "-")
	first, err = strconv.ParseUint(from, 10, 64)
	if err == nil {
		last, err = strconv.ParseUint(to, 10, 64)
	}
	const most = 1_000_000
	switch {
	case err != nil:
		err = fmt.Errorf("--seeds: %q is not two whole numbers as 1-200", f.seeds)
	case last < first:
		err = fmt.Errorf("--seeds: %q ends before it begins", f.seeds)
	case last-first >= most:
		err = fmt.Errorf("--seeds: %q is more than %d seeds", f.seeds, most)
	default:
		return first, last, nil
	}
	return 0, 0, wrong(err, "--seeds A-B runs every seed from A to B")
}

// load reads a scenario by name or path.
func load(name string) (*scenarios.Scenario, error) {
	s, err := scenarios.Load(name)
	if err == nil {
		return s, nil
	}
	if errors.Is(err, scenarios.ErrUnknown) {
		return nil, wrong(fmt.Errorf("there is no scenario %q", name), didYouMean(name, scenarios.Names(), "sim list shows all; a file of your own is given by its path, as ./mine.yaml"))
	}
	if bad := (*scenarios.FileError)(nil); errors.As(err, &bad) {
		return nil, wrong(err, "")
	}
	return nil, wrong(fmt.Errorf("read scenario %s: %w", name, reason(err)), "a name without a dot or a slash is one of sim list")
}

// imported reads --policies.
func (f *runFlags) imported() ([]event.Policy, error) {
	if f.policies == "" {
		return nil, nil
	}
	all, err := scenarios.ReadPolicies(f.policies)
	if err != nil {
		return nil, wrong(err, "")
	}
	return all, nil
}

// driverFor is the flag's driver, or the scenario's own. Many runs are for virtual time.
func (f *runFlags) driverFor(s *scenarios.Scenario) string {
	switch {
	case f.driver.value != "":
		return f.driver.value
	case f.all || f.seeds != "":
		return "virtual"
	}
	return driverOf(s)
}

// variants are the runs of one scenario: each profile, itself and its twin. Each is made out once, so
// that a mistake shows before anything runs.
func (f *runFlags) variants(name string, j job) (jobs []job, err error) {
	profiles := []string{f.profile.value}
	if f.profile.value == "both" {
		profiles = scenarios.Profiles
	}
	for _, profile := range profiles {
		j.options.Profile = profile
		if !f.twin {
			jobs = append(jobs, j)
		}
		if twin, ok := f.twinOf(j); ok {
			jobs = append(jobs, twin)
		} else if f.twin && !f.all {
			return nil, noTwin(j)
		}
	}
	for i := range jobs {
		made, err := jobs[i].scenario.Prepare(jobs[i].options)
		if err == nil && jobs[i].sweep {
			err = jobs[i].tabled()
		}
		if err != nil {
			return nil, wrong(err, "")
		}
		jobs[i].options.Profile = made.Options.Profile
		jobs[i].shares = len(made.Deployment.KeyValues) > 0
		jobs[i].replay = f.again(name, &jobs[i])
		if jobs[i].apart, err = f.apart(&jobs[i], made); err != nil {
			return nil, err
		}
	}
	return jobs, nil
}

// tabled finds what keeps the tables of the job's scenario from being made.
func (j *job) tabled() (err error) {
	if j.scenario.Sweep != nil {
		_, err = j.scenario.Cells(j.options)
	}
	if err == nil && j.scenario.Orders != nil {
		_, err = j.scenario.Boots(j.options)
	}
	return err
}

// again is the command that makes a virtual run again.
func (f *runFlags) again(name string, j *job) string {
	if j.driver == "live" {
		return ""
	}
	words := []string{"sim run", quoted(name), "--profile", j.options.Profile}
	if driverOf(j.scenario) == "live" {
		words = append(words, "--driver virtual")
	}
	if j.options.Twin {
		words = append(words, "--twin")
	}
	if f.deployment != "" {
		words = append(words, "--deployment", quoted(f.deployment))
	}
	if f.policies != "" {
		words = append(words, "--policies", quoted(f.policies))
	}
	if f.duration > 0 {
		words = append(words, "--duration", f.duration.String())
	}
	if f.faults != "" {
		words = append(words, "--faults", quoted(f.faults))
	}
	for _, axis := range f.sweep {
		words = append(words, "--sweep", quoted(axis))
	}
	if f.strict {
		words = append(words, "--strict")
	}
	return strings.Join(append(words, "--seed"), " ")
}

// quoted is a word as a shell reads it back.
func quoted(word string) string {
	safe := func(r rune) bool {
		return unicode.IsLetter(r) || unicode.IsDigit(r) || strings.ContainsRune("./_-:@%+=,", r)
	}
	if word != "" && strings.IndexFunc(word, func(r rune) bool { return !safe(r) }) < 0 {
		return word
	}
	return "'" + strings.ReplaceAll(word, "'", `'\''`) + "'"
}

// seeded gives each run every seed, and its command the seed.
func seeded(jobs []job, first, last uint64) (all []job) {
	for _, j := range jobs {
		replay := j.replay
		for seed := first; ; seed++ {
			j.options.Seed = seed
			if replay != "" {
				j.replay = fmt.Sprint(replay, " ", seed)
			}
			all = append(all, j)
			if seed == last {
				break
			}
		}
	}
	return all
}

// site reads --deployment; nil leaves each scenario its own pattern.
func (f *runFlags) site(cmd *cobra.Command) (*deployment.Deployment, error) {
	if f.deployment == "" {
		return nil, nil
	}
	d, findings, err := readRunnable(f.deployment)
	if err != nil {
		return nil, err
	}
	if worst := deployment.Worst(findings); worst >= deployment.Warning && !f.quiet {
		fmt.Fprintf(cmd.ErrOrStderr(), "sim: %s has findings, up to %s; sim check %s lists them\n", f.deployment, worst, f.deployment)
	}
	return d, nil
}

// runnable reads a deployment that says enough to be run.
func runnable(dir string) (*deployment.Deployment, error) {
	d, _, err := readRunnable(dir)
	return d, err
}

// readRunnable reads a deployment with its findings; one that stops a run is an error.
func readRunnable(dir string) (*deployment.Deployment, []deployment.Finding, error) {
	d, findings, err := readDeployment(dir)
	if err != nil {
		return nil, nil, wrong(err, "")
	}
	var bad []deployment.Finding
	for _, finding := range findings {
		if finding.Stops() {
			bad = append(bad, finding)
		}
	}
	if err := deployment.Errors(bad); err != nil {
		return nil, nil, wrong(errors.New(strings.ReplaceAll(err.Error(), "\n  hint: ", "; fix: ")), "sim check "+dir+" tells more")
	}
	return d, findings, nil
}
