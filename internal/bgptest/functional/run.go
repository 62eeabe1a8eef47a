package functional

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"path"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"time"
)

// Config is what to run and how.
type Config struct {
	Binary   string   // the program under test
	Data     string   // folder of the test data; not used when Checkout is given
	Checkout string   // a checkout of ExaBGP, any generation; "" for Data
	Helpers  string   // folder that holds run/ with the helper programs; "" for those of the checkout
	Suites   []string // in the order of Suites
	Only     []string // patterns of NAME or SUITE/NAME; none: all
	Require  string   // file of the cases that must pass; "": all that are selected

	Jobs    int           // how many at a time; 0: 4
	Repeat  int           // how often each; 0: once
	Timeout time.Duration // of one case; 0: 30 s

	Strict  bool // the peer waits for each message only as long as ExaBGP's own
	Verbose bool // a line for each case
	Trace   bool // the messages of each session
	Log     bool // the program logs; its output is shown when it fails
	Out     io.Writer
}

// ErrFailed is a run in which a case failed that had to pass.
var ErrFailed = errors.New("required cases failed")

// Run runs the suites and prints a line for each failure and the scores. The error is
// ErrFailed when the run could be made.
func Run(ctx context.Context, config Config) error {
	r := &run{config: config}
	if err := r.prepare(); err != nil {
		return err
	}
	defer r.tree.remove()
	r.all(ctx)
	return r.report()
}

type run struct {
	config   Config
	data     *Data
	tree     *tree
	cases    []*Case
	required map[string]bool // by ID; nil: all

	mu      sync.Mutex // guards what follows
	results map[*Case][]error
}

func (r *run) prepare() error {
	dir := r.config.Data
	if r.config.Checkout != "" {
		dir = r.config.Checkout
	}
	var err error
	if r.data, err = Open(dir); err != nil {
		return err
	}
	all, err := r.data.Cases(r.config.Suites)
	if err != nil {
		return err
	}
	if err := r.require(all); err != nil {
		return err
	}
	r.cases = slices.DeleteFunc(all, func(c *Case) bool { return !r.selected(c) })
	if len(r.cases) == 0 {
		return errors.New("no case is selected")
	}
	binary, err := filepath.Abs(r.config.Binary)
	if err != nil {
		return err
	}
	r.results = make(map[*Case][]error)
	r.tree, err = plant(r.data, binary, r.config.Helpers)
	return err
}

func (r *run) selected(c *Case) bool {
	return len(r.config.Only) == 0 || slices.ContainsFunc(r.config.Only, func(pattern string) bool {
		name, err1 := path.Match(pattern, c.Name)
		id, err2 := path.Match(pattern, c.ID())
		return err1 == nil && name || err2 == nil && id
	})
}

// require reads the list of cases that must pass: SUITE/NAME or SUITE/* a line. A
// name that no case of the selected suites has is a mistake in the list.
func (r *run) require(all []*Case) error {
	if r.config.Require == "" {
		return nil
	}
	text, err := os.ReadFile(r.config.Require)
	if err != nil {
		return err
	}
	r.required = make(map[string]bool)
	row := 0
	for line := range strings.Lines(string(text)) {
		row++
		line, _, _ = strings.Cut(line, "#")
		line = strings.TrimSpace(line)
		suite, _, _ := strings.Cut(line, "/")
		if !slices.Contains(r.config.Suites, suite) {
			if line != "" && !slices.Contains(Suites(), suite) {
				return fmt.Errorf("%s:%d: unknown suite %q", r.config.Require, row, suite)
			}
			continue
		}
		found := false
		for _, c := range all {
			if ok, _ := path.Match(line, c.ID()); ok {
				r.required[c.ID()], found = true, true
			}
		}
		if !found {
			return fmt.Errorf("%s:%d: there is no case %s", r.config.Require, row, line)
		}
	}
	return nil
}

// all runs the cases, those with sessions first, which take longest.
func (r *run) all(ctx context.Context) {
	order := slices.Clone(r.cases)
	slices.SortStableFunc(order, func(a, b *Case) int { return weight(b) - weight(a) })

	queue := make(chan *Case)
	var workers sync.WaitGroup
	for range orDefault(r.config.Jobs, 4) {
		workers.Go(func() {
			for c := range queue {
				r.one(ctx, c)
			}
		})
	}
	for range orDefault(r.config.Repeat, 1) {
		for _, c := range order {
			if ctx.Err() == nil {
				queue <- c
			}
		}
	}
	close(queue)
	workers.Wait()
}

// must reports whether a case has to pass.
func (r *run) must(c *Case) bool { return r.required == nil || r.required[c.ID()] }

func orDefault(n, d int) int {
	if n > 0 {
		return n
	}
	return d
}

func weight(c *Case) int {
	switch c.Suite {
	case API, CLI:
		return 2
	case Encoding:
		return 1
	}
	return 0
}

// one runs a case once.
func (r *run) one(ctx context.Context, c *Case) {
	timeout := r.config.Timeout
	if timeout <= 0 {
		timeout = 30 * time.Second
	}
	limited, cancel := context.WithTimeout(ctx, timeout)
	defer cancel()
	began := time.Now()
	err := r.runner(c)(limited, c)
	if ctx.Err() != nil {
		err = ctx.Err() // interrupted: no verdict about the program
	}

	r.mu.Lock()
	r.results[c] = append(r.results[c], err)
	r.mu.Unlock()
	verdict := "ok  "
	if err != nil {
		verdict = "FAIL"
	}
	if r.config.Verbose {
		r.printf("%s %s %.1fs\n", verdict, c.ID(), time.Since(began).Seconds())
	}
}

func (r *run) runner(c *Case) func(context.Context, *Case) error {
	switch c.Suite {
	case Encoding, API:
		return r.session
	case CLI:
		return r.cli
	case Decoding:
		return r.decode
	case Parsing:
		return r.validate
	case Migrate:
		return r.migrate
	case JSON:
		return r.json
	case SelfCheck:
		return r.selfCheck
	default:
		return r.encode
	}
}

// printf prints at once: cases run side by side.
func (r *run) printf(format string, args ...any) {
	r.mu.Lock()
	defer r.mu.Unlock()
	fmt.Fprintf(r.config.Out, format, args...)
}

// report prints failures and scores.
func (r *run) report() error {
	passed, total := make(map[string]int), make(map[string]int)
	missed := 0
	for _, c := range r.cases {
		results := r.results[c]
		failures := slices.DeleteFunc(slices.Clone(results), func(err error) bool { return err == nil })
		p, n := c.score(len(results), failures)
		passed[c.Suite] += p
		total[c.Suite] += n
		if p == n {
			continue
		}
		mark := "FAIL"
		if r.must(c) {
			missed++
		} else {
			mark = "fail, not required:"
		}
		r.printf("%s %s%s: %s\n", mark, c.ID(), share(len(failures), len(results)), reason(failures))
	}
	for i, suite := range r.config.Suites {
		separator := " "
		if i == len(r.config.Suites)-1 {
			separator = "\n"
		}
		r.printf("%s %d/%d%s", suite, passed[suite], total[suite], separator)
	}
	if missed > 0 {
		return fmt.Errorf("%w: %d", ErrFailed, missed)
	}
	return nil
}

// score counts a case as one, or as many as it has vectors: those that were right in
// every run.
func (c *Case) score(runs int, failures []error) (passed, total int) {
	total = max(1, len(c.Vectors))
	wrong := make(map[*Vector]bool)
	for _, err := range failures {
		v, ok := errors.AsType[vectorsError](err)
		if !ok {
			return 0, total
		}
		for vector := range v {
			wrong[vector] = true
		}
	}
	if runs == 0 {
		return 0, total
	}
	return total - len(wrong), total
}

func share(failures, runs int) string {
	if runs < 2 {
		return ""
	}
	return fmt.Sprintf(" (%d of %d)", failures, runs)
}

func reason(failures []error) string {
	if len(failures) == 0 {
		return "not run"
	}
	return short(strings.ReplaceAll(failures[0].Error(), "\n", "\n\t"), 2000)
}
