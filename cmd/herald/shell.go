package main

import (
	"bytes"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"

	"github.com/spf13/cobra"
)

// newShell is `herald shell`.
func newShell(a *app) *cobra.Command {
	cmd := &cobra.Command{
		Use:   "shell COMMAND",
		Short: "Install completion for a shell",
		RunE: func(cmd *cobra.Command, _ []string) error {
			return &usageError{cmd.UseLine(), errors.New("expected install, uninstall or completion")}
		},
	}
	add := func(use, short string, run func(cmd *cobra.Command, shell string) error) {
		cmd.AddCommand(&cobra.Command{
			Use: use, Short: short, ValidArgs: shells(), Args: cobra.MaximumNArgs(1), DisableFlagsInUseLine: true,
			RunE: func(cmd *cobra.Command, args []string) error { return run(cmd, a.shell(args)) },
		})
	}
	add("install [bash|zsh|fish]", "Install completion for the user; the shell is that of $SHELL unless given", a.installCompletion)
	add("uninstall [bash|zsh|fish]", "Remove what install has installed", a.uninstallCompletion)
	add("completion [bash|zsh|fish]", "Print the script", func(cmd *cobra.Command, shell string) error {
		return writeCompletion(cmd.Root(), shell, a.stdout)
	})
	return cmd
}

// shell is the one that is named, else that of the user, else bash.
func (a *app) shell(args []string) string {
	if len(args) > 0 {
		return args[0]
	}
	if s, _ := a.env.get("SHELL"); s != "" {
		return filepath.Base(s)
	}
	return "bash"
}

// completionFile is where a shell looks for the script of a user.
func (a *app) completionFile(shell string) (string, error) {
	home, ok := a.env.get("HOME")
	if !ok || home == "" {
		return "", errors.New("there is no $HOME to install into")
	}
	places := map[string]string{
		"bash": filepath.Join(".local/share/bash-completion/completions", a.name()),
		"zsh":  filepath.Join(".zsh/completions", "_"+a.name()),
		"fish": filepath.Join(".config/fish/completions", a.name()+".fish"),
	}
	place, ok := places[shell]
	if !ok {
		return "", errNoShell
	}
	return filepath.Join(home, place), nil
}

func (a *app) installCompletion(cmd *cobra.Command, shell string) error {
	file, err := a.completionFile(shell)
	if err != nil {
		return err
	}
	var script bytes.Buffer
	if err := writeCompletion(cmd.Root(), shell, &script); err != nil {
		return err
	}
	if err := os.MkdirAll(filepath.Dir(file), 0o755); err != nil {
		return err
	}
	if err := os.WriteFile(file, script.Bytes(), 0o644); err != nil {
		return err
	}
	fmt.Fprintf(a.stdout, "Installed %s completion to: %s\n", shell, file)
	return nil
}

func (a *app) uninstallCompletion(_ *cobra.Command, shell string) error {
	file, err := a.completionFile(shell)
	if err != nil {
		return err
	}
	switch err := os.Remove(file); {
	case errors.Is(err, fs.ErrNotExist):
		fmt.Fprintf(a.stdout, "%s completion is not installed at: %s\n", shell, file)
	case err != nil:
		return err
	default:
		fmt.Fprintf(a.stdout, "Removed %s completion from: %s\n", shell, file)
	}
	return nil
}
