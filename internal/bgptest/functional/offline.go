package functional

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"os"
	"slices"
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

// vectorsError is a case of vectors some of which are wrong.
type vectorsError map[*Vector]error

// vectorsShown is how many wrong vectors of a case are shown.
const vectorsShown = 3

func (e vectorsError) Error() string {
	wrong := slices.SortedFunc(maps.Keys(e), func(v, w *Vector) int { return v.Row - w.Row })
	var lines []string
	for _, v := range wrong[:min(len(wrong), vectorsShown)] {
		lines = append(lines, fmt.Sprintf("line %d: %v", v.Row, e[v]))
	}
	if n := len(wrong) - len(lines); n > 0 {
		lines = append(lines, fmt.Sprintf("and %d more", n))
	}
	return strings.Join(lines, "\n")
}

// each checks the vectors of a case one by one.
func (c *Case) each(check func(*Vector) error) error {
	wrong := vectorsError{}
	for i := range c.Vectors {
		if err := check(&c.Vectors[i]); err != nil {
			wrong[&c.Vectors[i]] = err
		}
	}
	if len(wrong) > 0 {
		return wrong
	}
	return nil
}

// json runs the JSON vectors of a file, a process for each version.
func (r *run) json(ctx context.Context, c *Case) error {
	v4, err := r.decodeAll(ctx, c, "4")
	if err != nil {
		return err
	}
	v6, err := r.decodeAll(ctx, c, "6")
	if err != nil {
		return err
	}
	return c.each(func(v *Vector) error {
		if v.JSON4 != "" {
			if err := compareJSON(v.JSON4, v4[v], "4.0.1"); err != nil {
				return fmt.Errorf("version 4: %w", err)
			}
		}
		if v.JSON6 != "" {
			if err := compareJSON(v.JSON6, v6[v], "6.0.0"); err != nil {
				return fmt.Errorf("version 6: %w", err)
			}
		}
		return nil
	})
}

// decodeAll returns a line of JSON for each message.
func (r *run) decodeAll(ctx context.Context, c *Case, version string) (map[*Vector]string, error) {
	var input strings.Builder
	for _, v := range c.Vectors {
		fmt.Fprintf(&input, "%X\n", v.Octets)
	}
	args, err := r.decodeArgs(c)
	if err != nil {
		return nil, err
	}
	out, err := r.command(ctx, strings.NewReader(input.String()), []string{"exabgp_api_version=" + version}, args)
	if err != nil {
		return nil, err
	}
	lines := strings.Split(strings.TrimSuffix(out.stdout, "\n"), "\n")
	if len(lines) != len(c.Vectors) {
		return nil, fmt.Errorf("version %s: got %d lines for %d messages: %s", version, len(lines), len(c.Vectors), lastLine(out.stdout+out.stderr))
	}
	decoded := make(map[*Vector]string, len(lines))
	for i := range lines {
		decoded[&c.Vectors[i]] = lines[i]
	}
	return decoded, nil
}

// decodeArgs names the configuration whose first neighbor the messages come from. A
// file that leaves its neighbors to helper programs has none.
func (r *run) decodeArgs(c *Case) ([]string, error) {
	if len(c.Files) > 0 {
		file := r.tree.etc(c.Files[0])
		text, err := os.ReadFile(file)
		if err != nil {
			return nil, err
		}
		for line := range strings.Lines(string(text)) {
			if strings.HasPrefix(line, "neighbor ") {
				return []string{"decode", "-c", file}, nil
			}
		}
	}
	return []string{"decode", "-c", r.tree.fallback()}, nil
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
