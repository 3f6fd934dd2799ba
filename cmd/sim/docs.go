package main

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"

	"github.com/spf13/cobra"
)

// docPage is a reference page that is made from the code.
type docPage struct {
	name, file, about string // no file: --dir leaves it out, since the scenarios are run for it
	write             func(*strings.Builder, *cobra.Command) error
}

// docPages are all reference pages.
func docPages() []docPage {
	return []docPage{
		{"scenarios", "scenarios.md", "the catalogue", writeScenarios},
		{"checks", "checks.md", "what a scenario can ask for, and the causes of a leak", writeChecks},
		{"schema", "scenario.schema.json", "JSON Schema of a scenario file", writeSchema},
		{"topology", "topology.schema.json", "JSON Schema of topology.yaml", writeTopology},
		{"config", "config.md", "the keys of deployment.toml that count here, and the machines' knobs", writeConfig},
		{"cli", "cli.md", "the command line", writeCLI},
		{"rules", "rules.md", "what sim check looks for", writeRules},
		{"results", "", "the verdicts of all scenarios, which are run for it", writeResults},
	}
}

func newDocsCommand() *cobra.Command {
	pages := docPages()
	var names, lines []string
	for _, p := range pages {
		names = append(names, p.name)
		lines = append(lines, fmt.Sprintf("%s (%s)", p.name, p.about))
	}
	cmd := &cobra.Command{
		Use:   "docs PAGE",
		Short: "Print a reference page, made from the code",
		Long: "docs prints a page of the reference, or writes all but results to a directory. Pages:\n" +
			strings.Join(lines, ",\n") + ".",
		Example: `  sim docs checks
  sim docs schema > scenario.schema.json
  sim docs --dir docs/reference`,
		ValidArgs: names,
	}
	dir := cmd.Flags().String("dir", "", "write all pages but results to this `DIR`")
	hint := "pages are " + strings.Join(names, ", ")
	cmd.Args = func(cmd *cobra.Command, args []string) error {
		if *dir == "" {
			return oneArg("a page", hint)(cmd, args)
		}
		if len(args) > 0 {
			return wrong(errors.New("sim docs --dir writes every page"), "leave out "+args[0])
		}
		return nil
	}
	cmd.RunE = func(cmd *cobra.Command, args []string) error {
		if *dir != "" {
			return writePages(cmd, *dir, pages)
		}
		for _, p := range pages {
			if p.name == args[0] {
				return printPage(cmd, p)
			}
		}
		return wrong(fmt.Errorf("there is no page %q", args[0]), didYouMean(args[0], names, hint))
	}
	return cmd
}

func printPage(cmd *cobra.Command, p docPage) error {
	var b strings.Builder
	if err := p.write(&b, cmd.Root()); err != nil {
		return broken(fmt.Errorf("make page %s: %w", p.name, err), "")
	}
	_, err := fmt.Fprint(cmd.OutOrStdout(), b.String())
	return err
}

func writePages(cmd *cobra.Command, dir string, pages []docPage) error {
	if err := os.MkdirAll(dir, 0o755); err != nil {
		return broken(fmt.Errorf("write pages to %s: %w", dir, reason(err)), "choose a place that can be written")
	}
	for _, p := range pages {
		if p.file == "" {
			continue
		}
		var b strings.Builder
		if err := p.write(&b, cmd.Root()); err != nil {
			return broken(fmt.Errorf("make page %s: %w", p.name, err), "")
		}
		path := filepath.Join(dir, p.file)
		if err := replace(path, b.String()); err != nil {
			return err
		}
		fmt.Fprintln(cmd.OutOrStdout(), path)
	}
	return nil
}

// madeBy heads every page: nobody should mend it by hand.
const madeBy = "<!-- made by sim docs; change the code, then make docs -->\n"

// cell makes a text safe for a cell of a Markdown table.
func cell(text string) string {
	return strings.NewReplacer("|", `\|`, "\n", " ", "<", "&lt;", ">", "&gt;").Replace(text)
}

// code makes a text code; an empty one stays empty.
func code(text string) string {
	if text == "" {
		return ""
	}
	return "`" + strings.ReplaceAll(text, "|", `\|`) + "`"
}

// row writes a row of a Markdown table.
func row(b *strings.Builder, cells ...string) {
	b.WriteString("| " + strings.Join(cells, " | ") + " |\n")
}

// head writes the first two rows of a Markdown table.
func head(b *strings.Builder, titles ...string) {
	row(b, titles...)
	b.WriteString("|" + strings.Repeat("---|", len(titles)) + "\n")
}
