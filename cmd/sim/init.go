package main

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"hubsim/deployment"
)

func newInitCommand() *cobra.Command {
	patterns := strings.Join(deployment.Patterns(), ", ")
	var size deployment.Size
	cmd := &cobra.Command{
		Use:   "init PATTERN DIR",
		Short: "Write the deployment.toml files of a pattern, to start from",
		Long: "init writes the files of a deployment pattern to a directory: one deployment.toml a node,\n" +
			"as the product reads them. It overwrites nothing.\n\nPatterns: " + strings.Replace(patterns, ", gw-cp-tm-ha", ",\ngw-cp-tm-ha", 1) + ".\n" +
			"multi-dc is multi-DC pattern 1, a full mesh of event publishers; multi-dc-main is\n" +
			"pattern 2, one main region with the control planes. Sizes not said are the pattern's.\n" +
			"v2-distributed is the layout before 4.0, with api-manager.xml files.",
		Example: `  sim init gw-cp-tm-ha ./conf
  sim check ./conf
  sim run tm-kill-midwindow --deployment ./conf
  sim init multi-dc ./world --regions 4 --control-planes 2 --traffic-managers 2`,
		Args: func(cmd *cobra.Command, args []string) error {
			if len(args) != 2 {
				return wrong(errors.New("sim init needs a pattern and a directory"), "patterns are "+patterns)
			}
			return nil
		},
		ValidArgsFunction: func(_ *cobra.Command, args []string, _ string) ([]string, cobra.ShellCompDirective) {
			if len(args) == 0 {
				return deployment.Patterns(), cobra.ShellCompDirectiveNoFileComp
			}
			return nil, cobra.ShellCompDirectiveFilterDirs
		},
		RunE: func(cmd *cobra.Command, args []string) error {
			names, err := lay(args[0], args[1], size)
			if err != nil {
				return err
			}
			fmt.Fprintf(cmd.OutOrStdout(), "wrote %d files to %s:\n", len(names), args[1])
			for _, name := range names {
				fmt.Fprintf(cmd.OutOrStdout(), "  %s\n", name)
			}
			fmt.Fprintf(cmd.OutOrStdout(), "sim check %s says how they are wired\n", args[1])
			return nil
		},
	}
	flags := cmd.Flags()
	flags.IntVar(&size.Regions, "regions", 0, "how many regions, 2 to 8, for multi-dc and multi-dc-main")
	flags.IntVar(&size.ControlPlanes, "control-planes", 0, "how many control planes in each region that has any")
	flags.IntVar(&size.TrafficManagers, "traffic-managers", 0, "how many traffic managers in each region")
	flags.IntVar(&size.Gateways, "gateways", 0, "how many gateways in each region")
	flags.BoolVar(&size.FailoverAbroad, "failover-abroad", false, "gateways list the next region's traffic managers behind their own")
	return cmd
}

// lay writes a pattern's files to a directory: all of them, or none when one is already there.
func lay(pattern, dir string, size deployment.Size) (names []string, err error) {
	if !slices.Contains(deployment.Patterns(), pattern) {
		return nil, wrong(fmt.Errorf("there is no deployment pattern %q", pattern), didYouMean(pattern, deployment.Patterns(), "patterns are "+strings.Join(deployment.Patterns(), ", ")))
	}
	files, err := deployment.Sized(pattern, size)
	if err != nil {
		return nil, wrong(err, "")
	}
	err = fs.WalkDir(files, ".", func(name string, entry fs.DirEntry, err error) error {
		if err != nil || entry.IsDir() {
			return err
		}
		names = append(names, name)
		if _, err := os.Lstat(filepath.Join(dir, name)); err == nil {
			return wrong(fmt.Errorf("%s is already there; nothing was written", filepath.Join(dir, name)), "choose an empty directory")
		}
		return nil
	})
	if err != nil {
		return nil, err
	}
	if err := stage(files, names, dir); err != nil {
		return nil, broken(err, "choose a place that can be written")
	}
	return names, nil
}

// stage writes files beside where they shall be, and moves them there when all are written: a disk that
// fills up leaves nothing behind.
func stage(files fs.FS, names []string, dir string) error {
	if err := os.MkdirAll(dir, 0o755); err != nil {
		return fmt.Errorf("make %s: %w", dir, reason(err))
	}
	aside, err := os.MkdirTemp(dir, ".sim-init-*")
	if err != nil {
		return fmt.Errorf("write to %s: %w", dir, reason(err))
	}
	for _, name := range names {
		if err := put(files, name, filepath.Join(aside, name)); err != nil {
			_, _ = os.RemoveAll(aside), os.Remove(dir) // a directory that was there with something in it stays
			return fmt.Errorf("write %s: %w", filepath.Join(dir, name), reason(err))
		}
	}
	for _, name := range names {
		to := filepath.Join(dir, name)
		if err := errors.Join(os.MkdirAll(filepath.Dir(to), 0o755), os.Rename(filepath.Join(aside, name), to)); err != nil {
			return fmt.Errorf("write %s: %w", to, reason(err))
		}
	}
	if err := os.RemoveAll(aside); err != nil {
		return fmt.Errorf("remove %s: %w", aside, reason(err))
	}
	return nil
}

func put(files fs.FS, name, path string) error {
	text, err := fs.ReadFile(files, name)
	if err != nil {
		return err
	}
	if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
		return err
	}
	f, err := os.OpenFile(path, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o644)
	if err != nil {
		return err
	}
	_, err = f.Write(text)
	if err = errors.Join(err, f.Close()); err != nil {
		err = errors.Join(err, os.Remove(path)) // no half of a file stays
	}
	return err
}
