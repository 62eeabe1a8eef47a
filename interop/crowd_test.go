package interop_test

import (
	"encoding/json"
	"errors"
	"flag"
	"fmt"
	"io"
	"io/fs"
	"maps"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"
)

// crowdTime is how long TestCrowd goes on; "make soak" gives it minutes.
var crowdTime = flag.Duration("crowd", 10*time.Second, "how long TestCrowd goes on")

// crowd is all that run on one Herald at once. Each of its programs has routes of its
// own, and changes them round by round.
type crowd struct {
	*speaker
	bird *bird
	root string // of the named pipes
	name string // of the named pipes

	cli, fifo, file, health []string // what must stand
	flaps                   bool     // the routes that BIRD has at times are there

	mu     sync.Mutex
	heard  map[string]bool // prefixes that the exporter was told and that stand
	failed []string        // lines that it cannot read, and others that must not come
}

// TestCrowd: what people run beside each other, on one daemon: FastNetMon, which writes
// into the named pipe; ExaBGP's own client, which does so as well; ExaBGP's healthcheck; a
// helper that watches a file; and an exporter that reads JSON. BIRD has the routes that it
// should have, the exporter those of BIRD, and no line is misunderstood.
func TestCrowd(t *testing.T) {
	if *crowdTime <= time.Minute {
		t.Parallel()
	}
	client, check := need(t, "exabgpcli"), need(t, "exabgp-healthcheck")
	self, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	c := &crowd{heard: map[string]bool{}}
	c.root, c.name = makePipes(t)
	script := filepath.Join(c.root, "check.sh")
	if err := os.WriteFile(script, []byte("#!/bin/sh\ntest -e "+c.root+"/service\n"), 0o755); err != nil {
		t.Fatal(err)
	}

	port := freePort(t)
	c.bird = startBird(t, setup{
		port:  port,
		extra: "protocol static flap { ipv4; route 203.0.113.64/26 unreachable; route 203.0.113.128/25 unreachable; }",
	})
	conf := `
process watch { run ` + self + ` watchfile ` + c.root + `/prefixes; encoder json; }
process health {
	run ` + check + ` --no-syslog --command ` + script + ` --ip 198.51.100.77/32` +
		` --no-ip-setup --withdraw-on-down --interval 1 --fast-interval 1 --rise 1 --fall 1;
	encoder text;
}` + strings.ReplaceAll(fmt.Sprintf(heraldAt, "127.0.0.1", 65001, "", unicast), "processes [ test ]", "processes [ test watch health ]")
	c.speaker = speak(t, "herald", herald, port, conf, "exabgp_api_cli=true", "EXABGP_ROOT="+c.root, "exabgp_api_pipename="+c.name)
	go c.export()
	c.flaps = true
	c.checkpoint()

	began := time.Now()
	rounds := 0
	for ; time.Since(began) < *crowdTime || rounds < 4; rounds++ {
		var wg sync.WaitGroup
		wg.Go(func() { c.ban(rounds) })
		wg.Go(func() { c.command(client, rounds) })
		wg.Go(func() { c.rewrite(rounds) })
		wg.Go(func() { c.serve(rounds) })
		wg.Go(func() { c.flap(rounds) })
		wg.Wait()
		c.checkpoint()
		if t.Failed() {
			return
		}
	}
	c.leave(client)
	c.checkpoint()
	t.Logf("%d rounds in %v", rounds, time.Since(began).Round(time.Second))
	c.judge()
}

// ban does as FastNetMon: each time it opens the named pipe, writes one line, and closes it.
func (c *crowd) ban(round int) {
	for i := range 5 {
		p := host(10, round*5+i).String()
		c.write("announce route " + p + " next-hop 192.0.2.66 community 65001:666\n")
		c.fifo = append(c.fifo, p)
		if len(c.fifo) > 20 {
			c.write("withdraw route " + c.fifo[0] + " next-hop 192.0.2.66\n")
			c.fifo = c.fifo[1:]
		}
		time.Sleep(20 * time.Millisecond)
	}
}

func (c *crowd) write(line string) {
	f, err := os.OpenFile(filepath.Join(c.root, "run", c.name+".in"), os.O_WRONLY, 0)
	if err != nil {
		c.Error(err)
		return
	}
	defer f.Close()
	if _, err := f.WriteString(line); err != nil {
		c.Error(err)
	}
}

// command runs ExaBGP's client.
func (c *crowd) command(client string, round int) {
	p := host(20, round).String()
	c.run(client, "announce route "+p+" next-hop 192.0.2.20")
	c.cli = append(c.cli, p)
	if len(c.cli) > 3 {
		c.run(client, "withdraw route "+c.cli[0])
		c.cli = c.cli[1:]
	}
}

func (c *crowd) run(client, command string) {
	cmd := exec.CommandContext(c.Context(), client, append([]string{"--root", c.root}, strings.Fields(command)...)...)
	cmd.Env = append(os.Environ(), "exabgp_api_pipename="+c.name)
	if out, err := cmd.CombinedOutput(); err != nil || strings.Contains(string(out), "error") {
		c.Errorf("exabgpcli %s: %v: %s", command, err, out)
	}
}

// rewrite changes the file that a helper watches, several times.
func (c *crowd) rewrite(round int) {
	for i := range 3 {
		c.file = c.file[:0]
		for n := range 5 + (round+i)%7 {
			c.file = append(c.file, host(30, 10*(round%3)+n+i).String())
		}
		path := filepath.Join(c.root, "prefixes")
		if err := os.WriteFile(path+".new", []byte(strings.Join(c.file, "\n")+"\n"), 0o644); err != nil {
			c.Error(err)
		}
		if err := os.Rename(path+".new", path); err != nil {
			c.Error(err)
		}
		time.Sleep(30 * time.Millisecond)
	}
}

// serve lets the service of the healthcheck come and go.
func (c *crowd) serve(round int) {
	service := filepath.Join(c.root, "service")
	var err error
	switch round % 6 {
	case 1:
		err = os.WriteFile(service, nil, 0o644)
		c.health = []string{"198.51.100.77/32"}
	case 4:
		err = os.Remove(service)
		c.health = nil
	}
	if err != nil {
		c.Error(err)
	}
}

// flap lets routes of BIRD come and go.
func (c *crowd) flap(round int) {
	if round%2 == 0 {
		return
	}
	c.flaps = !c.flaps
	c.bird.ask(map[bool]string{true: "enable", false: "disable"}[c.flaps], "flap")
}

// leave withdraws what came by the pipes.
func (c *crowd) leave(client string) {
	for _, p := range c.fifo {
		c.write("withdraw route " + p + " next-hop 192.0.2.66\n")
	}
	for _, p := range c.cli {
		c.run(client, "withdraw route "+p)
	}
	c.fifo, c.cli = nil, nil
}

// checkpoint waits until BIRD and the exporter have what they should have.
func (c *crowd) checkpoint() {
	c.Helper()
	want := map[string]string{} // community, by prefix
	for _, p := range slices.Concat(c.cli, c.file, c.health) {
		want[p] = ""
	}
	for _, p := range c.fifo {
		want[p] = "(65001,666)"
	}
	heard := map[string]bool{"203.0.113.0/24": true, "2001:db8:2::/48": true}
	if c.flaps {
		heard["203.0.113.64/26"], heard["203.0.113.128/25"] = true, true
	}
	for began := time.Now(); ; time.Sleep(50 * time.Millisecond) {
		got := routesOf(c.bird.ask("show", "route", "all", "protocol", "peer"))
		c.mu.Lock()
		exported := maps.Clone(c.heard)
		c.mu.Unlock()
		switch {
		case maps.Equal(got, want) && maps.Equal(exported, heard):
			return
		case time.Since(began) > patience:
			c.Errorf("BIRD has %v\nexpected %v\nthe exporter %v\nexpected %v", got, want, exported, heard)
			return
		}
	}
}

var (
	prefixLine = regexp.MustCompile(`^([0-9a-f.:]+/[0-9]+) `)
	community  = regexp.MustCompile(`BGP.community: (.*)`)
)

// routesOf reads what birdc shows: the communities of each prefix.
func routesOf(answer string) map[string]string {
	routes := map[string]string{}
	var prefix string
	for line := range strings.Lines(answer) {
		if m := prefixLine.FindStringSubmatch(line); m != nil {
			prefix = m[1]
			routes[prefix] = ""
		}
		if m := community.FindStringSubmatch(line); m != nil {
			routes[prefix] = m[1]
		}
	}
	return routes
}

// export is the helper that reads JSON: it keeps the table of what the peer announces.
func (c *crowd) export() {
	for line := range c.lines {
		if !strings.HasPrefix(line, "{") {
			continue
		}
		var e struct {
			Type     string
			Neighbor struct {
				State   string
				Message struct {
					Update struct {
						Announce map[string]map[string][]struct{ NLRI string }
						Withdraw map[string][]struct{ NLRI string }
					}
				}
			}
		}
		err := json.Unmarshal([]byte(line), &e)
		c.mu.Lock()
		if err != nil || e.Type == "state" && e.Neighbor.State == "down" {
			c.failed = append(c.failed, line)
		}
		for _, routes := range e.Neighbor.Message.Update.Withdraw {
			for _, r := range routes {
				delete(c.heard, r.NLRI)
			}
		}
		for _, hops := range e.Neighbor.Message.Update.Announce {
			for _, routes := range hops {
				for _, r := range routes {
					if r.NLRI != "" {
						c.heard[r.NLRI] = true
					}
				}
			}
		}
		c.mu.Unlock()
	}
}

// judge fails the test when the daemon did not understand a line.
func (c *crowd) judge() {
	c.Helper()
	c.mu.Lock()
	defer c.mu.Unlock()
	for _, line := range c.failed {
		c.Errorf("the exporter read %s", line)
	}
	log, err := os.ReadFile(c.log)
	if err != nil {
		c.Fatal(err)
	}
	for line := range strings.Lines(string(log)) {
		for _, bad := range []string{"refused", "has ended", "passed over", "dropped", "session down", "Traceback"} {
			if strings.Contains(line, bad) {
				c.Errorf("the log has %s", line)
			}
		}
	}
}

// watchFile is a helper program that announces the prefixes in a file, and withdraws
// those that have gone.
func watchFile(path string) int {
	over := make(chan struct{})
	go func() {
		defer close(over)
		_, _ = io.Copy(io.Discard, os.Stdin)
	}()
	announced := map[string]bool{}
	for {
		text, err := os.ReadFile(path)
		if err != nil && !errors.Is(err, fs.ErrNotExist) {
			fmt.Fprintln(os.Stderr, err)
			return 1
		}
		now := strings.Fields(string(text))
		for _, p := range now {
			if !announced[p] {
				announced[p] = true
				fmt.Println("announce route " + p + " next-hop self med " + strconv.Itoa(len(announced)))
			}
		}
		for p := range announced {
			if !slices.Contains(now, p) {
				delete(announced, p)
				fmt.Println("withdraw route " + p)
			}
		}
		select {
		case <-over:
			return 0
		case <-time.After(20 * time.Millisecond):
		}
	}
}
