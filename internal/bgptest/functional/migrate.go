package functional

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"time"
)

// Migration is what is rewritten from one version for another.
type Migration struct {
	Kind     string // conf, api, or bridge: api with a helper program
	From, To string
	WrapAPI  bool
	Input    string
	Script   string             // bridge: the helper, in Python
	Patterns []MigrationPattern // what the output must have, or must not
}

// MigrationPattern is text, or an expression when it is tied to the begin or the end
// of a line.
type MigrationPattern struct {
	Text   string
	Reject bool
}

// matches looks for the pattern.
func (p *MigrationPattern) matches(output string) (bool, error) {
	if !strings.HasPrefix(p.Text, "^") && !strings.HasSuffix(p.Text, "$") {
		return strings.Contains(output, p.Text), nil
	}
	re, err := regexp.Compile("(?m)" + p.Text)
	if err != nil {
		return false, err
	}
	return re.MatchString(output), nil
}

func (d *Data) migrations() ([]*Case, error) {
	var cases []*Case
	for _, file := range glob(d.qa, Migrate, "*.mi") {
		text, err := os.ReadFile(file)
		if err != nil {
			return nil, err
		}
		m, err := parseMigration(file, string(text))
		if err != nil {
			return nil, err
		}
		cases = append(cases, &Case{Suite: Migrate, Name: base(file), Migration: m})
	}
	return cases, nil
}

// parseMigration reads lines KEY:VALUE; a value "<<<" is the lines up to ">>>".
func parseMigration(name, text string) (*Migration, error) {
	m := &Migration{Kind: "conf"}
	lines := strings.Split(text, "\n")
	for i := 0; i < len(lines); i++ {
		row := i + 1
		line := strings.TrimSpace(lines[i])
		if line == "" || line[0] == '#' {
			continue
		}
		key, value, _ := strings.Cut(line, ":")
		if value == "<<<" {
			var block strings.Builder
			for i++; i < len(lines) && strings.TrimSpace(lines[i]) != ">>>"; i++ {
				block.WriteString(lines[i] + "\n")
			}
			value = block.String()
		}
		switch key {
		case "from":
			m.From = value
		case "to":
			m.To = value
		case "type":
			m.Kind = value
		case "wrap-api":
			m.WrapAPI = value == "true"
		case "input":
			m.Input = value
		case "script":
			m.Script = value
		case "expect", "reject":
			m.Patterns = append(m.Patterns, MigrationPattern{value, key == "reject"})
		default:
			return nil, fmt.Errorf("%s:%d: unexpected '%s', expected from, to, type, wrap-api, input, script, expect or reject", name, row, key)
		}
	}
	return m, nil
}

// bridgeTime is how long a helper program may take.
const bridgeTime = 5 * time.Second

// migrate runs a case of migrate.
func (r *run) migrate(ctx context.Context, c *Case) error {
	m := c.Migration
	args := []string{"migrate", "conf", "-f", m.From, "-t", m.To}
	stdin := strings.NewReader(m.Input)
	switch m.Kind {
	case "conf":
		file, err := r.write(c, ".conf", m.Input)
		if err != nil {
			return err
		}
		if m.WrapAPI {
			args = append(args, "--wrap-api")
		}
		args, stdin = append(args, file), strings.NewReader("")
	case "api":
		args[1] = "api"
	case "bridge":
		file, err := r.write(c, ".py", m.Script)
		if err != nil {
			return err
		}
		args[1] = "api"
		args = append(args, "--exec", "python3", file)
		var cancel context.CancelFunc
		ctx, cancel = context.WithTimeout(ctx, bridgeTime)
		defer cancel()
	default:
		return fmt.Errorf("unknown type %s", m.Kind)
	}
	out, err := r.command(ctx, stdin, nil, args)
	if err != nil {
		return err
	}
	if out.status != 0 {
		return fmt.Errorf("exit %d: %s", out.status, lastLine(out.stdout+out.stderr))
	}
	for _, p := range m.Patterns {
		found, err := p.matches(out.stdout)
		switch {
		case err != nil:
			return err
		case found && p.Reject:
			return fmt.Errorf("the result has %s", strconv.Quote(p.Text))
		case !found && !p.Reject:
			return fmt.Errorf("the result has no %s: %s", strconv.Quote(p.Text), short(out.stdout, 300))
		}
	}
	return nil
}

// write makes a file of a case.
func (r *run) write(c *Case, ending, text string) (string, error) {
	f, err := os.CreateTemp(r.tree.dir, c.Name+"-*"+ending)
	if err != nil {
		return "", err
	}
	defer f.Close()
	_, err = f.WriteString(text)
	return filepath.Join(r.tree.dir, filepath.Base(f.Name())), err
}
