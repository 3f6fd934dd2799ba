package main

import (
	"fmt"
	"os"
	"slices"
	"strings"
	"sync"
)

func main() {
	root, err := os.Getwd()
	if err == nil {
		err = run(root, strings.Join(os.Args[1:], " "))
	}
	if err != nil {
		fmt.Fprintf(os.Stderr, "mutants: %v\n", err)
		os.Exit(1)
	}
}

// run plants every mutant, or those with a word in their row.
func run(root, word string) error {
	list := slices.DeleteFunc(all(), func(m mutant) bool { return !strings.Contains(m.what+" "+m.file+" "+m.test, word) })
	if err := healthy(root, list); err != nil {
		return err
	}
	survived := 0
	for i, err := range each(list, func(m mutant) error { return m.plant(root) }) {
		word := "caught  "
		if err != nil {
			word = "SURVIVED"
			survived++
		}
		fmt.Printf("%s  %-26s %-62s %s\n", word, list[i].file, list[i].what, list[i].test)
		if err != nil {
			fmt.Printf("          %v\n", err)
		}
	}
	fmt.Printf("mutants: %d of %d caught\n", len(list)-survived, len(list))
	if survived > 0 {
		return fmt.Errorf("%d survived; give each a test that notices, or the name of the one that does", survived)
	}
	return nil
}

// healthy tells whether every named test passes without a mutant.
func healthy(root string, list []mutant) error {
	var tests []string
	for _, m := range list {
		tests = append(tests, m.test)
	}
	slices.Sort(tests)
	tests = slices.Compact(tests)
	for i, err := range each(tests, func(name string) error {
		m := mutant{test: name}
		out, err := m.try(root)
		if err != nil {
			return fmt.Errorf("%w\n%s", err, out)
		}
		return nil
	}) {
		if err != nil {
			return fmt.Errorf("test %s does not pass without a mutant: %w", tests[i], err)
		}
	}
	return nil
}

// atOnce is how many tests run side by side.
const atOnce = 2

// each does the same for all of a list, some side by side, and returns what became of each.
func each[T any](list []T, do func(T) error) []error {
	errs := make([]error, len(list))
	turns := make(chan struct{}, atOnce)
	var done sync.WaitGroup
	for i, one := range list {
		turns <- struct{}{}
		done.Go(func() {
			errs[i] = do(one)
			<-turns
		})
	}
	done.Wait()
	return errs
}
