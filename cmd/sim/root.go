package main

import (
	"context"
	"fmt"
	"io"
	"os"
	"os/signal"
	"runtime/debug"
	"slices"
	"strings"
	"syscall"

	"github.com/spf13/cobra"
)

// The exit codes. A script can tell a finding from a run that proves nothing, and both from a slip.
const (
	exitPass     = 0 // all is well, known gaps included
	exitFail     = 1 // an invariant is violated, or a finding is bad enough
	exitInvalid  = 2 // the experiment cannot be trusted
	exitWrong    = 3 // wrong use or bad configuration; nothing was run
	exitInternal = 4 // the simulator's own failure, or its environment's
)

// run is the whole program. The first interrupt ends it in order, the second at once.
func run(args []string, stdin io.Reader, stdout, stderr io.Writer) (code int) {
	defer func() {
		if crash := recover(); crash != nil {
			code = crashed(stderr, crash)
		}
	}()
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	defer context.AfterFunc(ctx, stop)()
	root := newRoot()
	root.SetArgs(append([]string{}, args...))
	root.SetIn(stdin)
	root.SetOut(stdout)
	root.SetErr(stderr)
	if err := helpAbout(root, args); err != nil {
		return explain(stderr, err)
	}
	return explain(stderr, root.ExecuteContext(ctx))
}

// crashed tells of a panic. Go's own exit code for one would read as INVALID.
func crashed(stderr io.Writer, crash any) int {
	fmt.Fprintf(stderr, "sim: internal error: %v\nhint: this is a bug of the simulator; please report it with the command and what follows\n%s", crash, debug.Stack())
	return exitInternal
}

// newRoot makes the command tree.
func newRoot() *cobra.Command {
	root := &cobra.Command{
		Use:   "sim",
		Short: "Simulate WSO2 API Manager's event hub and throttling protocol",
		Long: `sim runs experiments with stand-ins for gateways, traffic managers and control planes:
it lets them work under load, breaks things, and says what held and what did not.

Exit codes: 0 pass (known gaps included), 1 fail, 2 invalid (the experiment proves
nothing), 3 wrong use or bad configuration (nothing was run), 4 the simulator's own
failure or its environment's.`,
		Example: `  sim list                                    what can be asked
  sim run quickstart                          a first run, live, half a minute
  sim run tm-kill-midwindow --profile both    the product, and as it should be
  sim check ./conf                            is this set of deployment.toml files right`,
		Args:          noCommand,
		RunE:          func(cmd *cobra.Command, _ []string) error { return cmd.Help() },
		SilenceErrors: true,
		SilenceUsage:  true,
	}
	root.SetFlagErrorFunc(wrongFlag)
	root.AddCommand(
		newListCommand(), newRunCommand(), newCheckCommand(), newConformCommand(), newBenchCommand(), newInitCommand(), newReportCommand(), newDocsCommand(),
		newVersionCommand(), newNodeCommand(),
	)
	root.SetHelpCommand(newHelpCommand())
	root.InitDefaultCompletionCmd("completion")
	needShell(root)
	return root
}

// helpAbout refuses help about a word that is no command: cobra would print the help about sim and be
// content. Words of its own begin with two underscores.
func helpAbout(root *cobra.Command, args []string) error {
	if !slices.Contains(args, "--help") && !slices.Contains(args, "-h") {
		return nil
	}
	words := slices.DeleteFunc(slices.Clone(args), func(word string) bool { return strings.HasPrefix(word, "-") })
	if found, _, err := root.Find(words); err != nil || found != root || len(words) > 0 && strings.HasPrefix(words[0], "__") {
		return err
	}
	return noCommand(root, words)
}

// noCommand refuses a word that is no command.
func noCommand(cmd *cobra.Command, args []string) error {
	if len(args) == 0 {
		return nil
	}
	var names []string
	for _, c := range cmd.Commands() {
		if c.IsAvailableCommand() {
			names = append(names, c.Name())
		}
	}
	return wrong(fmt.Errorf("there is no command %q", args[0]), didYouMean(args[0], names, "sim --help lists the commands"))
}

// newHelpCommand is cobra's help, but a wrong word is wrong use.
func newHelpCommand() *cobra.Command {
	return &cobra.Command{
		Use:     "help [COMMAND]",
		Short:   "Help about a command",
		Long:    "help prints what sim COMMAND --help prints.",
		Example: "  sim help run",
		RunE: func(cmd *cobra.Command, args []string) error {
			found, rest, err := cmd.Root().Find(args)
			if err != nil || len(rest) > 0 {
				return wrong(fmt.Errorf("there is no help about %q", strings.Join(args, " ")), "sim --help lists the commands")
			}
			return found.Help()
		},
	}
}

// needShell makes a missing or unknown shell wrong use, where cobra would print the help and be content.
func needShell(root *cobra.Command) {
	completion, _, err := root.Find([]string{"completion"})
	if err != nil {
		return
	}
	var shells []string
	for _, c := range completion.Commands() {
		shells = append(shells, c.Name())
	}
	completion.Args = cobra.ArbitraryArgs
	completion.Example = "  source <(sim completion bash)"
	completion.RunE = func(_ *cobra.Command, args []string) error {
		hint := "name one: " + strings.Join(shells, ", ")
		if len(args) == 0 {
			return wrong(fmt.Errorf("completion needs a shell"), hint)
		}
		return wrong(fmt.Errorf("there is no completion for %q", args[0]), hint)
	}
}
