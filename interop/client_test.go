package interop_test

import (
	"bufio"
	"bytes"
	"fmt"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"
)

// The daemon of these tests has a neighbor that never comes.
const clientConf = `
neighbor 127.0.0.9 {
	router-id 127.0.0.1;
	local-address 127.0.0.1;
	local-as 65001;
	peer-as 65000;
	passive;
	family { ipv4 unicast; }
}
`

// makePipes makes named pipes in the folder run of dir.
func makePipes(t *testing.T) (dir, name string) {
	t.Helper()
	dir = t.TempDir()
	name = fmt.Sprintf("herald-interop-%d", os.Getpid())
	run := filepath.Join(dir, "run")
	if err := os.Mkdir(run, 0o755); err != nil {
		t.Fatal(err)
	}
	for _, end := range []string{".in", ".out"} {
		if err := syscall.Mkfifo(filepath.Join(run, name+end), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	return dir, name
}

// serveClients starts Herald with a socket and named pipes in the folder run of dir.
func serveClients(t *testing.T, env ...string) (dir, name string) {
	t.Helper()
	dir, name = makePipes(t)
	run := filepath.Join(dir, "run")
	conf := filepath.Join(dir, "herald.conf")
	if err := os.WriteFile(conf, []byte(clientConf), 0o644); err != nil {
		t.Fatal(err)
	}
	env = append([]string{
		"exabgp_tcp_bind=", "exabgp_daemon_user=root", "EXABGP_ROOT=" + dir, "exabgp_api_pipename=" + name,
		"exabgp_cli_socket=" + run, "exabgp_api_socketname=" + name,
	}, env...)
	d := start(t, "herald", env, herald, conf)
	for began := time.Now(); ; time.Sleep(10 * time.Millisecond) {
		if text, _ := os.ReadFile(d.log); bytes.Contains(text, []byte("commands are read from a named pipe")) {
			return dir, name
		}
		if time.Since(began) > patience {
			t.Fatal("the named pipes are not served")
		}
	}
}

// TestDebianClient: ExaBGP 4.2's own client drives the daemon by its named pipes.
func TestDebianClient(t *testing.T) {
	t.Parallel()
	client := need(t, "exabgpcli")
	dir, name := serveClients(t)
	ask := func(command string) (stdout, stderr string) {
		t.Helper()
		cmd := exec.CommandContext(t.Context(), client, append([]string{"--root", dir}, strings.Fields(command)...)...)
		cmd.Env = append(os.Environ(), "exabgp_api_pipename="+name)
		var out, complaint bytes.Buffer
		cmd.Stdout, cmd.Stderr = &out, &complaint
		began := time.Now()
		if err := cmd.Run(); err != nil {
			t.Fatalf("%s: %v: %s%s", command, err, out.String(), complaint.String())
		}
		if d := time.Since(began); d > patience {
			t.Errorf("%s took %s", command, d)
		}
		return out.String(), complaint.String()
	}
	for _, tt := range []struct{ command, stdout, stderr string }{
		{"version", "exabgp 5.0.13 herald", ""},
		{"announce route 10.0.0.0/24 next-hop 192.0.2.1", "", ""},
		{"announce route 10.0.1.0/24 next-hop 192.0.2.1 med 5", "", ""},
		{"show adj-rib out", "127.0.0.9 ipv4 unicast 10.0.0.0/24 next-hop 192.0.2.1\n127.0.0.9 ipv4 unicast 10.0.1.0/24 next-hop 192.0.2.1\n", ""},
		{"s n su", "command: show neighbor summary\n", ""},
		{"announce route nonsense", "error: ", "ExaBGP returns an error"},
		{"withdraw route 10.0.0.0/24", "", ""},
		{"show adj-rib out", "127.0.0.9 ipv4 unicast 10.0.1.0/24 next-hop 192.0.2.1\n", ""},
	} {
		stdout, stderr := ask(tt.command)
		if !strings.HasPrefix(stdout, tt.stdout) || tt.stdout == "" && stdout != "" {
			t.Errorf("%s: %q, want %q", tt.command, stdout, tt.stdout)
		}
		if !strings.HasPrefix(stderr, tt.stderr) || tt.stderr == "" && stderr != "" {
			t.Errorf("%s: %q on the standard error, want %q", tt.command, stderr, tt.stderr)
		}
	}

	// A shell that writes and never reads takes no answer away from the next client.
	in := filepath.Join(dir, "run", name+".in")
	for i := range 100 {
		f, err := os.OpenFile(in, os.O_WRONLY, 0)
		if err != nil {
			t.Fatal(err)
		}
		fmt.Fprintf(f, "announce route 10.1.%d.0/24 next-hop 192.0.2.1\n", i)
		f.Close()
	}
	time.Sleep(time.Second)
	if stdout, stderr := ask("show adj-rib out"); strings.Count(stdout, "10.1.") != 100 || stderr != "" {
		t.Errorf("%d routes, %q", strings.Count(stdout, "10.1."), stderr)
	}
}

// TestManyClients: many clients of the socket command at once, and each gets its own
// answers, in order.
func TestManyClients(t *testing.T) {
	t.Parallel()
	dir, name := serveClients(t)
	const clients, routes = 100, 50
	var wg sync.WaitGroup
	for c := range clients {
		conn, err := net.Dial("unix", filepath.Join(dir, "run", name+".sock"))
		if err != nil {
			t.Fatal(err)
		}
		defer conn.Close()
		_ = conn.SetDeadline(time.Now().Add(patience))
		wg.Go(func() {
			r := bufio.NewReader(conn)
			for i := range routes {
				fmt.Fprintf(conn, "announce route 10.%d.%d.0/24 next-hop 192.0.2.1\nversion\n", c, i)
				for _, want := range []string{"done\n", "exabgp 5.0.13 herald", "done\n"} {
					if line, err := r.ReadString('\n'); !strings.HasPrefix(line, want) {
						t.Errorf("client %d: %q, %v, want %q", c, line, err, want)
						return
					}
				}
			}
		})
	}
	wg.Wait()
	out, err := exec.CommandContext(t.Context(), herald, "run", "--socket", "--root", dir, "--pipename", name, "show", "adj-rib", "out").Output()
	if got := bytes.Count(out, []byte("\n")); got != clients*routes {
		t.Errorf("%d routes, want %d (%v)", got, clients*routes, err)
	}
}
