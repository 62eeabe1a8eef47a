// Package interop_test runs Herald against other speakers on the loopback of this
// machine: BIRD, ExaBGP, FRR, GoBGP and OpenBGPD, as Debian 12 has them, and a scripted
// one against which helper programs misbehave.
//
// A daemon is a driver (see drivers), a test of sessions a function of a driver (see
// each), a route that all of them are shown a row of familyCases.
package interop_test

import (
	"fmt"
	"io"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"sync"
	"testing"
)

// herald is the path of the program under test.
var herald string

func TestMain(m *testing.M) {
	switch {
	case len(os.Args) == 3 && os.Args[1] == "helper":
		os.Exit(relay(os.Args[2]))
	case len(os.Args) == 3 && os.Args[1] == "flood":
		os.Exit(flood(os.Args[2]))
	case len(os.Args) == 3 && os.Args[1] == "watchfile":
		os.Exit(watchFile(os.Args[2]))
	case len(os.Args) == 4 && os.Args[1] == "misbehave":
		os.Exit(misbehave(os.Args[2], os.Args[3]))
	}
	os.Exit(run(m))
}

// run builds the program under test, unless HERALD names one, and runs the tests.
func run(m *testing.M) int {
	if herald = os.Getenv("HERALD"); herald != "" {
		return m.Run()
	}
	dir, err := os.MkdirTemp("", "interop-")
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		return 1
	}
	defer os.RemoveAll(dir)
	herald = filepath.Join(dir, "herald")
	build := exec.Command("go", "build", "-o", herald, "../cmd/herald")
	build.Env = append(os.Environ(), "CGO_ENABLED=0")
	build.Stdout, build.Stderr = os.Stdout, os.Stderr
	if err := build.Run(); err != nil {
		fmt.Fprintln(os.Stderr, err)
		return 1
	}
	return m.Run()
}

// relay is the helper program of a speaker: a pipe between the speaker and the test.
func relay(socket string) int {
	conn, err := net.Dial("unix", socket)
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		return 1
	}
	defer conn.Close()
	var fromTest sync.WaitGroup
	fromTest.Go(func() { _, _ = io.Copy(os.Stdout, conn) })
	_, err = io.Copy(conn, os.Stdin)
	if err != nil {
		return 1
	}
	return 0
}
