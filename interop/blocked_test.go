package interop_test

import (
	"net"
	"os"
	"path/filepath"
	"syscall"
	"testing"
	"time"
)

// TestShortHoldTime: a router whose send hold timer is twice its hold time, as that of
// BIRD and FRR is, does not end the session because of a helper that does not read: it is
// held up for no longer than the hold time.
func TestShortHoldTime(t *testing.T) {
	t.Parallel()
	const hold = 9 * time.Second
	r := newRouter(t, hold)
	h := speak(t, "herald", herald, r.port(), r.speakerOf(`
		api deaf { processes [ deaf ]; receive { parsed; update; } }
		api quick { processes [ quick ]; neighbor-changes; }`, `
process deaf { run `+deaf+`; encoder json; backlog 64K; }
process quick { run HELPER; encoder json; }`))
	r.established()
	h.hear(`"state": "up"`)
	if err := r.conn.(*net.TCPConn).SetWriteBuffer(64 << 10); err != nil {
		t.Fatal(err)
	}
	began := time.Now()
	r.conn.SetWriteDeadline(began.Add(2 * hold))
	if !r.flood(20_000) {
		t.Errorf("%d UPDATEs were taken within %v", r.sent.Load(), 2*hold)
	}
	t.Logf("the router was held up for %v", time.Since(began).Round(time.Millisecond))
	r.conn.SetWriteDeadline(time.Time{})
	h.tell("announce route 198.51.100.1/32 next-hop self")
	r.until(1, patience)
	r.isUp()
}

// TestBlockedLog: a log that nobody reads, here a pipe, holds up nobody: not when the
// speaker says much, nor when it ends.
func TestBlockedLog(t *testing.T) {
	t.Parallel()
	const hold = 9 * time.Second
	path := filepath.Join(t.TempDir(), "log")
	if err := syscall.Mkfifo(path, 0o600); err != nil {
		t.Fatal(err)
	}
	log, err := os.OpenFile(path, os.O_RDWR, 0)
	if err != nil {
		t.Fatal(err)
	}
	defer log.Close()
	self, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	r := newRouter(t, hold)
	w := &watch{router: r, limit: time.Second, dir: t.TempDir(), names: []string{"binary"}}
	w.speaker = speak(t, "herald", herald, r.port(), r.speakerOf(`
		api { processes [ binary quick ]; neighbor-changes; }`, `
process binary { run `+self+` misbehave binary `+w.report("binary")+`; encoder json; }
process quick { run HELPER; encoder json; }`), "exabgp_log_destination="+path, "exabgp_log_all=true", "exabgp_log_level=DEBUG")
	r.established()
	w.hear(`"state": "up"`)
	for i, began := 0, time.Now(); time.Since(began) < hold+3*time.Second; i++ {
		w.announce(i)
		r.isUp()
		time.Sleep(50 * time.Millisecond)
	}
	w.wire()
	w.counts(true)
	w.terminate()
}
