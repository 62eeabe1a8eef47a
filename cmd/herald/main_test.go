package main

import (
	"bytes"
	"errors"
	"fmt"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/rogpeppe/go-internal/testscript"
	"github.com/spf13/cobra"
	"golang.org/x/sys/unix"
)

func TestMain(m *testing.M) {
	testscript.Main(m, map[string]func(){"herald": main, "exabgp": main, "exabgp-healthcheck": main, "exabgp-cli": main})
}

// TestScripts runs the programs of testdata/script.
func TestScripts(t *testing.T) {
	testscript.Run(t, testscript.Params{
		Dir: "testdata/script",
		Setup: func(e *testscript.Env) error {
			e.Setenv("exabgp_daemon_user", "root") // helpers lie where only we may look
			e.Setenv("exabgp_log_destination", "stderr")
			e.Setenv("exabgp_cli_socket", "") // none
			e.Setenv("EXABGP_ENVFILE", e.WorkDir+"/exabgp.env")
			e.Setenv("GORACE", "atexit_sleep_ms=0")
			return errors.Join(writeReadme(e.WorkDir+"/readme"), writeMigrating(e.WorkDir+"/migrating.sh"), writeExamples(e.WorkDir+"/examples.sh"))
		},
		Cmds: map[string]func(ts *testscript.TestScript, neg bool, args []string){
			"port": freePort, "wait-file": waitFile, "expand": expand, "signal": sendSignal, "silent": silent, "status": status,
		},
		Condition: func(name string) (bool, error) {
			if name == "root" {
				return os.Getuid() == 0, nil
			}
			return false, fmt.Errorf("unknown condition %s", name)
		},
		RequireExplicitExec: true,
	})
}

// writeReadme writes the example of the README to files: hello.conf, hello.sh, and
// run, the commands below them.
func writeReadme(dir string) error {
	text, err := os.ReadFile("../../README.md")
	if err != nil {
		return err
	}
	_, text, _ = bytes.Cut(text, []byte("\n## Ten lines\n"))
	blocks := regexp.MustCompile("(?s)```\\w*\n(.*?)```").FindAllSubmatch(text, 3)
	if len(blocks) != 3 {
		return errors.New("README.md has no example")
	}
	err = os.Mkdir(dir, 0o755)
	for i, name := range []string{"hello.conf", "hello.sh", "run"} {
		err = errors.Join(err, os.WriteFile(filepath.Join(dir, name), blocks[i][1], 0o644))
	}
	return err
}

// writeMigrating writes the commands of docs/migrating.md, those of its blocks that are
// marked "sh", to a file.
func writeMigrating(file string) error {
	text, err := os.ReadFile("../../docs/migrating.md")
	if err != nil {
		return err
	}
	var commands []byte
	for _, block := range regexp.MustCompile("(?s)```sh\n(.*?)```").FindAllSubmatch(text, -1) {
		commands = append(commands, block[1]...)
	}
	return os.WriteFile(file, commands, 0o644)
}

// writeExamples writes the examples of the help and of docs/command-line.md to a file, but
// for those that need a daemon, a capture, or /etc.
func writeExamples(file string) error {
	page, err := os.ReadFile("../../docs/command-line.md")
	if err != nil {
		return err
	}
	var lines []string
	for _, block := range regexp.MustCompile("(?s)```\n(.*?)```").FindAllSubmatch(page, -1) {
		lines = slices.AppendSeq(lines, strings.Lines(string(block[1])))
	}
	var walk func(c *cobra.Command)
	walk = func(c *cobra.Command) {
		lines = slices.AppendSeq(lines, strings.Lines(c.Example+"\n"))
		for _, sub := range c.Commands() {
			walk(sub)
		}
	}
	walk(newRoot(&app{argv0: "herald"}))
	needs := regexp.MustCompile(`^herald (server|router\.conf)|\[(-|herald|export|bash|full)|…|/etc/|\.gz|\.mrt|\|zsh`)
	var script []byte
	for _, line := range lines {
		if line = strings.TrimSpace(line); strings.HasPrefix(line, "herald ") && !needs.MatchString(line) {
			script = append(append(script, line...), '\n')
		}
	}
	return os.WriteFile(file, script, 0o644)
}

// freePort is "port NAME…": it sets variables to ports that nobody listens on.
func freePort(ts *testscript.TestScript, _ bool, args []string) {
	for _, name := range args {
		l, err := net.Listen("tcp4", "127.0.0.1:0")
		ts.Check(err)
		_, port, err := net.SplitHostPort(l.Addr().String())
		ts.Check(err)
		ts.Check(l.Close())
		ts.Setenv(name, port)
	}
}

// silent is "silent PORT": it accepts connections there and says nothing.
func silent(ts *testscript.TestScript, _ bool, args []string) {
	l, err := net.Listen("tcp4", "127.0.0.2:"+args[0])
	ts.Check(err)
	ts.Defer(func() { l.Close() })
	go func() {
		for c, err := l.Accept(); err == nil; c, err = l.Accept() {
			defer c.Close() // when the script ends
		}
	}()
}

// waitFile is "wait-file FILE REGEXP": it waits until the file matches.
func waitFile(ts *testscript.TestScript, _ bool, args []string) {
	if len(args) != 2 {
		ts.Fatalf("usage: wait-file FILE REGEXP")
	}
	re, err := regexp.Compile("(?m)" + args[1])
	ts.Check(err)
	path := ts.MkAbs(args[0])
	deadline := time.Now().Add(20 * time.Second)
	for {
		text, err := os.ReadFile(path)
		if err == nil && re.Match(text) {
			return
		}
		if time.Now().After(deadline) {
			ts.Fatalf("%s does not match %s: %s", args[0], args[1], fmt.Sprint(string(text), err))
		}
		time.Sleep(10 * time.Millisecond) // another process writes it
	}
}

// expand is "expand FILE": it replaces $NAME in a file by the variable.
func expand(ts *testscript.TestScript, _ bool, args []string) {
	for _, name := range args {
		path := ts.MkAbs(name)
		text := os.Expand(ts.ReadFile(name), func(k string) string {
			if v := ts.Getenv(k); v != "" {
				return v
			}
			return "$" + k
		})
		ts.Check(os.WriteFile(path, []byte(text), 0o644))
	}
}

// status is "status N COMMAND…": the command must end with that exit status.
func status(ts *testscript.TestScript, _ bool, args []string) {
	err := ts.Exec(args[1], args[2:]...)
	got := 0
	if e, ok := errors.AsType[*exec.ExitError](err); ok {
		got = e.ExitCode()
	} else {
		ts.Check(err)
	}
	if strconv.Itoa(got) != args[0] {
		ts.Fatalf("exit status %d, want %s", got, args[0])
	}
}

// sendSignal is "signal NAME FILE": it sends SIGNAME to the process of a pid file.
func sendSignal(ts *testscript.TestScript, _ bool, args []string) {
	pid, err := strconv.Atoi(strings.TrimSpace(ts.ReadFile(args[1])))
	ts.Check(err)
	ts.Check(syscall.Kill(pid, unix.SignalNum("SIG"+args[0])))
}
