package functional

import (
	"bytes"
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"
)

// program is a stand-in for a speaker: it connects, sends the OPEN and the messages
// that a file beside its configuration holds, and ends when its peer has gone.
const program = `#!/usr/bin/env python3
import os, socket, sys
conf = sys.argv[-1]
if 'validate' in sys.argv:
    sys.exit('bad' in conf)
if 'migrate' in sys.argv:
    print(open(conf).read() if '--exec' in sys.argv or 'conf' in sys.argv else sys.stdin.read(), *sys.argv[1:-1])
    sys.exit('broken' in conf)
if 'decode' in sys.argv:
    for line in sys.stdin if '-c' in sys.argv else ['']:
        print('{"exabgp": "%s", "a": 1}' % {'4': '4.0.1', '6': '6.0.0'}[os.environ['exabgp_api_version']])
    sys.exit()
if os.environ['exabgp_api_version'] == '6': # cli
    print(open(conf).read())
    sys.exit('broken' in conf)
c = socket.create_connection(('127.0.0.1', int(os.environ['exabgp_tcp_port'])))
marker = b'\xff' * 16
c.send(marker + bytes.fromhex('001d01 04 0001 00b4 01020304 00'))
for line in open(conf):
    words = line.split()
    if words[:1] == ['send']:
        c.send(marker + bytes.fromhex(words[1]))
    if words[:1] == ['say']:
        print(line[4:], end='')
    if words[:1] == ['quit']:
        sys.exit(3)
c.settimeout(5)
while c.recv(4096):
    pass
`

func TestRun(t *testing.T) {
	dir := t.TempDir()
	for name, text := range map[string]string{
		"herald":                program,
		"etc/good.conf":         "send 00170200000000\n",
		"etc/bad.conf":          "send 0018020000000000\n",
		"etc/early.conf":        "quit\n",
		"etc/helper.conf":       "say helper failed: x.run: no answer\nsend 00170200000000\n",
		"encoding/good.ci":      "option:file:good.conf\n1:raw:0017:02:00000000\n",
		"encoding/bad.ci":       "option:file:bad.conf\n1:raw:0017:02:00000000\n",
		"api/early.ci":          "option:file:early.conf\n1:raw:0017:02:00000000\n",
		"api/helper.ci":         "option:file:helper.conf\n1:raw:0017:02:00000000\n",
		"etc/cli-good.conf":     "SUCCESS\n",
		"etc/cli-broken.conf":   "SUCCESS\n",
		"etc/cli-silent.conf":   "nothing\n",
		"cli/good.ci":           "option:file:cli-good.conf\n",
		"cli/broken.ci":         "option:file:cli-broken.conf\n",
		"cli/silent.ci":         "option:file:cli-silent.conf\n",
		"migrate/right.mi":      "# a comment\nfrom:4\nto:5\nwrap-api:true\ninput:<<<\nold words\n# kept\n>>>\n\nexpect:words\nexpect:^old\nexpect:kept$\nexpect:migrate conf -f 4 -t 5 --wrap-api\nreject:^words\n",
		"migrate/missing.mi":    "from:4\nto:5\ntype:api\ninput:<<<\nold\n>>>\nexpect:^new\n",
		"migrate/refused.mi":    "from:4\nto:5\ntype:bridge\nscript:<<<\nprint()\n>>>\nexpect:--exec\nreject:python\n",
		"migrate/broken.mi":     "from:4\nto:5\ninput:<<<\nx\n>>>\n",
		"api/json.ci":           "1:raw:FFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFF:0017:02:00000000\n1:json:{\"exabgp\":\"6.0.0\",\"a\":1}\n",
		"decoding/ipv4-right":   "update ipv4 unicast\n00\n{\"a\": 1}\n",
		"decoding/ipv4-wrong":   "update ipv4 unicast\n00\n{\"a\": 2}\n",
		"require":               "encoding/* # all of them\ndecoding/ipv4-right\n",
		"require-unknown":       "encoding/typo\n",
		"require-unknown-suite": "encodign/good\n",
	} {
		file := filepath.Join(dir, name)
		if err := os.MkdirAll(filepath.Dir(file), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(file, []byte(text), 0o755); err != nil {
			t.Fatal(err)
		}
	}
	run := func(c Config) (string, error) {
		var out bytes.Buffer
		c.Binary, c.Data, c.Out, c.Timeout = filepath.Join(dir, "herald"), dir, &out, 10*time.Second
		if c.Require != "" {
			c.Require = filepath.Join(dir, c.Require)
		}
		err := Run(t.Context(), c)
		return out.String(), err
	}

	suites := []string{Encoding, API, Decoding, Parsing, CLI, Migrate, JSON}
	out, err := run(Config{Suites: suites})
	if !errors.Is(err, ErrFailed) {
		t.Errorf("got %v, want %v", err, ErrFailed)
	}
	for _, want := range []string{
		"FAIL encoding/bad: mismatch after 0 right: got 0018:02:0000000000, wanted 0017:02:00000000\n",
		"FAIL api/early: the program ended early (exit status 3): 0 messages were right, 1 are missing, the first of them A1:0017:02:00000000; it printed nothing\n",
		"FAIL api/helper: helper failed: x.run: no answer\n",
		"FAIL decoding/ipv4-wrong: a: got 1, want 2\n",
		"FAIL parsing/bad: exit 1: ",
		"FAIL cli/broken: the program ended with exit status 1: SUCCESS\n",
		"FAIL migrate/missing: the result has no \"^new\": old\n",
		"FAIL migrate/refused: the result has \"python\"\n",
		"FAIL migrate/broken: exit 1: ",
		"FAIL cli/silent: its helper did not say SUCCESS: nothing\n",
		"\nencoding 1/2 api 0/3 decoding 1/2 parsing 6/7 cli 1/3 migrate 1/4 json 1/1\n",
	} {
		if !strings.Contains(out, want) {
			t.Errorf("no line %q in\n%s", want, out)
		}
	}

	out, err = run(Config{Suites: []string{Encoding}, Require: "require", Repeat: 2})
	if !errors.Is(err, ErrFailed) || !strings.Contains(out, "FAIL encoding/bad (2 of 2)") {
		t.Errorf("a required case: got %v and\n%s", err, out)
	}
	out, err = run(Config{Suites: []string{Decoding}, Require: "require"})
	if err != nil || !strings.Contains(out, "fail, not required: decoding/ipv4-wrong") {
		t.Errorf("a case that is not required: got %v and\n%s", err, out)
	}
	out, err = run(Config{Suites: suites, Only: []string{"g*", "parsing/early"}})
	if err != nil || !strings.HasSuffix(out, "encoding 1/1 api 0/0 decoding 0/0 parsing 2/2 cli 1/1 migrate 0/0 json 0/0\n") {
		t.Errorf("a selection: got %v and\n%s", err, out)
	}
	for _, c := range []Config{
		{Suites: suites, Require: "require-unknown"},
		{Suites: suites, Require: "require-unknown-suite"},
		{Suites: suites, Only: []string{"nothing"}},
		{Suites: []string{"what"}},
	} {
		if _, err := run(c); err == nil || errors.Is(err, ErrFailed) {
			t.Errorf("%+v: got %v, want a run that cannot be made", c, err)
		}
	}
}
