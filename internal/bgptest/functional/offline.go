package functional

import (
	"context"
	"errors"
	"fmt"
	"strings"
)

// decode runs a case of decoding.
func (r *run) decode(ctx context.Context, c *Case) error {
	args := []string{"decode"}
	if c.Kind != "open" && c.Family != "" {
		args = append(args, "-f", c.Family)
	}
	out, err := r.command(ctx, nil, nil, append(args, "--"+c.Kind, c.Packet))
	if err != nil {
		return err
	}
	if out.stderr != "" {
		return fmt.Errorf("wrote on standard error: %s", short(strings.TrimSpace(out.stderr), 300))
	}
	got, err := parseJSON(out.stdout)
	if err != nil {
		return fmt.Errorf("%w in %q", err, short(out.stdout, 300))
	}
	want := c.JSON
	for _, key := range []string{"exabgp", "host", "pid", "ppid", "time", "version"} {
		delete(got, key)
		delete(want, key)
	}
	if d := difference(want, got); d != "" {
		return errors.New(d)
	}
	return nil
}

// validate runs a case of parsing.
func (r *run) validate(ctx context.Context, c *Case) error {
	args := []string{"configuration", "validate"}
	if !r.data.Main {
		args = args[1:]
	}
	out, err := r.command(ctx, nil, nil, append(args, "-nrv", r.tree.etc(c.Files[0])))
	if err != nil {
		return err
	}
	if out.status != 0 {
		return fmt.Errorf("exit %d: %s", out.status, lastLine(out.stdout+out.stderr))
	}
	return nil
}

func lastLine(text string) string {
	lines := strings.FieldsFunc(text, func(c rune) bool { return c == '\n' })
	if len(lines) == 0 {
		return "it printed nothing"
	}
	return short(lines[len(lines)-1], 300)
}

// json runs the JSON vectors of a file, a process for each version.
func (r *run) json(ctx context.Context, c *Case) error {
	v4 := func(v Vector) string { return v.JSON4 }
	v6 := func(v Vector) string { return v.JSON6 }
	return errors.Join(r.jsonVersion(ctx, c, "4", "4.0.1", v4), r.jsonVersion(ctx, c, "6", "6.0.0", v6))
}

func (r *run) jsonVersion(ctx context.Context, c *Case, version, name string, want func(Vector) string) error {
	var input strings.Builder
	for _, v := range c.Vectors {
		fmt.Fprintf(&input, "%X\n", v.Octets)
	}
	args := []string{"decode"}
	if len(c.Files) > 0 {
		args = append(args, "-c", r.tree.etc(c.Files[0]))
	}
	out, err := r.command(ctx, strings.NewReader(input.String()), []string{"exabgp_api_version=" + version}, args)
	if err != nil {
		return err
	}
	lines := strings.Split(strings.TrimSuffix(out.stdout, "\n"), "\n")
	if len(lines) != len(c.Vectors) {
		return fmt.Errorf("version %s: got %d lines for %d messages: %s", version, len(lines), len(c.Vectors), lastLine(out.stdout+out.stderr))
	}
	var wrong []error
	for i, v := range c.Vectors {
		if want(v) == "" {
			continue
		}
		if err := compareJSON(want(v), lines[i], name); err != nil {
			wrong = append(wrong, fmt.Errorf("line %d, version %s: %w", v.Row, version, err))
		}
	}
	return errors.Join(wrong...)
}

// compareJSON compares a decoded message; name is what its "exabgp" must say.
func compareJSON(want, got, name string) error {
	w, err := parseJSON(want)
	if err != nil {
		return fmt.Errorf("the expectation: %w", err)
	}
	g, err := parseJSON(got)
	if err != nil {
		return fmt.Errorf("%w in %q", err, short(got, 300))
	}
	w["exabgp"] = name
	strip(w, volatile())
	strip(g, volatile())
	if d := difference(w, g); d != "" {
		return errors.New(d)
	}
	return nil
}
