// Functional runs ExaBGP's functional suites, or cases laid out like them, against a
// program.
//
//	go run ./internal/bgptest/cmd/functional [flags] BINARY
//
// The test data is that of $HERALD_SHARED/compat (by default ../shared/compat), of the
// checkout of ExaBGP that $EXABGP names, or of the folder of -data. The exit status is
// 1 when a case failed that had to pass, 2 when the run could not be made.
package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"os"
	"os/signal"
	"path/filepath"
	"slices"
	"strings"
	"syscall"

	"github.com/herald-bgp/herald/internal/bgptest/functional"
)

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	os.Exit(run(ctx))
}

func run(ctx context.Context) int {
	c := functional.Config{Out: os.Stdout, Checkout: os.Getenv("EXABGP")}
	suites := flag.String("suite", strings.Join(functional.Suites(), ","), "suites to run, with commas between them")
	only := flag.String("only", "", "run cases whose NAME or SUITE/NAME matches one of these `patterns`, with commas between them")
	flag.StringVar(&c.Data, "data", "", "`folder` with the cases, laid out as compat/ is (default that of ExaBGP's suites)")
	flag.StringVar(&c.Helpers, "helpers", defaultHelpers(c.Checkout), "`folder` that holds run/ with the helper programs; empty: the checkout's own")
	flag.StringVar(&c.Require, "require", "", "`file` with the cases that must pass; empty: all")
	flag.IntVar(&c.Jobs, "jobs", 4, "cases at a time")
	flag.IntVar(&c.Repeat, "repeat", 1, "how often to run each case")
	flag.DurationVar(&c.Timeout, "timeout", 0, "of one case (default 30s)")
	flag.BoolVar(&c.Strict, "strict", false, "wait for each message only as long as ExaBGP's own peer")
	flag.BoolVar(&c.Verbose, "v", false, "print a line for each case")
	flag.BoolVar(&c.Trace, "trace", false, "print the messages of each session")
	flag.BoolVar(&c.Log, "log", false, "let the program log, and print that when a case fails")
	flag.Parse()
	if flag.NArg() != 1 {
		fmt.Fprintln(os.Stderr, "functional: expected one program")
		return 2
	}
	c.Binary = flag.Arg(0)
	given := c.Data != ""
	if given {
		c.Checkout = ""
	} else {
		c.Data = filepath.Join(shared(), "compat")
	}
	c.Suites = slices.DeleteFunc(functional.Suites(), func(s string) bool {
		return !slices.Contains(strings.Split(*suites, ","), s)
	})
	if *only != "" {
		c.Only = strings.Split(*only, ",")
	}

	if _, err := os.Stat(c.Data); !given && c.Checkout == "" && err != nil && os.Getenv("CI") == "" {
		fmt.Printf("=== functional suites SKIPPED: %v (set HERALD_SHARED or EXABGP) ===\n", err)
		return 0
	}
	switch err := functional.Run(ctx, c); {
	case err == nil:
		return 0
	case errors.Is(err, functional.ErrFailed):
		fmt.Fprintln(os.Stderr, "functional:", err)
		return 1
	default:
		fmt.Fprintln(os.Stderr, "functional:", err)
		return 2
	}
}

// shared is the folder that holds compat/.
func shared() string {
	if dir := os.Getenv("HERALD_SHARED"); dir != "" {
		return dir
	}
	return filepath.Join("..", "shared")
}

// defaultHelpers: a checkout brings its own.
func defaultHelpers(checkout string) string {
	if checkout != "" {
		return ""
	}
	return filepath.Join("testdata", "helpers")
}
