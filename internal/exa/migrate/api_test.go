package migrate

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"os"
	"os/exec"
	"strings"
	"syscall"
	"testing"
	"time"
)

// TestLine gives lines and what they are on the way from a version to another.
func TestLine(t *testing.T) {
	for _, tt := range []struct {
		from, to Version
		in, want string
	}{
		{V4, Main, "  announce route 10.0.0.0/24 next-hop self \r", "peer * announce route 10.0.0.0/24 next-hop self"},
		{V5, Main, "shutdown", "daemon shutdown"},
		{V4, V5, "shutdown", "shutdown"},
		{V4, Main, "", ""},
		{V4, Main, "{ no json", "{ no json"},
		{V4, Main, "[1]", "[1]"},
		{V4, Main, `{ "a" : [ 1.50, -0, true, null, "x" ] , "b": { } }`, `{"a":[1.50,-0,true,null,"x"],"b":{}}`},
		{V4, Main, `{"a":"\/\u00e9\ud83d\ude00é😀\"\\\n\u0001\u007f"}`, `{"a":"/\u00e9\ud83d\ude00\u00e9\ud83d\ude00\"\\\n\u0001\u007f"}`},
		{V4, V5, `{"bgp-ls":{"sr_capability_flags":1},"sr_capability_flags":2}`, `{"bgp-ls":{"sr-capability-flags":1},"sr-capability-flags":2}`},
		{V4, V5, `{"x":{"sr_capability_flags":1}}`, `{"x":{"sr_capability_flags":1}}`},
		{V4, V5, `{"ls":[{"interface-address":"a","x-BGP-LS":"b","neighbor-address":["c"]}]}`, `{"ls":[{"interface-addresses":"a","x-BGP-LS":"b","neighbor-addresses":["c"]}]}`},
		{V5, Main, `{"bgp-ls":{"interface-address":1},"ip-reachability-tlv":{"ip":"10.0.0.0/8"}}`, `{"bgp-ls":{"interface-address":1},"ip-reachability-tlv":{"prefix":"10.0.0.0/8"}}`},
		{V4, V5, `{"ip-reachability-tlv":{"ip":1}}`, `{"ip-reachability-tlv":{"ip":1}}`},
		{V4, Main, `{"ip":"a","s":"ip-reachability-tlv"}`, `{"ip":"a","s":"ip-reachability-tlv"}`},
	} {
		if got := Forward(tt.from, tt.to, nil).Line(tt.in); got != tt.want {
			t.Errorf("%s to %s: %s\n%s, want\n%s", tt.from, tt.to, tt.in, got, tt.want)
		}
	}
	back := back(V4, Main)
	if got, want := back.Line(`{"bgp-ls": {"sr-capability-flags":1, "ip-reachability-tlv": {"prefix":2}}, "prefix":3}`),
		`{"bgp-ls":{"sr_capability_flags":1,"ip-reachability-tlv":{"ip":2}},"prefix":3}`; got != want {
		t.Errorf("back: %s, want %s", got, want)
	}
	if got := back.Line(" shutdown "); got != "shutdown" {
		t.Errorf("back: %s", got)
	}
}

func TestCopy(t *testing.T) {
	long := "{" + strings.Repeat(" ", 2*maxLine) + "}"
	for _, tt := range []struct {
		in, want string
		lines    int
	}{
		{"", "", 0},
		{"shutdown", "daemon shutdown\n", 1},
		{"\n\nshutdown\n", "\n\ndaemon shutdown\n", 3},
		{long + "\nreload\n", long + "\ndaemon reload\n", 2},
		{strings.Repeat("x", maxLine+10), strings.Repeat("x", maxLine+10), 1},
	} {
		var out bytes.Buffer
		lines, err := Forward(V4, Main, nil).Copy(&out, strings.NewReader(tt.in))
		if out.String() != tt.want || err != nil || lines != tt.lines {
			t.Errorf("%.40q: %.40q, %d lines, %v", tt.in, out.String(), lines, err)
		}
	}
}

// bridge runs a shell script as a helper.
func bridge(t *testing.T, script, in string, signals chan os.Signal) (out string, status int, err error) {
	t.Helper()
	var stdout, stderr bytes.Buffer
	b := Bridge{From: V4, To: Main, Stdin: strings.NewReader(in), Stdout: &stdout, Stderr: &stderr, Signals: signals}
	status, err = b.Run(t.Context(), []string{"/bin/sh", "-c", script})
	if stderr.Len() > 0 {
		t.Errorf("%s: %s", script, stderr.String())
	}
	return stdout.String(), status, err
}

func TestBridge(t *testing.T) {
	const event = `{ "ip-reachability-tlv": { "prefix": 1 } }`
	out, status, err := bridge(t, `read line; echo "announce $line"; echo shutdown; cat; exit 7`, event+"\ndone\nlast", nil)
	if want := "peer * announce {\"ip-reachability-tlv\":{\"ip\":1}}\ndaemon shutdown\ndone\nlast\n"; out != want || status != 7 || err != nil {
		t.Errorf("%q, %d, %v", out, status, err)
	}
	// A helper that reads nothing, and one that a signal ends.
	if out, status, err = bridge(t, "echo reload", strings.Repeat(event+"\n", 10000), nil); out != "daemon reload\n" || status != 0 || err != nil {
		t.Errorf("%q, %d, %v", out, status, err)
	}
	if _, status, err = bridge(t, "kill -9 $$", "", nil); status != 128+9 || err != nil {
		t.Errorf("%d, %v", status, err)
	}
	b := Bridge{From: V4, To: Main, Stdin: strings.NewReader(""), Stdout: &bytes.Buffer{}}
	if _, err := b.Run(context.Background(), []string{"/no/such/program"}); !errors.Is(err, os.ErrNotExist) {
		t.Error(err)
	}
	if _, err := b.Run(context.Background(), []string{"no-such-program"}); !errors.Is(err, exec.ErrNotFound) {
		t.Error(err)
	}
}

// TestBridgeSignals: signals reach the helper, and only an interrupt changes what its
// exit status is.
func TestBridgeSignals(t *testing.T) {
	for signal, want := range map[os.Signal]int{syscall.SIGTERM: 5, syscall.SIGUSR1: 5, os.Interrupt: 130} {
		signals := make(chan os.Signal, 1)
		ready := &firstWrite{then: func() { signals <- signal }}
		b := Bridge{From: V4, To: Main, Stdin: strings.NewReader(""), Stdout: ready, Signals: signals}
		script := "trap 'exit 5' TERM USR1 INT; echo ready; while :; do sleep 0.05; done"
		if status, err := b.Run(t.Context(), []string{"/bin/sh", "-c", script}); status != want || err != nil {
			t.Errorf("%v: %d, %v", signal, status, err)
		}
	}
}

// firstWrite calls a function when something is written.
type firstWrite struct{ then func() }

func (w *firstWrite) Write(b []byte) (int, error) {
	w.then()
	return len(b), nil
}

// closed takes nothing.
type closed struct{}

func (closed) Write([]byte) (int, error) { return 0, os.ErrClosed }

// TestBridgeDeaf: a helper whose output nobody takes is ended.
func TestBridgeDeaf(t *testing.T) {
	b := Bridge{From: V4, To: Main, Stdin: strings.NewReader(""), Stdout: closed{}}
	begin := time.Now()
	status, err := b.Run(t.Context(), []string{"/bin/sh", "-c", "echo x; exec sleep 60"})
	if status != 128+15 || !errors.Is(err, os.ErrClosed) || time.Since(begin) > killAfter {
		t.Errorf("%d, %v", status, err)
	}
}

// FuzzLine: a line of JSON stays one, and what has been translated stays as it is.
func FuzzLine(f *testing.F) {
	f.Add(`{"bgp-ls":{"sr_capability_flags":[1,{"ip":"\u00e9"}]},"ip-reachability-tlv":{}}`)
	f.Add("neighbor 10.0.0.1 , [10.0.0.2] announce eor")
	f.Fuzz(func(t *testing.T, line string) {
		forward := Forward(V4, Main, nil)
		got := forward.Line(line)
		if again := forward.Line(got); again != got {
			t.Errorf("%q: %q, %q", line, got, again)
		}
		if line := strings.TrimSpace(line); strings.HasPrefix(line, "{") && json.Valid([]byte(line)) && !json.Valid([]byte(got)) {
			t.Errorf("%q: %q", line, got)
		}
	})
}
