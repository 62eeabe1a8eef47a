package main

import (
	"bufio"
	"bytes"
	"errors"
	"net"
	"path/filepath"
	"strings"
	"testing"
	"time"
)

func TestShortcuts(t *testing.T) {
	for given, want := range map[string]string{
		"s n summary":                        "show neighbor summary",
		"s n su":                             "show neighbor summary",
		"s a o e":                            "show adj-rib out extensive",
		"a r 10.0.0.0/24 next-hop 192.0.2.1": "announce route 10.0.0.0/24 next-hop 192.0.2.1",
		"a e ipv4 unicast":                   "announce eor ipv4 unicast",
		"a rr ipv4 unicast":                  "announce route-refresh ipv4 unicast",
		"w w service":                        "withdraw watchdog service",
		"n 10.0.0.1 a r 10.0.0.0/24":         "neighbor 10.0.0.1 announce route 10.0.0.0/24",
		"n 2001:db8::1 id 1.2.3.4 t 4":       "neighbor 2001:db8::1 router-id 1.2.3.4 teardown 4",
		"neighbour 10.0.0.1 t 4":             "neighbor 10.0.0.1 teardown 4",
		"neighbor 10.0.0.1 show summary":     "show neighbor 10.0.0.1 summary",
		"neighbor 10.0.0.1 peer-as 1 show":   "show neighbor 10.0.0.1 peer-as 1",
		"neighbor 10.0.0.1 adj-rib in show":  "show adj-rib in 10.0.0.1",
		"adj-rib out show extensive":         "show adj-rib out extensive",
		"ses sy enable":                      "session sync enable",
		"ses a disable":                      "session ack disable",
		"d status":                           "daemon status",
		"h":                                  "help",
		"rib show out":                       "rib show out",
		"  version  ":                        "version",
		"announce flow route { match { port 1; } }": "announce flow route { match { port 1; } }",
	} {
		if got := expandShortcuts(given); got != want {
			t.Errorf("%q: %q, want %q", given, got, want)
		}
	}
}

func TestShowText(t *testing.T) {
	for _, tt := range []struct{ line, want string }{
		{"plain text", "plain text\n"},
		{"{ not JSON", "{ not JSON\n"},
		{"[]", "(none)\n"},
		{`[1, "two"]`, "1, two\n"},
		{
			`[{"peer-address": "10.0.0.1", "peer-as": 1, "state": "IDLE"}, {"peer-address": "10.0.0.22", "peer-as": 65000, "note": "` + strings.Repeat("x", 50) + `"}]`,
			"note                                      peer-address  peer-as  state\n" +
				"-                                         10.0.0.1      1        IDLE\n" +
				strings.Repeat("x", 37) + "...  10.0.0.22     65000    -\n",
		},
		{
			`[{"peer-address": "10.0.0.1", "state": "UP", "families": ["ipv4 unicast", "ipv6 unicast"], "sent": {"update": 5}}, {"name": "b", "list": [1, 2, 3, 4], "deep": [{"a": 1}]}]`,
			"=== 10.0.0.1 ===\nfamilies     : ipv4 unicast, ipv6 unicast\npeer-address : 10.0.0.1\nstate        : UP\nsent:\n  update : 5\n\n" +
				"=== 2 ===\nname : b\ndeep:\n  - {\"a\":1}\nlist:\n  - 1\n  - 2\n  - 3\n  - 4\n",
		},
		{`{"pong": "x", "active": true, "none": null, "empty": []}`, "active : true\nempty  : \nnone   : -\npong   : x\n"},
	} {
		var b bytes.Buffer
		showText(&b, tt.line)
		if b.String() != tt.want {
			t.Errorf("%s:\n%swant\n%s", tt.line, b.String(), tt.want)
		}
	}
	var b bytes.Buffer
	showJSON(&b, `{"a": [1]}`)
	showJSON(&b, `text`)
	if want := "{\n  \"a\": [\n    1\n  ]\n}\ntext\n"; b.String() != want {
		t.Errorf("%q", b.String())
	}
}

func TestHistory(t *testing.T) {
	path := filepath.Join(t.TempDir(), "history")
	h := loadHistory(path)
	for _, line := range []string{"one", "", "two", "two", " three "} {
		h.Add(line)
	}
	if h.Len() != 3 || h.At(0) != "three" || h.At(2) != "one" {
		t.Errorf("%q", h.lines)
	}
	if err := h.save(); err != nil {
		t.Fatal(err)
	}
	h = loadHistory(path)
	for range historySize {
		h.Add("x")
		h.Add("y")
	}
	if h.Len() != historySize || h.At(0) != "y" {
		t.Errorf("%d lines, %q", h.Len(), h.At(0))
	}
	if h := loadHistory(""); h.save() != nil || h.Len() != 0 {
		t.Error("a history without a file")
	}
}

func TestPromptCompletes(t *testing.T) {
	p := &prompt{app: &app{}, peers: []string{"10.0.0.1", "10.0.0.2"}, peersAt: time.Now()}
	for _, tt := range []struct {
		line string // | is the cursor
		key  rune
		want string
		said string
	}{
		{line: "sho|", key: '\t', want: "show |"},
		{line: "s a|", key: '\t', want: "s adj-rib |"},
		{line: "show neighbor s|", key: '\t', want: "show neighbor s|"},
		{line: "ex|", key: '\t', want: "exit |"},
		{line: "set d|", key: '\t', want: "set display |"},
		{line: "json sho|", key: '\t', want: "json show |"},
		{line: "re|", key: '\t', want: "re|", said: "  reload  reset  restart\n"},
		{line: "wi|", key: '\t', want: "withdraw |"},
		{line: "sh| adj-rib", key: '\t', want: "sh| adj-rib", said: "  show  shutdown\n"},
		{line: "sho| adj-rib", key: '\t', want: "show| adj-rib"},
		{line: "neighbor 1|", key: '\t', want: "neighbor 10.0.0.|"},
		{line: "neighbor 10.0.0.|", key: '\t', want: "neighbor 10.0.0.|", said: "  10.0.0.1  10.0.0.2\n"},
		{line: "neighbor 10.0.0.1 te|", key: '\t', want: "neighbor 10.0.0.1 teardown |"},
		{line: "teardown |", key: '\t', want: "teardown |", said: "  SUBCODE\n"},
		{line: "teardown |", key: '?', want: "teardown |", said: "  SUBCODE\n"},
		{line: "daemon |", key: '?', want: "daemon |", said: "  reload  restart  shutdown  status\n"},
		{line: "nonsense |", key: '?', want: "nonsense |", said: "  nothing is known to follow\n"},
	} {
		head, tail, _ := strings.Cut(tt.line, "|")
		var said bytes.Buffer
		line, pos, ok := p.complete(&said, head+tail, len(head), tt.key)
		if got := line[:pos] + "|" + line[pos:]; !ok || got != tt.want || said.String() != tt.said {
			t.Errorf("%q: %q, said %q, want %q and %q", tt.line, got, said.String(), tt.want, tt.said)
		}
	}
	if _, _, ok := p.complete(nil, "x", 1, 'y'); ok {
		t.Error("other keys are not for us")
	}
}

// TestPromptReconnects: the command that was lost is not given again.
func TestPromptReconnects(t *testing.T) {
	path := filepath.Join(t.TempDir(), "s")
	l, err := net.Listen("unix", path)
	if err != nil {
		t.Fatal(err)
	}
	heard := make(chan string, 8)
	go func() {
		defer close(heard)
		for _, answer := range []string{"", "done\n"} {
			c, err := l.Accept()
			if err != nil {
				t.Error(err)
				return
			}
			line, err := bufio.NewReader(c).ReadString('\n')
			if err != nil {
				t.Error(err)
			}
			heard <- strings.TrimSpace(line)
			_, _ = c.Write([]byte(answer)) // that it came is told by the prompt
			c.Close()
		}
		l.Close()
	}()
	var out bytes.Buffer
	a := &app{stdout: &out, stderr: &out, env: environment{"exabgp_api_socketpath=" + path}, envFile: "/nonexistent"}
	p := &prompt{app: a, flags: &clientFlags{}, display: "text"}
	if p.c, err = p.flags.open(a); err != nil {
		t.Fatal(err)
	}
	if _, err := p.execute("shutdown"); !errors.Is(err, errLost) {
		t.Fatalf("%v", err)
	}
	if err := p.reconnect(); err != nil {
		t.Fatalf("%v\n%s", err, out.String())
	}
	defer p.c.Close()
	if first, second, more := <-heard, <-heard, len(heard); first != "shutdown" || second != "session ping" || more > 0 {
		t.Errorf("heard %q, then %q, and %d more\n%s", first, second, more, out.String())
	}
}
